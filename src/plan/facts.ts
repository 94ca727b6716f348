// What the plan asks of a scan; read from the store, or written by hand in a test.
import type { Digest } from '../base/digest.ts'
import type { JsonObject } from '../base/types.ts'
import type { Annotations } from './annotations.ts'
import type { FilesetFacts } from './content.ts'
import type { StepRecord } from './record.ts'
import type { ScanView } from '../task/task.ts'

/** How the files of a made fileset compare with its record. */
export interface Condition {
  /** Files of the record that are gone, empty or unreadable. */
  readonly missing: readonly string[]
  /** Files whose bytes are others than the step wrote, but readable. */
  readonly edited: readonly string[]
}

/** A fileset that a step made, with its record. */
export interface MadeFileset {
  readonly id: string
  readonly task: string
  readonly record: StepRecord
}

/** One scan, as the plan sees it. What is asked once is remembered. */
export interface ScanFacts {
  readonly scan: string
  /** The filesets there are, in the order of `files.json`. */
  readonly view: ScanView
  readonly metadata: JsonObject
  readonly measures: JsonObject | undefined
  /** Filesets with a record, in the order of `files.json`. */
  readonly made: readonly MadeFileset[]
  /** Records of filesets that may be gone; read when first asked for. */
  readonly archive: readonly MadeFileset[]
  /** @returns the same object each time, until the fileset changes */
  fileset(id: string): Promise<FilesetFacts>
  /** Reads the metadata of these filesets' files, for `filesMetadata`. */
  prefetch(filesets: Iterable<string>): Promise<void>
  /** Metadata of a fileset's files, by file id; empty for one that is gone or was not prefetched. */
  filesMetadata(id: string): ReadonlyMap<string, JsonObject>
  filesetMetadata(id: string): JsonObject | undefined
  condition(made: MadeFileset): Promise<Condition>
  /** What the step that made this fileset attached to files of others. */
  annotations(id: string): Promise<Annotations>
  /** How many files a killed run of a file-by-file step had finished. */
  unfinished(resumeKey: Digest): number
  /** The latest fileset of a task in another scan, or why there is none. */
  elsewhere(scan: string, task: string): Promise<FilesetFacts | string>
}
