// A job: one step on one scan, or some files of it, as plain JSON. An executor fills a draft from it.
import type { Digest } from '../base/digest.ts'
import type { JsonObject } from '../base/types.ts'
import type { FileRef, Reads } from '../task/artifact.ts'
import type { LibraryOrigin } from '../task/modules.ts'
import type { CheckedValues } from '../task/check.ts'
import type { SlurmAsks } from '../pipeline/slurm-settings.ts'
import type { Limits } from '../task/task.ts'
import type { TaskFailure } from './event.ts'

/** A file that a job reads. */
export interface JobFile {
  readonly id: string
  readonly filename: string
  readonly path: string
  /** The digest of its bytes, as it entered the key of the step. */
  readonly digest: Digest
  /** How it stood when it was digested; absent: not known. */
  readonly stamp?: string
  readonly lineage: readonly FileRef[]
  /** The values of the declared keys. */
  readonly metadata: JsonObject
}

/** What fills a slot. */
export interface JobInput {
  /** The step or task that made it. */
  readonly task: string
  readonly artifact: string
  /** The fileset; absent for a step that makes none. */
  readonly fileset?: string
  /** Whether a step made it: what is damaged can be made again. */
  readonly isMade: boolean
  readonly files: readonly JobFile[]
  readonly filesetMetadata: JsonObject
  readonly scanMetadata: JsonObject
  readonly measures?: JsonObject
  readonly declared: Required<Reads>
}

/** One file that a file-by-file job makes. */
export interface JobItem {
  /** The id of the file that it reads, and of the one that it makes. */
  readonly id: string
  readonly key: Digest
  /** Metadata that the made file carries on. */
  readonly inherited: JsonObject
}

/** What an executor needs to know. */
export interface Job {
  /** The mark of the run that it belongs to; its programs bear it. */
  readonly run: string
  readonly scan: string
  readonly step: string
  /** The key of what the step makes: the same key, the same result. */
  readonly key: Digest
  /** The version of its task when the run began: a thread that starts later may find another. */
  readonly version: number
  /** The digest of its code, of a user's own module. */
  readonly code?: Digest
  readonly params: JsonObject
  /** What it reads: of the slot that a step works on file by file, the files of its items alone. */
  readonly inputs: Readonly<Record<string, JobInput>>
  /** For file-by-file steps: the files to make. */
  readonly items?: readonly JobItem[]
  /** The id that its fileset will have. */
  readonly fileset: string
  /** The folder of the draft. */
  readonly draft: string
  /** The part of the draft's journal that is its own, where several machines fill the draft. */
  readonly part?: string
  /** A folder where scratch folders may be made. */
  readonly scratch: string
  /** Files that were only touched while a program read them are accepted, with a warning. */
  readonly acceptsTouched?: boolean
  readonly limits: Limits
  readonly threads: number
  readonly library: LibraryOrigin
  /** What it asks of a cluster. */
  readonly slurm?: SlurmAsks
}

/** What a job tells while it works. */
export type JobEvent =
  | {
      readonly is: 'progress'
      readonly done: number
      readonly total: number
      readonly what?: string
    }
  | { readonly is: 'said'; readonly level: 'debug' | 'info' | 'warn'; readonly text: string }
  /** A line that an external program printed. */
  | { readonly is: 'printed'; readonly text: string }
  /** A program's process group began or ended; it must not outlive the job. */
  | { readonly is: 'program'; readonly pid: number; readonly alive: boolean }
  /**
   * Where others decide when it runs: it waits, and why if that is known.
   * @property isUsual it waits for its turn: nobody need do anything
   */
  | { readonly is: 'waits'; readonly why?: string; readonly isUsual?: true }
  /** It runs there, on this node. */
  | { readonly is: 'runs'; readonly node: string }

/** What a job leaves beside the files in the draft. */
export interface JobResult {
  /** Metadata for the fileset. */
  readonly metadata: JsonObject
  /** The checks of a step that makes one value; those of files are kept with the files. */
  readonly checks: CheckedValues
  /** What the task of a step that makes one value warned of, each once; absent: of nothing. */
  readonly warned?: readonly string[]
  /** Versions of the programs that were used. */
  readonly versions: Readonly<Record<string, string>>
  /** Where and how long it ran, if that was on another machine. */
  readonly elsewhere?: Elsewhere
}

/** Where a job ran, and for how long; or several. */
export interface Elsewhere {
  readonly node: string
  readonly jobs: number
  /** At work, of the longest job. */
  readonly seconds: number
  /** Seconds at work × the cores that it was given. */
  readonly coreSeconds: number
}

export type JobOutcome =
  | { readonly is: 'done'; readonly result: JobResult }
  | { readonly is: 'failed'; readonly failure: TaskFailure }
  /** Files that it read, by path, were not what its key tells of; or they were only touched. */
  | { readonly is: 'overtaken'; readonly by: readonly string[]; readonly isTouched: boolean }
  /** @property why if it was not by the wish of this run */
  | { readonly is: 'cancelled'; readonly why?: string }
