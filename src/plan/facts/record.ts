// The record of a step: what its fileset was made from, kept in the fileset's metadata.
import type { Digest } from '../../base/digest.ts'
import type { Json, JsonObject } from '../../base/types.ts'
import type { FileRef } from '../../task/artifact.ts'
import type { CheckedValues } from '../../task/check.ts'
import type { ModuleCode } from '../../task/code/module-code.ts'
import { isRecord } from './record-shape.ts'

/** What a step saw of one file: its bytes and the metadata that it declared to read. */
export interface SeenFile {
  readonly id: string
  readonly extension: string
  readonly digest: Digest
  /** The metadata values, by key: short ones as they are, long ones as digests. */
  readonly metadata: Readonly<Record<string, string>>
  /** The files that it was made from, file by file, from the nearest to the photograph. */
  readonly lineage: readonly FileRef[]
  /** The keys whose values were annotated by another step. */
  readonly annotated?: readonly string[]
  /** For a file with a lineage: the keys whose values were found at the file itself alone. */
  readonly own?: readonly string[]
}

/** What a step saw of one slot; the digest of it, less the lineage, is the slot's. */
export interface SeenContent {
  readonly files: readonly SeenFile[]
  readonly fileset: Readonly<Record<string, string>>
  readonly scan: Readonly<Record<string, string>>
  readonly measures?: string
}

/** One input of a step. */
export interface InputRecord {
  /** The step that made it. */
  readonly from: string
  /** Its fileset; absent if it makes none. */
  readonly fileset?: string
  /** The key of the step that made it; absent for a source, and for one that was edited. */
  readonly maker?: Digest
  /** The digest of `seen`; what entered the key. */
  readonly digest: Digest
  /** The filesets that the fileset descends from, nearest first. */
  readonly lineage: readonly string[]
  /** The digest of how the files were chosen: query and declared metadata. */
  readonly selection: Digest
  readonly seen: SeenContent
  /** Files that the query passed over, with the values that it asked; kept for inputs with a maker. */
  readonly passedOver: readonly SeenFile[]
}

/** One file that a step made. */
export interface OutputRecord {
  /** Its name with the extension. */
  readonly file: string
  readonly digest: Digest
  readonly size: number
  /** What it was made from, for file-by-file steps: the digest of that file's part of the key. */
  readonly key?: Digest
  readonly lineage?: readonly FileRef[]
  /** What the checks of a file-by-file step told of it. */
  readonly checks?: CheckedValues
  /** The digest of its metadata as they were written, if it has any. */
  readonly metadata?: Digest
  /** Somebody corrected it: it was taken over from an earlier fileset, and is not what the step made. */
  readonly edited?: true
  /** For an edited file: the digest of what the step had made. */
  readonly made?: Digest
}

/** When, how long, where and with what a step was made. */
export interface Making {
  /** ISO 8601. */
  readonly at: string
  readonly seconds: number
  readonly bytes: number
  readonly host: string
  readonly run: string
  /** Versions of romi-run, Node and the programs used. */
  readonly versions: Readonly<Record<string, string>>
  /** The last that its task said, which sums up what came out; of steps that make one value. */
  readonly said?: string
  /** What its task warned of, each once; of steps that make one value. */
  readonly warned?: readonly string[]
  /** If the step ran on other machines: seconds at work × cores, summed over its jobs. */
  readonly coreSeconds?: number
}

/** All that is remembered of one run of a step. */
export interface StepRecord {
  readonly format: 1
  readonly key: Digest
  readonly version: number
  /** The code that made it, if the task is of a user's own module. */
  readonly code?: ModuleCode
  /** The significant parameters, defaults resolved. */
  readonly params: JsonObject
  readonly inputs: Readonly<Record<string, InputRecord>>
  /** The steps whose annotations were laid over the inputs, with their keys. */
  readonly annotators: Readonly<Record<string, Digest>>
  /** By file id. */
  readonly outputs: Readonly<Record<string, OutputRecord>>
  /** For file-by-file steps: the filesets that this one descends from, nearest first. */
  readonly lineage: readonly string[]
  /** For file-by-file steps: the metadata keys of which the files carry on copies. */
  readonly carried?: readonly string[]
  /** What the checks of a step that makes one value told of it; in no digest. */
  readonly checks?: CheckedValues
  /** The digest of the fileset's own metadata as written; absent from records of earlier versions. */
  readonly metadata?: Digest
  readonly made: Making
}

/** The metadata of a fileset that a step made: what ROMI's tools read, then our record. */
export function recordMetadata(task: string, record: StepRecord, own: JsonObject): JsonObject {
  // One that is not read back would have its step made again and again.
  if (!isRecord(record)) throw new TypeError(`the record of ${task} is not whole`)
  const wiring = Object.entries(record.inputs).map(([slot, { from }]) => [slot, from] as const)
  const task_params = { ...record.params, ...Object.fromEntries(wiring) }
  // Safe: a record is made of JSON values only.
  return { ...own, task_name: task, task_params, romi: record as unknown as Json }
}

/** What was found in metadata: they are asked for again and again, and large. */
const found = new WeakMap<JsonObject, StepRecord | 'none'>()

/** The record in a fileset's metadata; `undefined` for one that no step of ours made. */
export function recordIn(metadata: JsonObject): StepRecord | undefined {
  let record = found.get(metadata)
  if (record === undefined) {
    // Safe: it has all members, of the right kind.
    record = isRecord(metadata.romi) ? (metadata.romi as unknown as StepRecord) : 'none'
    found.set(metadata, record)
  }
  return record === 'none' ? undefined : record
}
