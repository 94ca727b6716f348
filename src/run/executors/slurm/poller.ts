// Looks at all jobs of a run together, again and again: one list of files, one request to the scheduler.
import { setTimeout as sleep } from 'node:timers/promises'
import { asError, isRomiError } from '../../../base/errors.ts'
import { some } from '../../../base/some.ts'
import { Draft } from '../../../fsdb/draft.ts'
import type { RunOnCluster } from '../../executor.ts'
import { failure, failureOf } from '../../failure.ts'
import type { Followed } from './followed.ts'
import { JobFiles, type JobEnded } from './job-files.ts'
import type { Answer, JobState, ListedJob, Scheduler } from './scheduler.ts'
import type { Timing } from './timing.ts'
import { fateOf, verdictOf } from './verdict.ts'

/** What looking needs. */
export interface PollerHost {
  readonly scheduler: Scheduler
  readonly run: RunOnCluster
  readonly pollMs: number
  readonly timing: Timing
}

/** A scheduler that is not reached is asked less and less often: at most after so many polls. */
const mostSkipped = 12

/** Reasons that never go away; others, such as a limit of the account, somebody may lift. */
const impossible = /^BadConstraints/
/** What a waiting job says before the scheduler has looked at it. */
const noReason = /^(?:None|\(null\)|)$/
/** What one says that waits for its turn and no more. */
const usualReason = /^(?:Priority|Resources)$/

/** Follows jobs until each has come to its end. */
export class Poller {
  readonly #host: PollerHost
  readonly #open = new Set<Followed>()
  #looking: Promise<void> | undefined
  #unreached = 0
  #skip = 0
  #areGone = true
  #stopping: Promise<void> | undefined
  readonly #waking = new AbortController()

