// Collects jobs that become ready together, and submits those of equal resources as one array.
import { setTimeout as sleep } from 'node:timers/promises'
import { isRomiError, type RomiError } from '../../../base/errors.ts'
import type { JobFiles } from './job-files.ts'
import type { Resources, Scheduler } from './scheduler.ts'
import type { Timing } from './timing.ts'

/** A job that is to be submitted. */
export interface ToSubmit {
  readonly name: string
  readonly resources: Resources
  readonly prologue: string | undefined
  /** It is in: in which array, and where there. */
  submitted(array: string, index: number, id: string): void
  /** It cannot be. */
  refused(error: RomiError): void
  /** The scheduler is not reached: it is tried again. */
  delayed(why: string): void
  /** Whether nobody wants it any more. */
  isUnwanted(): boolean
}

/** What the submitter needs. */
export interface SubmitterHost {
  readonly scheduler: Scheduler
  readonly files: JobFiles
  /** The name of the run's jobs. */
  readonly name: string
  readonly folder: string
  /** The script of an array. */
  readonly script: (array: string, prologue: string | undefined) => string
  readonly timing: Timing
  /** Waits; ends at once when nothing more is to be submitted. */
  readonly pause: (ms: number) => Promise<void>
}

/** The scheduler is tried again after twice the time each time, up to this; in ms. */
const longestBackOff = 120_000

/** Submits jobs in arrays. */
export class Submitter {
  readonly #host: SubmitterHost
  #waiting: ToSubmit[] = []
  #count = 0
  #atWork: Promise<void> | undefined
  /** Jobs that got in when nobody wanted them any more, by their ids. */
  readonly #strays: string[] = []
  #largest: Promise<number> | undefined

  constructor(host: SubmitterHost) {
    this.#host = host
  }

  /** Submits a job soon. */
  add(job: ToSubmit): void {
    this.#waiting.push(job)
    this.#atWork ??= this.#submitAll()
  }

  /**
   * Waits until nothing is on its way to the scheduler any more.
   * @returns the ids of jobs that nobody wants; `undefined`: that took too long, nobody knows
   */
  async end(): Promise<readonly string[] | undefined> {
    if (!this.#atWork) return this.#strays
    const enough = new AbortController()
    const { signal } = enough
    const tooLong = sleep(this.#host.timing.stop, true, { signal }).catch(() => false)
    const isTooLong = await Promise.race([this.#atWork.then(() => false), tooLong])
    enough.abort()
    return isTooLong ? undefined : this.#strays
  }

  async #submitAll(): Promise<void> {
    try {
      while (this.#waiting.length > 0) {
        await this.#host.pause(this.#host.timing.collect)
        const jobs = this.#waiting.filter((job) => !job.isUnwanted())
        this.#waiting = []
        for (const group of grouped(jobs)) await this.#submitGroup(group)
      }
    } finally {
      // In the same turn in which nothing was found to wait: what comes later begins it anew.
      this.#atWork = undefined
    }
  }

  async #submitGroup(jobs: readonly ToSubmit[]): Promise<void> {
    const size = await (this.#largest ??= this.#host.scheduler.largestArray())
    for (let from = 0; from < jobs.length; from += size)
      await this.#submitArray(jobs.slice(from, from + size))
  }

  async #submitArray(all: readonly ToSubmit[]): Promise<void> {
    const jobs = all.filter((job) => !job.isUnwanted())
    if (jobs.length === 0) return
    const array = `a${++this.#count}`
    const { files } = this.#host
    try {
      // Before it is submitted: a kill in between leaves a name by which it is found.
      await files.intend(
        array,
        jobs.map(({ name }) => name),
      )
      const id = await this.#untilIn(array, jobs)
      if (id === undefined) return
      const strays = jobs.flatMap((job, index) => (job.isUnwanted() ? [`${id}_${index}`] : []))
      for (const [index, job] of jobs.entries()) job.submitted(array, index, `${id}_${index}`)
      await files.taken(array, id)
      await this.#cancelStrays(strays)
    } catch (error) {
      if (!isRomiError(error)) throw error
      for (const job of jobs) job.refused(error)
    }
  }

  /** Of a wish to end that came while they were submitted, the scheduler could not know yet. */
  async #cancelStrays(ids: readonly string[]): Promise<void> {
    if (ids.length === 0) return
    this.#strays.push(...ids)
    try {
      await this.#host.scheduler.cancel({ ids })
    } catch (error) {
      // Tried again at the end of the run.
      if (!isRomiError(error, 'cluster/unreachable')) throw error
    }
  }

  /** @returns the array's id; `undefined` if nobody wants it any more */
  async #untilIn(array: string, jobs: readonly ToSubmit[]): Promise<string | undefined> {
    const { scheduler, files, name, folder, script, pause, timing } = this.#host
    const [{ resources, prologue }] = jobs
    const log = files.logPattern(array)
    const request = { name, mark: array, count: jobs.length, resources, log, folder }
    for (let wait = timing.backOff; ; wait = Math.min(2 * wait, longestBackOff)) {
      try {
        return await scheduler.submit({ ...request, script: script(array, prologue) })
      } catch (error) {
        if (!isRomiError(error, 'cluster/unreachable')) throw error
        for (const job of jobs) job.delayed(error.message)
      }
      await pause(wait)
      // "Socket timed out" does not say whether it got in: the list of names does.
      const found = await this.#find(array, jobs)
      if (found !== undefined) return found
      if (jobs.every((job) => job.isUnwanted())) return undefined
    }
  }

  /** The id of an array that the scheduler has. */
  async #find(array: string, jobs: readonly ToSubmit[]): Promise<string | undefined> {
    const { scheduler, name, pause, timing } = this.#host
    for (let wait = timing.backOff; ; wait = Math.min(2 * wait, longestBackOff)) {
      try {
        const found = (await scheduler.list([name])).find(({ mark }) => mark === array)
        return found?.id.split('_')[0]
      } catch (error) {
        if (!isRomiError(error, 'cluster/unreachable')) throw error
        if (jobs.every((job) => job.isUnwanted())) return undefined
        await pause(wait)
      }
    }
  }
}

/** Jobs with equal resources, together. */
function grouped(jobs: readonly ToSubmit[]): readonly (readonly ToSubmit[])[] {
  const groups = new Map<string, ToSubmit[]>()
  for (const job of jobs) {
    const key = JSON.stringify([job.resources, job.prologue ?? ''])
    const group = groups.get(key) ?? []
    group.push(job)
    groups.set(key, group)
  }
  return [...groups.values()]
}
