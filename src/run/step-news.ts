// What is heard of a step at work: to whoever follows the run, and into its log.
import { PlacedJobs } from './placed-jobs.ts'
import type { Job, JobEvent, JobOutcome } from './job.ts'
import type { RunContext } from './run-context.ts'

/** The news of one step, from all of its jobs. */
export class StepNews {
  readonly #run: Pick<RunContext, 'tell' | 'log'>
  readonly #at: { readonly scan: string; readonly step: string }
  /** Its jobs on other machines. */
  readonly #placed: PlacedJobs
  /** Why its jobs waited, as far as it was told. */
  readonly #reasons = new Set<string>()
  #done = 0
  #said: string | undefined

  constructor(
    run: Pick<RunContext, 'tell' | 'log'>,
    at: { readonly scan: string; readonly step: string },
  ) {
    this.#run = run
    this.#at = at
    this.#placed = new PlacedJobs((jobs) => run.tell({ is: 'placed', ...at, ...jobs }))
  }

  /** The last message of its task. */
  get said(): string | undefined {
    return this.#said
  }

  /** Whether one of its jobs has begun on another machine. */
  get hasRun(): boolean {
    return this.#placed.hasRun
  }

  /** An attempt begins: what was said before is of another one. */
  begin(): void {
    this.#said = undefined
  }

  /** @param files of a file-by-file step: how many are made, and how many were made before */
  started(fileset: string, files?: { readonly make: number; readonly reuse: number }): void {
    this.#done = 0
    this.#run.tell({ is: 'started', ...this.#at, fileset, ...(files && { files }) })
  }

  /** @param total how many files are made; 0: the step makes one value */
  hear(job: Job, event: JobEvent, total: number): void {
    switch (event.is) {
      case 'waits':
        this.#placed.waits(job, event.why)
        if (event.isUsual !== true) this.#tellReason(event.why)
        return
      case 'runs':
        this.#placed.runs(job, event.node)
        return
      case 'progress': {
        // Batches count for themselves; the step counts their files.
        const count =
          total > 0 ? { done: ++this.#done, total } : { done: event.done, total: event.total }
        this.#run.tell({ ...event, ...count, ...this.#at })
        return
      }
      case 'said':
        if (event.level === 'info') this.#said = event.text
        this.#say(event.level, event.text)
        return
      case 'printed':
        this.#run.log.line(this.#at.scan, this.#at.step, event.text)
        return
      case 'program':
        return
    }
  }

  /** A job has ended. */
  over(job: Job, outcome: JobOutcome): void {
    this.#placed.over(job)
    if (outcome.is === 'cancelled' && outcome.why !== undefined) this.#say('warn', outcome.why)
  }

  /** The last lines of its log. */
  tail(): readonly string[] {
    return this.#run.log.tail(this.#at.scan, this.#at.step)
  }

  /** Why its jobs wait is told once for each reason. */
  #tellReason(why: string | undefined): void {
    if (why === undefined || this.#reasons.has(why)) return
    this.#reasons.add(why)
    this.#say('warn', `waits for the cluster: ${why}`)
  }

  #say(level: 'debug' | 'info' | 'warn', text: string): void {
    this.#run.log.line(this.#at.scan, this.#at.step, `${level} ${text}`)
    this.#run.tell({ is: 'said', level, text, ...this.#at })
  }
}
