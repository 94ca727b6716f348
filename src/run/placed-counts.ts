// How many jobs of a step wait and run on other machines, as all faces are told, the browser's included.

/** The jobs of a step on other machines. */
export interface PlacedJobCounts {
  readonly waiting: number
  readonly running: number
  /** Where they run, each node once. */
  readonly nodes: readonly string[]
  /** Why one of them waits, in the scheduler's word. */
  readonly why?: string
}
