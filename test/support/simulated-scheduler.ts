// A scheduler without a cluster: jobs run here, one after the other, and whatever can go wrong does when told.
import { writeFileSync } from 'node:fs'
import { RomiError } from '../../src/base/errors.ts'
import { performOnNode } from '../../src/run/executors/slurm/on-node.ts'
import type {
  Answer,
  ArrayRequest,
  JobEnd,
  JobsOf,
  JobState,
  ListedJob,
  Scheduler,
} from '../../src/run/executors/slurm/scheduler.ts'

/** What a job is to come to; `run`: it is performed. */
export type Script =
  /** @property seemsOver the scheduler says at once that it is completed */
  | { readonly is: 'run'; readonly node?: string; readonly seemsOver?: boolean }
  | {
      readonly is: 'ends'
      readonly how: JobEnd
      readonly exitCode?: string
      readonly node?: string
      readonly log?: string
    }
  | { readonly is: 'waits'; readonly why: string }
  /** It begins, and goes on until it is cancelled. */
  | { readonly is: 'hangs'; readonly node?: string }
  /** The scheduler forgets it. */
  | { readonly is: 'vanishes' }

/** A job that was submitted. */
export interface Submitted {
  readonly id: string
  readonly array: ArrayRequest
  readonly index: number
  state: JobState
  node?: string
  exitCode?: string
  isForgotten?: boolean
}

const unreached = (): RomiError =>
  new RomiError('cluster/unreachable', 'Unable to contact slurm controller')

/** A scheduler that does what a test says. */
export class SimulatedScheduler implements Scheduler {
  readonly name = 'simulated'
  readonly jobs: Submitted[] = []
  /** Requests, by kind. */
  readonly requests = { submit: 0, list: 0, cancel: 0, state: 0 }
  /** So many of the next requests of a kind fail. */
  readonly away = { submit: 0, list: 0, cancel: 0, state: 0 }
  /** So many of the next submissions are taken, though they are said to have failed. */
  takenSilently = 0
  /** It does not hear that jobs are to be cancelled: they go on. */
  isDeaf = false
  /** What the next list says instead of the truth. */
  lies: (readonly ListedJob[])[] = []
  env: Readonly<Record<string, string | undefined>> = process.env
  /** What happens before an array is taken. */
  beforeSubmit: () => Promise<void> = () => Promise.resolve()
  /** What happens before a job is performed. */
  before: (job: Submitted) => Promise<void> = () => Promise.resolve()
  /** What a list waits for. */
  beforeList: () => Promise<void> = () => Promise.resolve()
  /** What happens after it. */
  after: (job: Submitted) => Promise<void> = () => Promise.resolve()
  readonly #script: (job: Submitted, nth: number) => Script
  readonly #root: string
  #arrays = 0
  largest = 500

  /** @param script what becomes of each job, in the order in which they are submitted */
  constructor(
    root: string,
    script: (job: Submitted, nth: number) => Script = () => ({ is: 'run' }),
  ) {
    this.#root = root
    this.#script = script
  }

  #called(kind: keyof SimulatedScheduler['requests']): void {
    this.requests[kind]++
    if (this.away[kind] > 0) {
      this.away[kind]--
      throw unreached()
    }
  }

  async submit(array: ArrayRequest): Promise<string> {
    this.#called('submit')
    await this.beforeSubmit()
    const id = String(++this.#arrays)
    for (let index = 0; index < array.count; index++) {
      const job: Submitted = {
        id: `${id}_${index}`,
        array,
        index,
        state: { is: 'waiting', why: 'None' },
      }
      this.jobs.push(job)
      this.#begin(job, this.#script(job, this.jobs.length))
    }
    if (this.takenSilently > 0) {
      this.takenSilently--
      throw unreached()
    }
    return id
  }

  #begin(job: Submitted, script: Script): void {
    switch (script.is) {
      case 'run':
        job.node = script.node ?? 'n1'
        job.state = script.seemsOver ? { is: 'ended', how: 'completed' } : { is: 'running' }
        void this.#perform(job)
        return
      case 'ends':
        job.node = script.node ?? 'n1'
        job.state = { is: 'ended', how: script.how }
        job.exitCode = script.exitCode ?? '1'
        if (script.log !== undefined)
          writeFileSync(job.array.log.replace('%a', String(job.index)), script.log)
        return
      case 'waits':
        job.state = { is: 'waiting', why: script.why }
        return
      case 'hangs':
        job.node = script.node ?? 'n1'
        job.state = { is: 'running' }
        return
      case 'vanishes':
        job.node = 'n1'
        job.isForgotten = true
    }
  }

  async #perform(job: Submitted): Promise<void> {
    const { name: run, mark } = job.array
    const task = { root: this.#root, run, array: mark, index: job.index }
    const context = {
      env: { ...this.env, SLURMD_NODENAME: job.node },
      signal: new AbortController().signal,
      print: () => undefined,
    }
    try {
      await this.before(job)
      await performOnNode(task, context)
      await this.after(job)
      job.state = { is: 'ended', how: 'completed' }
      job.exitCode = '0'
    } catch {
      job.state = { is: 'ended', how: 'failed' }
      job.exitCode = '85'
    }
  }

  async list(names: readonly string[]): Promise<readonly ListedJob[]> {
    this.#called('list')
    await this.beforeList()
    const lie = this.lies.shift()
    if (lie) return lie
    return this.jobs
      .filter(({ array, isForgotten }) => names.includes(array.name) && !isForgotten)
      .map(({ id, array, index, state, node }) => ({
        id,
        name: array.name,
        mark: array.mark,
        index,
        state,
        ...(node !== undefined && { node }),
      }))
  }

  async cancel(jobs: JobsOf): Promise<void> {
    this.#called('cancel')
    if (this.isDeaf) return
    for (const job of this.jobs) {
      const isMeant =
        'ids' in jobs
          ? jobs.ids.includes(job.id)
          : jobs.name === job.array.name && (!jobs.waitingOnly || job.state.is === 'waiting')
      if (isMeant && job.state.is !== 'ended') job.state = { is: 'ended', how: 'cancelled' }
    }
  }

  async state(id: string): Promise<Answer> {
    this.#called('state')
    const job = this.jobs.find((other) => other.id === id)
    if (!job || job.isForgotten) return { is: 'unknown' }
    const { state, exitCode, node } = job
    return {
      is: 'known',
      state,
      ...(exitCode !== undefined && { exitCode }),
      ...(node !== undefined && { node }),
    }
  }

  largestArray(): Promise<number> {
    return Promise.resolve(this.largest)
  }
}
