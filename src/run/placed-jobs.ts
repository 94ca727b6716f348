// The jobs of a step on other machines: how many wait and how many run, where, and why they wait.
import type { Job } from './job.ts'
import type { PlacedJobCounts } from './placed-counts.ts'

/** Counts them. */
export class PlacedJobs {
  readonly #jobs = new Map<Job, { readonly node?: string; readonly why?: string }>()
  readonly #tell: (placed: PlacedJobCounts) => void
  /** Whether any of them ran. */
  hasRun = false

  constructor(tell: (placed: PlacedJobCounts) => void) {
    this.#tell = tell
  }

  /** A job waits. @param why if that is known */
  waits(job: Job, why?: string): void {
    this.#jobs.set(job, why === undefined ? {} : { why })
    this.#changed()
  }

  /** A job runs. */
  runs(job: Job, node: string): void {
    this.hasRun = true
    this.#jobs.set(job, { node })
    this.#changed()
  }

  /** A job is over. */
  over(job: Job): void {
    if (this.#jobs.delete(job)) this.#changed()
  }

  #changed(): void {
    const jobs = [...this.#jobs.values()]
    const nodes = jobs.flatMap(({ node }) => (node === undefined ? [] : [node]))
    const waiting = jobs.length - nodes.length
    const why = jobs.find((job) => job.why !== undefined)?.why
    const placed = { waiting, running: nodes.length, nodes: [...new Set(nodes)].sort() }
    this.#tell(why === undefined ? placed : { ...placed, why })
  }
}
