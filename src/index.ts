// The library's public face: what programs and tasks import.
export * as io from './io/index.ts'
export type { ErrorCode } from './base/codes.ts'
export { isRomiError, RomiError } from './base/errors.ts'
export { millimetresIn } from './base/length-unit.ts'
export { FSDB } from './fsdb/fsdb.ts'
export type { Draft } from './fsdb/draft.ts'
export type { File } from './fsdb/file.ts'
export type { Fileset } from './fsdb/fileset.ts'
export type { Measures } from './fsdb/measures.ts'
export type { Scan } from './fsdb/scan.ts'
export { loadPipeline } from './pipeline/load.ts'
export type { Pipeline } from './pipeline/pipeline.ts'
export type { RunEvent } from './run/event.ts'
export { inlineExecutor } from './run/executors/inline.ts'
export { threadsExecutor } from './run/executors/threads.ts'
export { excludePhotographs, includePhotographs } from './plan/exclude.ts'
export { run, type RunRequest, type RunResult } from './run/run.ts'
export { ResourcePool } from './run/resource-pool.ts'
export { advance, beforeRun, type RunState } from './run/state.ts'
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
export type { CarriedInstead } from './task/slot.ts'
export {
  datasetExists,
  dummyTask,
  fileExists,
  filesetExists,
  imagesFilesetExists,
  modelFileset,
  modelFilesetExists,
  virtualPlantObj,
} from './task/sources.ts'
export { defineSource, defineTask, type Task, type TaskContext } from './task/task.ts'
