// What tasks are declared with: all of the library's face that a module takes which only tells of tasks.
// `src/index.ts` names these again, one by one: with `export *` from here the tasks that load their work on demand
// cannot be bundled.
export { isRomiError, RomiError } from '../base/errors.ts'
export { millimetresIn } from '../base/length-unit.ts'
export { anyFiles, fileArtifact, filesetArtifact, nothing } from './artifact.ts'
export { param } from './param.ts'
export { annotations, files, fileset, otherScan } from './slot.ts'
export {
  datasetExists,
  dummyTask,
  fileExists,
  filesetExists,
  imagesFilesetExists,
  modelFileset,
  modelFilesetExists,
  virtualPlantObj,
} from './sources.ts'
export { defineSource, defineTask } from './task.ts'