  constructor(host: PollerHost) {
    this.#host = host
    const { cancel, stop } = host.run
    cancel.addEventListener('abort', () => void this.#cancelWaiting(), { once: true })
    stop.addEventListener('abort', () => void this.#stop(), { once: true })
  }

  /** Looks at this one, too, until it is over. */
  follow(job: Followed): void {
    this.#open.add(job)
    void job.ended.then(() => this.#open.delete(job))
    this.#looking ??= this.#lookOn()
  }

  async #lookOn(): Promise<void> {
    try {
      while (this.#open.size > 0) {
        await this.#rest()
        await this.#lookIfThere()
      }
    } finally {
      // In the same turn in which nothing was found open: what comes later begins it anew.
      this.#looking = undefined
    }
  }

  async #lookIfThere(): Promise<void> {
    try {
      await this.#look()
    } catch (error) {
      // A disk that is away for a moment: what is there is seen at the next look.
      if (!isRomiError(error)) throw error
    }
  }

  async #rest(): Promise<void> {
    const { signal } = this.#waking
    await sleep(this.#host.pollMs, undefined, { signal }).catch((error: unknown) => {
      if (asError(error).name !== 'AbortError') throw error
    })
  }

  /** One look at all that is open. */
  async #look(): Promise<void> {
    const names = new Map<JobFiles, ReadonlySet<string>>()
    const namesOf = (files: JobFiles) => {
      const known = names.get(files) ?? files.names()
      names.set(files, known)
      return known
    }
    for (const job of Array.from(this.#open)) {
      if (!job.place) continue
      const there = namesOf(job.files)
      if (JobFiles.has(there, job.name, 'events')) job.listen()
      if (JobFiles.has(there, job.name, 'outcome')) await this.#takeOutcome(job)
    }
    const submitted = [...this.#open].filter(({ place }) => place !== undefined)
    if (submitted.length === 0) return
    const listed = await this.#list(submitted)
    for (const job of submitted) {
      if (job.isOver) continue
      const hasOutcome = JobFiles.has(namesOf(job.files), job.name, 'outcome')
      if (!hasOutcome) await this.#judge(job, listed)
    }
  }

  /** @returns by run, array and index; `undefined`: the scheduler was not reached */
  async #list(jobs: readonly Followed[]): Promise<ReadonlyMap<string, ListedJob> | undefined> {
    if (this.#skip > 0) {
      this.#skip--
      return undefined
    }
    const names = [...new Set(jobs.map(({ files }) => files.run))]
    try {
      const listed = await this.#host.scheduler.list(names)
      this.#unreached = 0
      return new Map(listed.map((job) => [placeKey(job.name, job.mark, job.index), job]))
    } catch (error) {
      if (!isRomiError(error, 'cluster/unreachable')) throw error
      this.#skip = Math.min(2 ** this.#unreached++, mostSkipped)
      return undefined
    }
  }

  async #judge(job: Followed, all: ReadonlyMap<string, ListedJob> | undefined): Promise<void> {
    const { array, index } = job.place!
    const listed = all?.get(placeKey(job.files.run, array, index))
    if (listed) this.#see(job, listed)
    if (this.#host.run.cancel.aborted && isCancelled(listed?.state)) {
      job.end({ is: 'cancelled' })
      return
    }
    const state = all ? listed?.state : 'unknown'
    const now = performance.now()
    if (job.quiet === 0) job.quietSince = now
    const isPromised =
      isCompleted(listed?.state) && now - job.quietSince < this.#host.timing.patience
    const verdict = verdictOf({ hasOutcome: false, listed: state, quiet: job.quiet, isPromised })
    if (verdict.is === 'open' && all) job.quiet = 0
    if (verdict.is === 'quiet') job.quiet++
    if (verdict.is === 'ask') await this.#ask(job)
  }

  #see(job: Followed, { state, node }: ListedJob): void {
    job.state = state
    if (state.is === 'running' && node !== undefined) job.runs(node)
    if (node !== undefined) job.node = node
    if (state.is === 'waiting') this.#seeWaiting(job, state.why)
    else job.waiting = undefined
  }

  #seeWaiting(job: Followed, why: string): void {
    const now = performance.now()
    if (job.waiting?.why !== why) job.waiting = { why, since: now, isTold: false }
    const { since, isTold } = job.waiting
    if (isTold || noReason.test(why) || now - since < this.#host.timing.tellAfter) return
    job.waiting = { why, since, isTold: true }
    job.waits(why, usualReason.test(why))
    if (!impossible.test(why)) return
    const { step } = job.job
    const message = `the job of ${step} can never run: the scheduler says ${why}; no node has what [romi.slurm] and [${step}.romi] ask for`
    void this.#host.scheduler.cancel({ ids: [job.place!.id] }).catch(() => undefined)
    const found = failure('cluster/cannot-run', message, { why })
    job.end({ is: 'fate', fate: { is: 'failed', failure: found } })
  }

  /** It seems to be over without an outcome: the scheduler says what it knows of this one. */
  async #ask(job: Followed): Promise<void> {
    let answer: Answer
    try {
      answer = await this.#host.scheduler.state(job.place!.id)
    } catch (error) {
      if (!isRomiError(error, 'cluster/unreachable')) throw error
      return
    }
    // It may have come while the scheduler was asked.
    if (JobFiles.has(job.files.names(), job.name, 'outcome')) return
    if (answer.is === 'known' && answer.node !== undefined) job.node ??= answer.node
    const fate = fateOf({
      job: job.job,
      answer,
      last: job.state,
      hasStarted: job.files.started(job.name) !== undefined,
      node: job.node,
      log: job.log(),
      memory: job.memory,
      folder: job.files.path,
    })
    if (fate.is === 'open') job.quiet = 0
    else job.end({ is: 'fate', fate })
  }

  /** Takes an outcome once all that it names is seen here, with the bytes that it tells. */
  async #takeOutcome(job: Followed): Promise<void> {
    const ended = job.files.outcome(job.name)
    if (ended) job.runs(ended.node)
    const absent = ended?.outcome.is === 'done' ? await this.#absentOf(job, ended) : []
    if (ended && absent.length === 0) {
      job.end({ is: 'outcome', ended })
      return
    }
    const now = performance.now()
    job.outcomeSince ??= now
    if (now - job.outcomeSince < this.#host.timing.patience) return
    const { node = 'a node' } = job
    const what = ended
      ? `${node} made ${some(absent)}, but they are not seen here, or have other bytes`
      : `what ${node} wrote of its end in ${job.files.path} cannot be read`
    const message = `${what}: look whether the database is on a disk that all nodes share`
    const found = failure('cluster/output-missing', message, { node })
    job.end({ is: 'fate', fate: { is: 'failed', failure: found } })
  }

  /** The files of an outcome that are not seen here as it tells of them. */
  async #absentOf(job: Followed, { files }: JobEnded): Promise<readonly string[]> {
    try {
      const draft = await Draft.openAt(job.job.draft)
      const told = new Set(files.map(({ id }) => String(id)))
      const absent = (job.job.items ?? []).map(({ id }) => id).filter((id) => !told.has(id))
      for (const file of files) if (!(await draft.holds(file))) absent.push(file.filename)
      return absent
    } catch (error) {
      if (!isRomiError(error, 'store/draft-gone')) throw error
      job.end({ is: 'fate', fate: { is: 'failed', failure: failureOf(error) } })
      return []
    }
  }

  /** First wish to end: what waits is cancelled, what runs may finish. */
  async #cancelWaiting(): Promise<void> {
    if (this.#host.run.stop.aborted) return
    for (const job of Array.from(this.#open)) if (!job.place) job.end({ is: 'cancelled' })
    const foreign = this.#foreign((job) => job.state?.is === 'waiting')
    await this.#try(() =>
      this.#host.scheduler.cancel({ name: this.#host.run.id, waitingOnly: true }),
    )
    if (foreign.length > 0) await this.#try(() => this.#host.scheduler.cancel({ ids: foreign }))
  }

  /** Jobs that an earlier run submitted: its name may have others' jobs, too. */
  #foreign(isMeant: (job: Followed) => boolean): readonly string[] {
    return [...this.#open]
      .filter((job) => job.files.run !== this.#host.run.id && isMeant(job))
      .flatMap(({ place }) => (place ? [place.id] : []))
  }

  #stop(): Promise<void> {
    return (this.#stopping ??= this.#stopAll())
  }

  /** Second wish to end: everything is cancelled, and waited for a moment. */
  async #stopAll(): Promise<void> {
    this.#areGone = false
    const jobs = [...this.#open]
    const foreign = this.#foreign(() => true)
    const { scheduler, run } = this.#host
    const hadSome = jobs.some(({ place }) => place !== undefined)
    await this.#try(() => scheduler.cancel({ name: run.id, waitingOnly: false }))
    if (foreign.length > 0) await this.#try(() => scheduler.cancel({ ids: foreign }))
    const names = [...new Set([run.id, ...jobs.map(({ files }) => files.run)])]
    this.#areGone = !hadSome || (await this.#areGoneSoon(names, new Set(foreign)))
    for (const job of jobs) job.end({ is: 'cancelled' })
    this.#waking.abort()
  }

  async #areGoneSoon(
    names: readonly string[],
    foreign: ReadonlySet<string> = new Set(),
  ): Promise<boolean> {
    const { scheduler, run, pollMs, timing } = this.#host
    const until = performance.now() + timing.stop
    while (performance.now() < until) {
      try {
        const listed = await scheduler.list(names)
        const left = listed.filter(
          ({ id, name, state }) => state.is !== 'ended' && (name === run.id || foreign.has(id)),
        )
        if (left.length === 0) return true
      } catch (error) {
        if (!isRomiError(error)) throw error
      }
      await sleep(Math.min(pollMs, 500))
    }
    return false
  }

  async #try(work: () => Promise<void>): Promise<void> {
    try {
      await work()
    } catch (error) {
      if (!isRomiError(error)) throw error
    }
  }

  /**
   * Ends looking.
   * @param strays the ids of jobs of the run that nobody follows
   * @returns whether no job of the run is left anywhere
   */
  async end(strays: readonly string[]): Promise<boolean> {
    if (this.#open.size > 0) await this.#stop()
    await this.#stopping
    if (strays.length > 0) {
      await this.#try(() => this.#host.scheduler.cancel({ ids: strays }))
      this.#areGone = await this.#areGoneSoon([this.#host.run.id])
    }
    this.#waking.abort()
    await this.#looking
    return this.#areGone
  }
}

const placeKey = (run: string, array: string, index: number): string => `${run}/${array}/${index}`

const isCompleted = (state: JobState | undefined): boolean =>
  state?.is === 'ended' && state.how === 'completed'

const isCancelled = (state: JobState | undefined): boolean =>
  state?.is === 'ended' && state.how === 'cancelled'
