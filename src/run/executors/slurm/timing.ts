// How long a cluster is waited for.

/** How long things are waited for, in ms. */
export interface Timing {
  /** Jobs that become ready within this time are submitted together. */
  readonly collect: number
  /** For files that an outcome names and that are not seen yet. */
  readonly patience: number
  /** Until it is told why a job waits. */
  readonly tellAfter: number
  /** For the scheduler, when it was not reached: at first. */
  readonly backOff: number
  /** For jobs to be gone, after a second wish to end. */
  readonly stop: number
}

/** What fits a cluster with a shared disk. */
export const usualTiming: Timing = {
  collect: 500,
  patience: 60_000,
  tellAfter: 60_000,
  backOff: 2_000,
  stop: 10_000,
}
