// The work of a cluster for one run: jobs are handed to a scheduler and followed by their files.
import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { isDeepStrictEqual } from 'node:util'
import { asError, RomiError } from '../../../base/errors.ts'
import { Draft } from '../../../fsdb/draft.ts'
import type { SlurmSettings } from '../../../pipeline/slurm-settings.ts'
import type { Claim, RunOnCluster, Workplace } from '../../executor.ts'
import type { TaskFailure } from '../../event.ts'
import { failureOf } from '../../failure.ts'
import type { Job, JobEvent, JobOutcome } from '../../job.ts'
import { asksOf, preset, resourcesOf } from './asks.ts'
import { Followed, type FollowEnd } from './followed.ts'
import { DeadJobs, type DeadJob } from './dead-jobs.ts'
import { JobFiles, jobIdOf, type Asked, type Code, type JobOrder } from './job-files.ts'
import { ownCode } from './on-node.ts'
import { Poller } from './poller.ts'
import type { Scheduler } from './scheduler.ts'
import { ownStart, scriptOf, type NodeStart } from './script.ts'
import { Submitter } from './submitter.ts'
import { usualTiming, type Timing } from './timing.ts'

/** How often a job is begun anew because its node failed, beside the retries of its step. */
const freeTries = 2

/** What an executor of a cluster is made of. */
export interface ClusterSetup {
  readonly scheduler: Scheduler
  readonly settings: SlurmSettings
  /** Where steps are done that are too short to be jobs. */
  readonly here: Workplace
  /** How nodes start our code; by default with this package. */
  readonly start?: NodeStart
  readonly timing?: Partial<Timing>
}

/** The executor's work for one run. */
export class ClusterSession {
  readonly #setup: ClusterSetup
  readonly #run: RunOnCluster
  readonly #files: JobFiles
  readonly #token = randomUUID()
  readonly #submitter: Submitter
  readonly #poller: Poller
  /** What earlier runs left. */
  readonly dead: DeadJobs
  /** Jobs of dead runs that were claimed: to be followed, not submitted. */
  readonly #claimed = new Map<Job, DeadJob>()
  /** How often each job was tried, by its id. */
  readonly #tries = new Map<string, number>()
  /** How often a step's memory was not enough. */
  readonly #hungry = new Map<string, number>()
  /** For each step, the jobs whose files are still needed. */
  readonly #kept = new Map<string, Followed[]>()
  /** How long a file of a step took in this run: of new scans nothing is recorded. */
  readonly secondsAFile = new Map<string, number>()
  /** A node did what it was asked: what fails elsewhere is that node's fault. */
  #isProven = false

  constructor(setup: ClusterSetup, run: RunOnCluster) {
    this.#setup = setup
    this.#run = run
    this.#files = new JobFiles(run.runs, run.id)
    const { scheduler, settings, start = ownStart() } = setup
    const timing = { ...usualTiming, ...setup.timing }
    const { poll = preset.poll } = settings
    const { runs, root, id } = run
    this.dead = new DeadJobs({ runs, root, own: id, scheduler, pollMs: poll * 1000 })
    this.#poller = new Poller({ scheduler, run, pollMs: poll * 1000, timing })
    this.#submitter = new Submitter({
      scheduler,
      files: this.#files,
      name: run.id,
      folder: run.path,
      script: (array, prologue) =>
        scriptOf(
          { root: run.path, run: run.id, array },
          { path: join(this.#files.path, 'token'), text: this.#token },
          prologue,
          start,
        ),
      timing,
      pause: (ms) => this.#pause(ms),
    })
  }

  async begin(): Promise<void> {
    await this.#files.begin(this.#token)
  }

  /** Waits, but not beyond a wish to end. */
  async #pause(ms: number): Promise<void> {
    const signal = AbortSignal.any([this.#run.cancel, this.#run.stop])
    await sleep(ms, undefined, { signal }).catch((error: unknown) => {
      if (asError(error).name !== 'AbortError') throw error
    })
  }

  get #isStopping(): boolean {
    return this.#run.cancel.aborted || this.#run.stop.aborted
  }

