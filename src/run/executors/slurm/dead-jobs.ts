// Jobs that runs left on the cluster when they died: adopted where they are still wanted, else cancelled.
//
// Whoever holds a scan decides on its jobs: the run that submitted them does not hold it any more. They
// publish nothing, but they write into drafts; so a draft is opened only when all jobs of its step that
// are not adopted are gone, by the scheduler's word.
import { basename } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { RomiError } from '../../../base/errors.ts'
import type { RunFolders } from '../../../fsdb/run-folders.ts'
import type { Job } from '../../job.ts'
import { JobFiles, type JobOrder } from './job-files.ts'
import type { ListedJob, Scheduler } from './scheduler.ts'

/** A job of a run that is dead. */
export interface DeadJob {
  readonly name: string
  readonly files: JobFiles
  readonly job: Job
  /** In MB, that it was given. */
  readonly memory: number
  readonly place: { readonly array: string; readonly index: number; readonly id: string }
}

/** What was left, with what the scheduler says of it. */
interface LeftJob {
  readonly name: string
  readonly files: JobFiles
  readonly order: JobOrder
  readonly array: string | undefined
  readonly index: number
}

/** What finding them needs. */
export interface DeadJobsHost {
  readonly runs: RunFolders
  /** The real path of the database: a copy elsewhere has the files of jobs, and none of the jobs. */
  readonly root: string
  /** The run that asks; its jobs are none of these. */
  readonly own: string | undefined
  readonly scheduler: Scheduler
  /** Between two looks whether cancelled jobs are gone, in ms. */
  readonly pollMs: number
}

/** How long cancelled jobs may take to be gone, in ms: Slurm kills after `KillWait`, 30 s by default. */
const gonePatience = 120_000

/** The jobs of dead runs, scan by scan. */
export class DeadJobs {
  readonly #host: DeadJobsHost
  /** By run, then by name; each read once, as long as it is there. */
  readonly #read = new Map<string, ReadonlyMap<string, LeftJob>>()
  /** The jobs that are left, by the scan, which is held. */
  readonly #open = new Map<string, LeftJob[]>()

  constructor(host: DeadJobsHost) {
    this.#host = host
  }

  /** A scan is held from now on: finds what was left of it. */
  take(scan: string): void {
    const { runs, own } = this.#host
    const left = runs.withJobs().flatMap((run) => {
      if (run === own) return []
      const known = this.#ofRun(new JobFiles(runs, run), this.#read.get(run) ?? new Map())
      this.#read.set(run, known)
      return [...known.values()].filter(({ order }) => order.job.scan === scan)
    })
    if (left.length > 0) this.#open.set(scan, left)
  }

  /** @param known what was read of it before: a run that works, and dies later, submits more */
  #ofRun(files: JobFiles, known: ReadonlyMap<string, LeftJob>): ReadonlyMap<string, LeftJob> {
    const names = files.jobs()
    const news = names.filter((name) => known.get(name)?.array === undefined)
    const places = news.length > 0 ? placesOf(files) : new Map<string, JobPlace>()
    const jobs = new Map<string, LeftJob>()
    for (const name of names) {
      const before = known.get(name)
      const order = before?.order ?? files.job(name)
      if (!order || order.root !== this.#host.root) continue
      const { array, index } = before?.array === undefined ? (places.get(name) ?? noPlace) : before
      jobs.set(name, { name, files, order, array, index })
    }
    return jobs
  }

  /**
   * The jobs of a step that are wanted, running or done; the others are gone when this returns.
   *
   * @throws RomiError `cluster/jobs-left`, `cluster/unreachable`
   */
  async claim(
    scan: string,
    step: string,
    isWanted: (order: JobOrder, draft: string, isWaiting: boolean) => boolean,
  ): Promise<readonly DeadJob[]> {
    const all = this.#open.get(scan) ?? []
    const [left, others] = [
      all.filter(({ order }) => order.job.step === step),
      all.filter(({ order }) => order.job.step !== step),
    ]
    if (left.length === 0) return []
    const listed = await this.#listed(left)
    const wanted: DeadJob[] = []
    const unwanted: LeftJob[] = []
    for (const job of left) {
      const found = this.#adoptable(job, listed)
      const isTaken = wanted.some(({ name }) => name === job.name)
      const isWaiting = listed.get(leftKey(job))?.state.is === 'waiting'
      if (found && !isTaken && isWanted(job.order, basename(job.order.job.draft), isWaiting))
        wanted.push(found)
      else unwanted.push(job)
    }
    await this.#end(unwanted, listed)
    this.#open.set(scan, others)
    return wanted
  }

