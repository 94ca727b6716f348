// An executor carries out jobs somewhere: in this thread, in worker threads, on another machine.
import type { Job, JobEvent, JobOutcome } from './job.ts'

/** Carries out jobs; fills their drafts and publishes nothing. */
export interface Executor {
  readonly name: string
  /**
   * Never rejects: whatever happens to the job is its outcome.
   * @param signal stops the job at once
   * @param tell takes what the job tells, in order
   */
  execute(job: Job, signal: AbortSignal, tell: (event: JobEvent) => void): Promise<JobOutcome>
  /** Waits for nothing: what still runs is stopped. */
  close(): Promise<void>
}
