// Runs one step of a scan: a draft, its jobs, and the publishing of what came out well.
import type { ComputingStep } from '../pipeline/pipeline.ts'
import { isRomiError } from '../base/errors.ts'
import type { JsonObject } from '../base/types.ts'
import type { Draft } from '../fsdb/draft.ts'
import { resumeKeyOf } from '../plan/key.ts'
import type { TaskFailure } from './event.ts'
import { failureOf, mayPass } from './failure.ts'
import type { Job, JobOutcome } from './job.ts'
import { takeOver } from './made-before.ts'
import { carriedByEach, partOf, type PreparedItem, type PreparedStep } from './prepare.ts'
import { publish } from './publish.ts'
import type { Cluster, Recorded, Workplace } from './executor.ts'
import { recordedOf, outcomeOfAll, secondsOf } from './recorded.ts'
import type { StepHost } from './step-host.ts'
import { StepNews } from './step-news.ts'
import { isStopping, type RunContext } from './run-context.ts'

/** How a step ended; on failure nothing of it is published. */
export type StepOutcome =
  | { readonly is: 'done'; readonly replaced: string | undefined }
  | { readonly is: 'failed'; readonly failure: TaskFailure }
  /** What it reads was changed meanwhile: what it made is of no use. */
  | {
      readonly is: 'overtaken'
      readonly by: readonly string[]
      /** What it read was only touched: it has the same bytes. */
      readonly isTouched: boolean
    }
  | { readonly is: 'cancelled' }

const cancelled = { is: 'cancelled' } as const

/** Files are made in batches of about this many, or more where each carries many other files. */
const batchSize = 8
const carriedPerItem = 40

/** One step on its way from ready to published. */
export class StepRun {
  readonly #prepared: PreparedStep
  readonly #step: ComputingStep
  readonly #host: StepHost
  readonly #run: RunContext
  /** When it was begun, in ms. */
  #begun = 0
  #draft: Draft | undefined
  /** Whether this is the last attempt. */
  #isLast = false
  readonly #recorded: Recorded | undefined
  /** Where its jobs are done. */
  readonly #place: Workplace
  readonly #news: StepNews

  constructor(prepared: PreparedStep, host: StepHost) {
    this.#prepared = prepared
    this.#step = prepared.step
    this.#host = host
    this.#run = host.run
    const { executor, pool } = this.#run
    this.#recorded = recordedOf(host.facts.made, prepared.step.name)
    this.#place = executor.cluster?.hereFor(prepared.step, this.#recorded) ?? { executor, pool }
    this.#news = new StepNews(this.#run, this.#at)
  }