  async execute(whole: Job, tell: (event: JobEvent) => void): Promise<JobOutcome> {
    const exclude: string[] = []
    let job = whole
    for (let lost = 0; ; lost++) {
      const dead = this.#claimed.get(job)
      const followed = dead ? this.#adopt(dead, tell) : await this.#submit(job, exclude, tell)
      let end = await followed.ended
      followed.listen()
      await this.#settleLog(followed)
      if (end.is === 'outcome') {
        const { outcome } = end.ended
        if (outcome.is !== 'failed' || !isUnfit(outcome.failure)) return this.#done(followed, end)
        end = { is: 'fate', fate: { is: 'failed', failure: outcome.failure } }
      }
      const loss = this.#lossOf(end)
      if (!loss || lost === freeTries || this.#isStopping) return this.#failed(followed, end)
      const { node } = followed
      if (node !== undefined && !exclude.includes(node)) exclude.push(node)
      job = await this.#remaining(followed)
      const again = job.items ? `, ${job.items.length} files are to be made elsewhere` : ''
      const text = `${loss.message}: begun anew${again}`
      tell({ is: 'said', level: 'warn', text })
    }
  }

  /** A job that another node may do: its own failed, or is not fit where others are. */
  #lossOf(end: Exclude<FollowEnd, { is: 'outcome' }>): TaskFailure | undefined {
    if (end.is !== 'fate' || end.fate.is === 'cancelled') return undefined
    const { fate } = end
    return fate.is === 'lost' || (this.#isProven && isUnfit(fate.failure))
      ? fate.failure
      : undefined
  }

  async claim(
    { scan, step, asks }: Claim,
    isWanted: (job: Job, draft: string) => boolean,
  ): Promise<readonly Job[]> {
    const { settings } = this.#setup
    const { prologue } = asksOf(settings, asks.slurm)
    const resources = resourcesOf(asks, settings, 0, [])
    /** One that waits in vain for what nobody asks for any more is not gone on with. */
    const isAskedFor = ({ asked }: JobOrder) =>
      asked.prologue === prologue && isDeepStrictEqual(asked.resources, resources)
    const claimed = await this.dead.claim(
      scan,
      step,
      (order, draft, isWaiting) =>
        sameCode(order.code, ownCode) &&
        (!isWaiting || isAskedFor(order)) &&
        isWanted(order.job, draft),
    )
    for (const dead of claimed) this.#claimed.set(dead.job, dead)
    return claimed.map(({ job }) => job)
  }

  /** Goes on with a job that another run submitted. */
  #adopt(dead: DeadJob, tell: (event: JobEvent) => void): Followed {
    this.#claimed.delete(dead.job)
    const followed = new Followed({ ...dead, tell })
    followed.place = dead.place
    this.#keep(followed)
    this.#poller.follow(followed)
    followed.waits()
    return followed
  }

