// An executor carries out jobs somewhere: in this thread, in worker threads, on another machine.
import type { RomiError } from '../base/errors.ts'
import type { RunId } from '../fsdb/ids.ts'
import type { RunFolders } from '../fsdb/run-folders.ts'
import type { ComputingStep } from '../pipeline/pipeline.ts'
import type { LibraryOrigin } from '../task/modules.ts'
import type { Job, JobEvent, JobOutcome } from './job.ts'
import type { ResourcePool } from './resource-pool.ts'

/** Carries out jobs; fills their drafts and publishes nothing. */
export interface Executor {
  readonly name: string
  /**
   * Never rejects: whatever happens to the job is its outcome.
   * @param signal stops the job at once
   * @param tell takes what the job tells, in order
   */
  execute(job: Job, signal: AbortSignal, tell: (event: JobEvent) => void): Promise<JobOutcome>
  /** Jobs are about to come: what does them may begin to load. */
  expectJobs?(library: LibraryOrigin): void
  /** Waits for nothing: what still runs is stopped. */
  close(): Promise<void>
  /** The cluster, if its jobs run on other machines and outlive this process. */
  readonly cluster?: Cluster
}

/** A run, as a cluster needs to know it. */
export interface RunOnCluster {
  readonly id: RunId
  /** The database. */
  readonly path: string
  /** The same, with every link resolved. */
  readonly root: string
  readonly runs: RunFolders
  /** Fires at the first wish to end: what runs may finish. */
  readonly cancel: AbortSignal
  /** Fires at the second: everything ends at once. */
  readonly stop: AbortSignal
  /** Ends the whole run: no node can do its jobs. */
  readonly fail: (error: RomiError) => void
}

/** Where jobs are carried out, and how many at a time. */
export interface Workplace {
  readonly executor: Executor
  readonly pool: ResourcePool
}

/** What earlier runs tell of a step: how long it takes, in seconds. */
export interface Recorded {
  readonly seconds: number
  /** Seconds for one file on one core. */
  readonly secondsAFile: number
}

/** The step whose jobs are looked for among those that dead runs left. */
export interface Claim {
  readonly scan: string
  readonly step: string
  /** What its jobs ask for now. */
  readonly asks: Pick<Job, 'limits' | 'threads' | 'slurm'>
}

/** Jobs on other machines. */
export interface Cluster {
  /** A run begins; before its first job. */
  begin(run: RunOnCluster): Promise<void>
  /** Where a step of this machine is done, if it is too short to be a job. */
  hereFor(step: ComputingStep, recorded: Recorded | undefined): Workplace | undefined
  /** How many files a job makes. */
  filesAJob(step: string, recorded: Recorded | undefined): number
  /** A scan is held by this run from now on. */
  take(scan: string): void
  /**
   * Jobs of a step that a dead run left, running or done, and that are wanted: to be given to
   * `execute` as they are; of those that wait, the ones that ask for what would be asked for now. All
   * others of the step are gone when this returns.
   *
   * @param isWanted of a job, and the name of the draft that it fills
   * @throws RomiError `cluster/jobs-left`, `cluster/unreachable`
   */
  claim(at: Claim, isWanted: (job: Job, draft: string) => boolean): Promise<readonly Job[]>
  /** The work on a scan is over. @throws as `claim` */
  leave(scan: string): Promise<void>
  /** A step needs its jobs no more: it is published, or given up. */
  release(scan: string, step: string): Promise<void>
  /** The run has ended. */
  end(): Promise<void>
}
