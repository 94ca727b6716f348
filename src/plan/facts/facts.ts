// What the plan asks of a scan; read from the store, or written by hand in a test.
import type { Digest } from '../../base/digest.ts'
import type { JsonObject } from '../../base/types.ts'
import type { FileRef } from '../../task/artifact.ts'
import type { ScanView } from '../../task/task.ts'
import type { Annotations } from './annotations.ts'
import type { StepRecord } from './record.ts'

/** A file of the scan, as the plan sees it. */
export interface FileFacts {
  readonly id: string
  readonly filename: string
  readonly path: string
  readonly digest: Digest
  /** How it stood when it was digested; absent: not known. */
  readonly stamp?: string
  /** All its metadata, with the copies that it carries on for other tools. */
  readonly metadata: JsonObject
  /** Its metadata less those copies. */
  readonly own: JsonObject
  /** The files it was made from, file by file, nearest first. */
  readonly lineage: readonly FileRef[]
}

/** A fileset of the scan, as the plan sees it. */
export interface FilesetFacts {
  readonly id: string
  /** All its metadata, with the copies that it carries on for other tools. */
  readonly metadata: JsonObject
  /** Its metadata less those copies. */
  readonly own: JsonObject
  /** The filesets it descends from, nearest first. */
  readonly lineage: readonly string[]
  /** The key of the step that made it; absent for a source, and for one that was edited since. */
  readonly maker: Digest | undefined
  readonly files: readonly FileFacts[]
  /** Ids of files that are listed but not on the disk. */
  readonly gone: readonly string[]
  /** Entries about it that cannot be used, each with its place in `files.json`. */
  readonly unusable: readonly string[]
}

/** How the files of a made fileset compare with its record. */
export interface Condition {
  /** Files of the record that are gone, empty or unreadable. */
  readonly missing: readonly string[]
  /** Files whose bytes are others than the step made, but readable: somebody corrected them. */
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
  /**
   * Metadata of a fileset's files, by file id, less the copies that they carry on; empty for a
   * fileset that is gone or was not prefetched.
   */
  filesMetadata(id: string): ReadonlyMap<string, JsonObject>
  /** A fileset's metadata, less the copies that it carries on; `undefined` if it is gone. */
  filesetMetadata(id: string): JsonObject | undefined
  condition(made: MadeFileset): Promise<Condition>
  /** What the step that made this fileset attached to files of others. */
  annotations(id: string): Promise<Annotations>
  /** How many files a killed run of a file-by-file step had finished. */
  unfinished(resumeKey: Digest): number
  /** The latest fileset of a task in another scan, or why there is none. */
  elsewhere(scan: string, task: string): Promise<FilesetFacts | string>
}