  /** The cluster on which its jobs are done, if they are. */
  get #cluster(): Cluster | undefined {
    return this.#place.executor.cluster
  }

  /** Runs it, as often as its limits allow. Never rejects. */
  async run(): Promise<StepOutcome> {
    const { retries = 0 } = this.#step.limits
    for (let attempt = 0; ; attempt++) {
      this.#isLast = attempt >= retries
      const outcome = await this.#attempt()
      await this.#cluster?.release(this.#host.scan.id, this.#step.name)
      if (outcome.is !== 'failed' || this.#isFinal(outcome.failure)) return outcome
      if (isStopping(this.#run)) return outcome
      this.#run.tell({ is: 'failed', ...this.#at, failure: outcome.failure, retry: true })
    }
  }

  #isFinal(failure: TaskFailure): boolean {
    return this.#isLast || !mayPass(failure, this.#step.task)
  }

  /** Whether files that were made before are taken over; forced, a step makes all of them again. */
  get #isResumable(): boolean {
    return this.#step.task.each !== undefined && !this.#host.isForced
  }

  get #at(): { readonly scan: string; readonly step: string } {
    return { scan: this.#host.scan.id, step: this.#step.name }
  }

  async #attempt(): Promise<StepOutcome> {
    this.#draft = undefined
    this.#news.begin()
    try {
      const { items } = this.#prepared
      const outcome = items ? await this.#makeFiles(items) : await this.#makeWhole()
      if (outcome.is !== 'done') {
        await this.#releaseDraft()
        if (outcome.is === 'overtaken') await this.#host.reread(outcome.by)
        return outcome
      }
      const seconds = secondsOf(outcome.result, (performance.now() - this.#begun) / 1000)
      const overtaken = await this.#host.overtaken()
      if (overtaken) {
        await this.#releaseDraft()
        return { is: 'overtaken', by: overtaken, isTouched: false }
      }
      // Safe: what was made lies in a draft.
      const made = { draft: this.#draft!, result: outcome.result, seconds }
      // With many files, which one spoke last is chance.
      const { said } = this.#news
      const product = said === undefined || items ? made : { ...made, said }
      return { is: 'done', replaced: await publish(this.#prepared, product, this.#host) }
    } catch (error) {
      if (isRomiError(error, 'store/lock-lost')) this.#run.lockLost(error)
      await this.#releaseDraft().catch(() => undefined)
      return { is: 'failed', failure: { ...failureOf(error), logTail: this.#news.tail() } }
    }
  }

  /** Begins the work: from here on the step takes time. @param jobs that fill the draft already */
  async #open(jobs: readonly Job[] = []): Promise<Draft> {
    this.#begun = performance.now()
    const key = this.#draftKey
    const parts = new Set(jobs.flatMap(({ part }) => (part === undefined ? [] : [part])))
    const { scan } = this.#host
    const asItIs = !this.#isResumable
    const resumable = key === undefined ? {} : { resumable: { key, jobs: parts, asItIs } }
    const open = () => scan.draft(this.#step.name, resumable)
    let draft = await open()
    // A step that is made as a whole takes nothing over but a job that makes all of it.
    if (key !== undefined && !this.#isResumable && jobs.length === 0) {
      await draft.discard()
      draft = await open()
    }
    this.#draft = draft
    return draft
  }

  /** By which a next run finds the draft again; `undefined`: not at all. */
  get #draftKey(): string | undefined {
    if (this.#isResumable) return resumeKeyOf(this.#step)
    // Jobs outlive this process, and the next one goes on with them.
    return this.#cluster ? `whole ${this.#prepared.ready.key}` : undefined
  }

  /** Jobs that a dead run left on the cluster and that make what is wanted; all others are gone. */
  async #claim(isWanted: (job: Job) => boolean): Promise<readonly Job[]> {
    const { cluster } = this.#run.executor
    if (!cluster) return []
    const { version, code } = this.#step.task
    const key = this.#draftKey
    const own = key === undefined ? '' : this.#host.scan.draftName(key)
    const isHere = this.#cluster !== undefined && !this.#host.isForced
    const asks = this.#asks
    return cluster.claim(
      { ...this.#at, asks },
      (job, draft) =>
        isHere &&
        draft === own &&
        job.version === version &&
        job.code === code?.digest &&
        isWanted(job),
    )
  }

  /**
   * Gives up what was made; what a file-by-file step has finished is taken up by the next run, and so
   * are jobs elsewhere that may go on for a while after a stop.
   */
  async #releaseDraft(): Promise<void> {
    const mayGoOn = this.#cluster !== undefined && this.#run.stop.aborted
    if (!this.#isResumable && !mayGoOn) await this.#draft?.discard()
  }

  /** Does some of the work when its turn comes. */
  #inTurn<T>(work: (spareThreads: number) => Promise<T>): Promise<T> {
    return this.#place.pool.use(this.#step.limits, this.#host.priority, work)
  }

  async #makeWhole(): Promise<JobOutcome> {
    return this.#inTurn(async (spareThreads) => {
      if (isStopping(this.#run)) return cancelled
      const { key } = this.#prepared.ready
      const claimed = await this.#claim((job) => job.key === key && job.items === undefined)
      const draft = await this.#open(claimed)
      this.#news.started(this.#prepared.name)
      const job = this.#job(draft)
      return this.#execute(claimed[0] ?? { ...job, threads: job.threads + spareThreads }, 0)
    })
  }

  /** Makes the files that no earlier run or variant made; batches go to several threads. */
  async #makeFiles(items: readonly PreparedItem[]): Promise<JobOutcome> {
    type Begun = { readonly first: JobOutcome; readonly rest: readonly Promise<JobOutcome>[] }
    const { first, rest } = await this.#inTurn(async (): Promise<Begun> => {
      if (isStopping(this.#run)) return { first: cancelled, rest: [] }
      const claimed = await this.#claimFiles(items)
      const draft = await this.#open(claimed)
      const missing = await takeOver(draft, items, {
        step: this.#step,
        facts: this.#host.facts,
        keepsEdits: !this.#host.dropsEdits,
        keepsMade: this.#isResumable,
      })
      this.#news.started(this.#prepared.name, {
        make: missing.length,
        reuse: items.length - missing.length,
      })
      let stop = false
      const make = async (job: Job): Promise<JobOutcome> => {
        if (stop) return cancelled
        const outcome = await this.#execute(job, missing.length)
        if (outcome.is !== 'done') stop = true
        return outcome
      }
      const made = new Set(claimed.flatMap((job) => job.items?.map(({ id }) => id) ?? []))
      const unclaimed = missing.filter(({ id }) => !made.has(id))
      const batches = claimed.length > 0 && unclaimed.length === 0 ? [] : this.#batches(unclaimed)
      const jobs = [...claimed, ...batches.map((batch) => this.#job(draft, batch))]
      const [job, ...others] = jobs
      // Queued before this turn ends: else a step of lower priority would take the slot.
      const rest = others.map((other) => this.#inTurn(() => make(other)))
      return { first: await make(job), rest }
    })
    const all = [first, ...(await Promise.all(rest))]
    return (
      all.find(({ is }) => is === 'failed') ??
      all.find(({ is }) => is === 'overtaken') ??
      all.find(({ is }) => is === 'cancelled') ??
      outcomeOfAll(first, all)
    )
  }

  /** Jobs of a dead run whose files are all wanted, each file once. */
  async #claimFiles(items: readonly PreparedItem[]): Promise<readonly Job[]> {
    const keys = new Map(items.map(({ id, key }) => [id, key]))
    const taken = new Set<string>()
    return this.#claim((job) => {
      const made = job.items ?? []
      const isWanted = made.every(({ id, key }) => keys.get(id) === key && !taken.has(id))
      if (!isWanted || made.length === 0) return false
      for (const { id } of made) taken.add(id)
      return true
    })
  }

  /**
   * As many as there are threads, or more of a size that makes progress and cancelling fine-grained;
   * on a cluster, by the time that files take.
   */
  #batches(items: readonly PreparedItem[]): readonly (readonly PreparedItem[])[] {
    const size = Math.max(batchSize, Math.ceil(carriedByEach(this.#prepared) / carriedPerItem))
    const fine = Math.max(this.#place.pool.threads, Math.ceil(items.length / size))
    const files = this.#cluster?.filesAJob(this.#step.name, this.#recorded)
    const wanted = files === undefined ? fine : Math.ceil(items.length / files)
    const count = Math.max(1, Math.min(items.length, wanted))
    const batches = Array.from({ length: count }, (): PreparedItem[] => [])
    for (const [i, item] of items.entries()) batches[i % count].push(item)
    return batches
  }

  /** @param items of a file-by-file step, the files to make */
  #job(draft: Draft, items: readonly PreparedItem[] = []): Job {
    return {
      run: this.#run.mark,
      ...this.#at,
      key: this.#prepared.ready.key,
      version: this.#step.task.version,
      ...(this.#step.task.code && { code: this.#step.task.code.digest }),
      // Safe: parameters were parsed from TOML, which is a subset of JSON.
      params: this.#step.params as JsonObject,
      ...partOf(this.#prepared, items),
      fileset: this.#prepared.name,
      draft: draft.path,
      ...(this.#host.acceptsTouched && { acceptsTouched: true }),
      scratch: this.#run.scratch,
      library: this.#run.origin,
      ...this.#asks,
    }
  }

  /** What each of its jobs asks for. */
  get #asks(): Pick<Job, 'limits' | 'threads' | 'slurm'> {
    const { limits, slurm } = this.#step
    return { limits, threads: this.#place.pool.threadsOf(limits), ...(slurm && { slurm }) }
  }

  async #execute(job: Job, total: number): Promise<JobOutcome> {
    if (isStopping(this.#run)) return cancelled
    const { executor } = this.#place
    const outcome = await executor.execute(job, this.#run.stop, (event) => {
      if (event.is === 'runs') this.#begins()
      this.#news.hear(job, event, total)
    })
    this.#news.over(job, outcome)
    if (outcome.is !== 'failed') return outcome
    // Told before the slot is free: a run that ends at its first failure must start nothing more.
    if (this.#isFinal(outcome.failure)) this.#run.failed()
    const { failure } = outcome
    // A job elsewhere has a log of its own.
    const logTail = failure.logTail.length > 0 ? failure.logTail : this.#news.tail()
    return { is: 'failed', failure: { ...failure, logTail } }
  }

  /** Time counts from where the first of its jobs begins: until then it waited for a machine. */
  #begins(): void {
    if (!this.#news.hasRun) this.#begun = performance.now()
  }
}