  /** A job that did well or may yet; `undefined` if it ended otherwise, or never began. */
  #adoptable(job: LeftJob, listed: ReadonlyMap<string, ListedJob>): DeadJob | undefined {
    const { name, files, order, array, index } = job
    const found = listed.get(leftKey(job))
    if (array === undefined) return undefined
    const id = found?.id ?? `${files.idOf(array) ?? '0'}_${index}`
    const outcome = files.outcome(name)?.outcome
    const isOpen = found !== undefined && found.state.is !== 'ended'
    if (outcome ? outcome.is !== 'done' : !isOpen) return undefined
    const { memory } = order.asked.resources
    return { name, files, job: order.job, memory, place: { array, index, id } }
  }

  async #listed(left: readonly LeftJob[]): Promise<ReadonlyMap<string, ListedJob>> {
    const names = [...new Set(left.map(({ files }) => files.run))]
    const listed = await this.#host.scheduler.list(names)
    const jobs = new Map(listed.map((job) => [`${job.name}/${job.mark}/${job.index}`, job]))
    // A list may be short of some for a moment: one that left no outcome is asked for by its id.
    for (const job of left) {
      if (jobs.has(leftKey(job)) || job.files.outcome(job.name)) continue
      const found = await this.#asked(job)
      if (found) jobs.set(leftKey(job), found)
    }
    return jobs
  }

  async #asked({ files, array, index }: LeftJob): Promise<ListedJob | undefined> {
    const of = array === undefined ? undefined : files.idOf(array)
    if (array === undefined || of === undefined) return undefined
    const id = `${of}_${index}`
    const answer = await this.#host.scheduler.state(id)
    if (answer.is === 'unknown') return undefined
    return { id, name: files.run, mark: array, index, state: answer.state }
  }

  /** Cancels jobs and waits until they are gone; their files go. */
  async #end(left: readonly LeftJob[], listed: ReadonlyMap<string, ListedJob>): Promise<void> {
    const open = (now: ReadonlyMap<string, ListedJob>) =>
      left.flatMap((job) => {
        const found = now.get(leftKey(job))
        return found && found.state.is !== 'ended' ? [found.id] : []
      })
    let ids = open(listed)
    if (ids.length > 0) await this.#host.scheduler.cancel({ ids })
    const until = performance.now() + gonePatience
    while (ids.length > 0) {
      await sleep(Math.min(this.#host.pollMs, 1000))
      ids = open(await this.#listed(left))
      if (ids.length > 0 && performance.now() > until) throw jobsLeft(left[0])
    }
    for (const { files, name } of left) await files.remove(name)
  }

  /** A scan is let go: what is left of its jobs is wanted by nobody. */
  async leave(scan: string): Promise<void> {
    const left = this.#open.get(scan) ?? []
    this.#open.delete(scan)
    if (left.length > 0) await this.#end(left, await this.#listed(left))
    for (const files of new Set(left.map((job) => job.files))) await this.#endRun(files)
  }

  /** Ends all jobs of a scan. @throws RomiError `cluster/jobs-left`, `cluster/unreachable` */
  async endAll(scan: string): Promise<void> {
    this.take(scan)
    await this.leave(scan)
  }

  /** What nobody needs any more of a run that is dead. */
  async #endRun(files: JobFiles): Promise<void> {
    if (files.jobs().length === 0) await files.end()
  }
}

/** In which array a job was to be submitted, and where there. */
interface JobPlace {
  readonly array: string | undefined
  readonly index: number
}

const noPlace: JobPlace = { array: undefined, index: 0 }

function placesOf(files: JobFiles): ReadonlyMap<string, JobPlace> {
  const places = new Map<string, JobPlace>()
  for (const array of files.arrays())
    for (const [index, name] of files.jobsOf(array).entries()) places.set(name, { array, index })
  return places
}

const leftKey = ({ files, array, index }: LeftJob): string => `${files.run}/${array}/${index}`

const jobsLeft = ({ files, order }: LeftJob): RomiError =>
  new RomiError(
    'cluster/jobs-left',
    `jobs of ${order.job.step} that the run ${files.run} left on the cluster do not end: wait until squeue --name=${files.run} lists none, and run again`,
    { facts: { run: files.run } },
  )
