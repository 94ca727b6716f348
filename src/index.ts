// The library's public face: what programs and tasks import.
export * as io from './io/index.ts'
export { isRomiError, RomiError } from './base/errors.ts'
export type { Json, JsonObject } from './base/types.ts'
export { anyFiles, fileArtifact, filesetArtifact, nothing } from './task/artifact.ts'
export type {
  Artifact,
  Encoded,
  FileArtifact,
  FileRef,
  FilesetArtifact,
  InputFile,
  InputFileset,
  Output,
  ValueOf,
} from './task/artifact.ts'
export { param, type Box, type ParamValues, type Query } from './task/param.ts'
export { annotations, files, fileset, otherScan } from './task/slot.ts'
export {
  dummyTask,
  fileExists,
  filesetExists,
  imagesFilesetExists,
  virtualPlantObj,
} from './task/sources.ts'
export { defineSource, defineTask, type Task, type TaskContext } from './task/task.ts'
