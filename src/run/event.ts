// Events: all that a run tells, and the only thing that it tells. People and logs read the same ones.
import type { ErrorCode } from '../base/codes.ts'
import type { JsonObject } from '../base/types.ts'
import type { CheckReport } from '../plan/check-report.ts'
import type { Decision, StopCause } from '../plan/decision.ts'
import type { ScanNote } from '../plan/notes.ts'
import type { PlacedJobCounts } from './placed-counts.ts'

/** A step that failed: a value, never an exception that crosses the scheduler. */
export interface TaskFailure {
  readonly code: ErrorCode
  /** What happened, to what and what to do. */
  readonly message: string
  /** Facts for programs, such as a path, or the ids that were there. */
  readonly facts: JsonObject
  /** Where it was thrown, if it was the task's own code. */
  readonly stack?: string
  /** The last lines of the step's log. */
  readonly logTail: readonly string[]
}

/** What a step is expected to take, from earlier records of the same task. */
export interface Expected {
  readonly seconds: number
  readonly bytes: number
}

/** A step as the plan announces it. */
export interface Announced {
  readonly step: string
  readonly decision: Decision
  readonly expected?: Expected
}

interface OfStep {
  readonly scan: string
  readonly step: string
}

/** One thing that happened in a run. */
export type RunEvent =
  | {
      readonly is: 'begun'
      readonly run: string
      readonly pipeline: string
      readonly scans: readonly string[]
    }
  | { readonly is: 'planned'; readonly scan: string; readonly steps: readonly Announced[] }
  /** Something worth knowing of a scan. */
  | { readonly is: 'noted'; readonly scan: string; readonly note: ScanNote }
  /** The scan itself cannot be read, or not be written any more. */
  | { readonly is: 'broken'; readonly scan: string; readonly message: string }
  /** Another writer has the scan: it is left out, or waited for. */
  | {
      readonly is: 'held'
      readonly scan: string
      readonly message: string
      readonly waits: boolean
    }
  | (OfStep & {
      readonly is: 'reused'
      readonly fileset: string | undefined
      readonly edited: readonly string[]
      /** What the checks of the result say, by the limits of this run; absent: it has none. */
      readonly checks?: readonly CheckReport[]
      /** The last that its task said when it was made. */
      readonly said?: string
      /** What its task warned of when it was made. */
      readonly warned?: readonly string[]
    })
  | (OfStep & {
      readonly is: 'started'
      readonly fileset: string
      /** For file-by-file steps: how many files are made, and how many were made before. */
      readonly files?: { readonly make: number; readonly reuse: number }
    })
  | (OfStep & {
      readonly is: 'progress'
      readonly done: number
      readonly total: number
      readonly what?: string
    })
  /** Jobs of the step on other machines: told whenever one begins to wait, to run, or is over. */
  | (OfStep & PlacedJobCounts & { readonly is: 'placed' })
  | (OfStep & {
      readonly is: 'said'
      readonly level: 'debug' | 'info' | 'warn'
      readonly text: string
    })
  | (OfStep & {
      readonly is: 'finished'
      readonly fileset: string
      readonly seconds: number
      readonly bytes: number
      /** On other machines: seconds at work × cores, of all its jobs. */
      readonly coreSeconds?: number
      /** As for those that are reused. */
      readonly checks?: readonly CheckReport[]
      /** For a forced step: whether it came out as before. */
      readonly reproducible?: boolean
      /** For one that did not: what was of another version then, such as `node 22.1.0`. */
      readonly madeBefore?: readonly string[]
    })
  | (OfStep & { readonly is: 'failed'; readonly failure: TaskFailure; readonly retry: boolean })
  | (OfStep & { readonly is: 'skipped'; readonly cause: StopCause; readonly why: string })
  | (OfStep & { readonly is: 'cancelled' })
  | { readonly is: 'ended'; readonly seconds: number; readonly code: number }

/** Takes events, in order. */
export type Tell = (event: RunEvent) => void
