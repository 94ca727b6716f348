// Runs: the list, what each does, and how one is started and stopped.

// ── GET api/runs → RunList; GET api/runs/:run/log?scan=…&step=… → text/plain ─────────────────────

/** A step of a run, for the timeline. */
export interface RunStep {
  readonly scan: string
  readonly step: string
  readonly is:
    'running' | 'reused' | 'finished' | 'failed' | 'skipped' | 'cancelled' | 'interrupted'
  readonly fileset?: string
  /** Seconds that it took, once it has finished. */
  readonly seconds?: number
  /** Files finished so far, and in all, of a step that runs file by file. */
  readonly done?: number
  readonly total?: number
  /** Why it failed or was skipped. */
  readonly message?: string
}

/** A run, whoever started it. */
export interface RunShown {
  readonly id: string
  /** `died`: it ended without saying so. */
  readonly is: 'working' | 'ended' | 'died'
  readonly begun?: string
  readonly seconds?: number
  /** The exit code, once it has ended. */
  readonly code?: number
  readonly pipeline?: string
  readonly scans: readonly string[]
  readonly steps: readonly RunStep[]
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
