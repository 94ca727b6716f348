// Runs: the list, what each does, and how one is started and stopped.
import type { PastRun } from '../../survey/past-run.ts'

// ── GET api/runs → RunList; GET api/runs/:run/log?scan=…&step=… → text/plain ─────────────────────

/** A run, whoever started it. */
export interface RunShown extends PastRun {
  /** True of one that this server started: `api/runs/stop` ends it. */
  readonly canStop: boolean
}

/** Answer of `api/runs`: newest first, at most 50. */
export interface RunList {
  readonly runs: readonly RunShown[]
}

// ── POST api/runs → RunStarted; POST api/runs/stop → RunShown ────────────────────────────────────

/** A run of the served pipeline, in a process of its own that outlives the server. */
export interface RunRequest {
  /** Empty: all. */
  readonly scans: readonly string[]
  readonly set?: readonly string[]
  readonly targets?: readonly string[]
}

/** It shows in `api/events` and `api/runs` by this id. */
export interface RunStarted {
  readonly run: string
}

export interface StopRequest {
  readonly run: string
  /** What is at work is ended, too; else it may finish. */
  readonly now?: boolean
}
