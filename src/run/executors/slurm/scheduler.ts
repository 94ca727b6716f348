// A scheduler of a cluster, as narrow as we need it: submit, list, cancel, and the state of one job.
//
// Slurm is one (slurm.ts); another one (LSF, PBS, SGE) would differ in this and nothing else.

/** How a job came to its end, by the scheduler's word; what the job itself says goes before. */
export type JobEnd =
  | 'completed'
  | 'failed'
  | 'out-of-memory'
  | 'time-limit'
  /** The node failed, or was taken away for another job. */
  | 'lost'
  | 'cancelled'

/** Where a job stands, by the scheduler's word. */
export type JobState =
  /** @property why in the scheduler's word, such as `Resources` or `BadConstraints` */
  | { readonly is: 'waiting'; readonly why: string }
  | { readonly is: 'running' }
  | { readonly is: 'ended'; readonly how: JobEnd }

/** A job in a list. */
export interface ListedJob {
  /** By which the scheduler knows it. */
  readonly id: string
  /** The name and the mark of the array that it is of, as they were submitted, and its place there. */
  readonly name: string
  readonly mark: string
  readonly index: number
  readonly state: JobState
  readonly node?: string
}

/** What is asked for each job of an array. */
export interface Resources {
  readonly cpus: number
  /** In MB. */
  readonly memory: number
  /** In minutes; absent: as long as the cluster allows. */
  readonly minutes?: number
  /** Nodes on which it is not to run. */
  readonly exclude: readonly string[]
  readonly partition?: string
  readonly account?: string
  readonly qos?: string
  readonly constraint?: string
  readonly gres?: string
  readonly extra: readonly string[]
}

/** Jobs that differ in their index alone, from 0. */
export interface ArrayRequest {
  /** By which all jobs of a run are listed and cancelled. */
  readonly name: string
  /** Which array of the run it is; shown by the scheduler. */
  readonly mark: string
  readonly count: number
  readonly resources: Resources
  /** Shell; the variable `ROMI_INDEX` is the job's index in it. */
  readonly script: string
  /** What jobs print goes to this file; `%a` is the index. */
  readonly log: string
  /** The folder in which jobs begin. */
  readonly folder: string
}

/** What the scheduler says of one job that is asked for by its id. */
export type Answer =
  | { readonly is: 'unknown' }
  | {
      readonly is: 'known'
      readonly state: JobState
      /** Such as `1` or `0:53`: the code, or code and signal, with which its script ended. */
      readonly exitCode?: string
      readonly node?: string
    }

/** Which jobs. */
export type JobsOf =
  { readonly name: string; readonly waitingOnly: boolean } | { readonly ids: readonly string[] }

/** A scheduler; each call is one request to it. */
export interface Scheduler {
  readonly name: string
  /**
   * Submits an array.
   * @returns its id
   * @throws RomiError `cluster/refused`, which lasts; `cluster/unreachable`: it may be in, or not
   */
  submit(array: ArrayRequest): Promise<string>
  /**
   * Every job of these names that it still knows.
   * @throws RomiError `cluster/unreachable`: then nothing is known
   */
  list(names: readonly string[]): Promise<readonly ListedJob[]>
  /** @throws RomiError `cluster/unreachable` */
  cancel(jobs: JobsOf): Promise<void>
  /** @throws RomiError `cluster/unreachable` */
  state(id: string): Promise<Answer>
  /** How many jobs an array may have. Never rejects. */
  largestArray(): Promise<number>
}