  async #submit(
    unnamed: Job,
    exclude: readonly string[],
    tell: (event: JobEvent) => void,
  ): Promise<Followed> {
    const { settings } = this.#setup
    const id = jobIdOf(unnamed)
    const tried = (this.#tries.get(id) ?? 0) + 1
    this.#tries.set(id, tried)
    const name = `${id}-${tried}`
    const job = { ...unnamed, part: name }
    const hungry = this.#hungry.get(stepPlace(job)) ?? 0
    const resources = resourcesOf(job, settings, hungry, [...exclude])
    const files = this.#files
    const { memory } = resources
    const { prologue } = asksOf(settings, job.slurm)
    const asked: Asked = { resources, ...(prologue !== undefined && { prologue }) }
    await files.write(name, 'job', { job, code: ownCode, root: this.#run.root, asked })
    const followed = new Followed({ name, job, files, memory, tell })
    this.#keep(followed)
    this.#poller.follow(followed)
    followed.waits()
    this.#submitter.add({
      name,
      resources,
      prologue,
      submitted: (array, index, arrayId) => (followed.place = { array, index, id: arrayId }),
      refused: (error) => followed.end({ is: 'refused', error }),
      delayed: (why) => followed.waits(why),
      isUnwanted: () => followed.isOver || this.#isStopping,
    })
    return followed
  }

  #keep(followed: Followed): void {
    const of = stepPlace(followed.job)
    this.#kept.set(of, [...(this.#kept.get(of) ?? []), followed])
  }

  /** What is left of a job whose node failed: files that it finished are taken over. */
  async #remaining({ job, name }: Followed): Promise<Job> {
    const { items } = job
    if (!items || items.length < 2) return job
    const draft = await Draft.openAt(job.draft)
    const keys = new Map(items.map((item) => [item.id, item.key]))
    const finished = draft.partOf(name).filter(({ id, key }) => key === keys.get(id))
    const held = new Set<string>()
    // One is made again in any case: its job tells the versions of the programs.
    for (const file of finished.slice(0, items.length - 1)) {
      if (!(await draft.holds(file))) continue
      draft.accept([file])
      held.add(file.id)
    }
    return { ...job, items: items.filter(({ id }) => !held.has(id)) }
  }

  async #settleLog({ place, files, job, name }: Followed): Promise<void> {
    if (!place) return
    const short = name.slice(0, 8) + name.slice(32)
    await files.nameLog(place.array, place.index, `${job.scan}.${job.step}.${short}`)
  }

  async #done(
    followed: Followed,
    { ended }: Extract<FollowEnd, { is: 'outcome' }>,
  ): Promise<JobOutcome> {
    const { job } = followed
    const { outcome, files, node, seconds } = ended
    this.#isProven = true
    if (outcome.is !== 'done') return outcome
    const draft = await Draft.openAt(job.draft)
    draft.accept(files)
    if (job.items) this.secondsAFile.set(job.step, seconds / job.items.length)
    const elsewhere = { node, jobs: 1, seconds, coreSeconds: seconds * job.threads }
    return { is: 'done', result: { ...outcome.result, elsewhere } }
  }

  #failed({ job }: Followed, end: Exclude<FollowEnd, { is: 'outcome' }>): JobOutcome {
    switch (end.is) {
      case 'cancelled':
        return { is: 'cancelled' }
      case 'refused':
        return { is: 'failed', failure: failureOf(end.error) }
      case 'fate': {
        const { fate } = end
        if (fate.is === 'cancelled') {
          const message = `the job of ${job.step} was cancelled by somebody else (scancel): run again to go on`
          return { is: 'cancelled', why: message }
        }
        if (isUnfit(fate.failure)) return this.#unfit(fate.failure)
        if (fate.failure.code === 'task/out-of-memory') {
          const of = stepPlace(job)
          this.#hungry.set(of, (this.#hungry.get(of) ?? 0) + 1)
        }
        return { is: 'failed', failure: fate.failure }
      }
    }
  }

  /** A node cannot do our jobs: if none could yet, that is one error, not one for each of them. */
  #unfit(found: TaskFailure): JobOutcome {
    if (this.#isProven) return { is: 'failed', failure: found }
    this.#run.fail(new RomiError(found.code, found.message, { facts: found.facts }))
    return { is: 'cancelled' }
  }

  async release(scan: string, step: string): Promise<void> {
    const of = `${scan}/${step}`
    const kept = this.#kept.get(of) ?? []
    this.#kept.delete(of)
    // After a stop some may not be gone: the next run finds them by their files.
    if (this.#run.stop.aborted) return
    for (const { files, name } of kept) {
      await files.remove(name)
      if (files.run !== this.#run.id && files.jobs().length === 0) await files.end()
    }
  }

  async end(): Promise<void> {
    const strays = await this.#submitter.end()
    const areGone = await this.#poller.end(strays ?? [])
    // What may still run is found there by the next run.
    if (areGone && strays) await this.#files.end()
  }
}

/** A node that can do none of our jobs. */
const isUnfit = ({ code }: TaskFailure): boolean =>
  code === 'cluster/no-disk' || code === 'cluster/other-code'

const sameCode = (a: Code, b: Code): boolean => a['romi-run'] === b['romi-run'] && a.node === b.node

const stepPlace = ({ scan, step }: Job): string => `${scan}/${step}`
