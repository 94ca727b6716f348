// A job on its way through the cluster, as the head sees it.
import type { JobEvent } from '../../job.ts'
import type { Job } from '../../job.ts'
import type { JobEnded, JobFiles } from './job-files.ts'
import type { RomiError } from '../../../base/errors.ts'
import type { JobState } from './scheduler.ts'
import type { JobFate } from './verdict.ts'

/** How following a job came to its end. */
export type FollowEnd =
  | { readonly is: 'outcome'; readonly ended: JobEnded }
  | { readonly is: 'fate'; readonly fate: Exclude<JobFate, { is: 'open' }> }
  | { readonly is: 'refused'; readonly error: RomiError }
  /** By this run's own wish. */
  | { readonly is: 'cancelled' }

/** What a job is, whatever becomes of it. */
export interface FollowedJob {
  /** Its id and the number of the try: the name of its files. */
  readonly name: string
  readonly job: Job
  /** The files of the run that submitted it. */
  readonly files: JobFiles
  /** In MB, that it is given. */
  readonly memory: number
  readonly tell: (event: JobEvent) => void
}

/** A job that is followed. */
export class Followed {
  readonly name: string
  readonly job: Job
  readonly files: JobFiles
  readonly memory: number
  readonly ended: Promise<FollowEnd>
  /** Where it is in the scheduler; absent: not submitted yet. */
  place: { readonly array: string; readonly index: number; readonly id: string } | undefined
  state: JobState | undefined
  node: string | undefined
  /** Looks in a row at which it was over, or not named. */
  quiet = 0
  /** When the first of them was, in ms. */
  quietSince = 0
  /** When it was first seen to wait for one reason, in ms; and whether that was told. */
  waiting: { readonly why: string; readonly since: number; readonly isTold: boolean } | undefined
  /** When its outcome was first seen, in ms. */
  outcomeSince: number | undefined
  isOver = false
  readonly #tell: (event: JobEvent) => void
  #bytes = 0
  #heard = 0
  #isRunning = false
  #resolve: (end: FollowEnd) => void = () => undefined

  constructor({ name, job, files, memory, tell }: FollowedJob) {
    this.name = name
    this.job = job
    this.files = files
    this.memory = memory
    this.#tell = tell
    this.ended = new Promise((resolve) => (this.#resolve = resolve))
  }

  /** It came to its end; what comes later does not count. */
  end(end: FollowEnd): void {
    this.isOver = true
    this.#resolve(end)
  }

  /** It waits. @param isUsual for its turn and no more */
  waits(why?: string, isUsual = false): void {
    const known = why === undefined ? {} : { why }
    this.#tell({ is: 'waits', ...known, ...(isUsual && { isUsual }) })
  }

  /** It runs on a node; told once. */
  runs(node: string): void {
    this.node = node
    if (this.#isRunning) return
    this.#isRunning = true
    this.#tell({ is: 'runs', node })
  }

  /** Passes on what it told since the last time. */
  listen(): void {
    const bytes = this.files.told(this.name)
    if (bytes === this.#bytes) return
    this.#bytes = bytes
    const events = this.files.events(this.name)
    for (const event of events.slice(this.#heard)) this.#tell(event)
    this.#heard = Math.max(this.#heard, events.length)
  }

  /** What it printed. */
  log(): string {
    return this.place ? this.files.log(this.place.array, this.place.index) : ''
  }
}
