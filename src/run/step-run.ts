// Runs one step of a scan: a draft, its jobs, and the publishing of what came out well.
import { isRomiError } from '../base/errors.ts'
import type { JsonObject } from '../base/types.ts'
import type { Draft } from '../fsdb/draft.ts'
import { parseFilesetId } from '../fsdb/ids.ts'
import type { Ready } from '../plan/decision.ts'
import { nameOf, resumeKeyOf, type ComputingStep } from '../plan/key.ts'
import { checkSelection } from './check-selection.ts'
import type { TaskFailure } from './event.ts'
import { failureOf, mayPass } from './failure.ts'
import type { Job, JobEvent, JobOutcome } from './job.ts'
import { findMade } from './made-before.ts'
import { itemsOf, jobInputs, givenMetadata, type PreparedItem } from './prepare.ts'
import { publish } from './publish.ts'
import type { ScanRun } from './scan-run.ts'

/** How a step ended; on failure nothing of it is published. */
export type StepOutcome =
  | { readonly is: 'done'; readonly replaced: string | undefined }
  | { readonly is: 'failed'; readonly failure: TaskFailure }
  /** What it reads was changed meanwhile: what it made is of no use. */
  | { readonly is: 'overtaken'; readonly by: readonly string[] }
  | { readonly is: 'cancelled' }

const cancelled = { is: 'cancelled' } as const

/** Files are made in batches of about this many. */
const batchSize = 8

/** One step on its way from ready to published. */
export class StepRun {
  readonly #of: ScanRun
  readonly #step: ComputingStep
  readonly #ready: Ready
  readonly #name: string
  readonly #asOf: number
  /** What it reads, as it was decided on: the facts change while it waits for its turn. */
  readonly #inputs: Job['inputs']
  /** The files that it makes, if it works file by file. */
  readonly #items: readonly PreparedItem[] | undefined
  #done = 0
  /** When it was begun, in ms. */
  #begun = 0
  #draft: Draft | undefined
  /** Whether this is the last attempt. */
  #isLast = false

  /** @param asOf see `ScanRun.overtaken` */
  constructor(of: ScanRun, step: ComputingStep, ready: Ready, asOf: number) {
    this.#of = of
    this.#step = step
    this.#ready = ready
    this.#asOf = asOf
    const { looker } = of
    const { each } = step.task
    this.#inputs = jobInputs(ready, looker, (name) => of.artifactOf(name))
    this.#items = each === undefined ? undefined : itemsOf(step, each, ready, looker)
    const listed = new Set(of.facts.view.filesets.map(({ id }) => id))
    // A fileset that carries this very key makes room, so its name is free.
    const isTaken = (name: string) =>
      name !== ready.replaces?.id && (listed.has(name) || of.scan.isOccupied(parseFilesetId(name)))
    this.#name = nameOf(step, ready.key, isTaken)
  }

  /** Runs it, as often as its limits allow. Never rejects. */
  async run(): Promise<StepOutcome> {
    const { retries = 0 } = this.#step.limits
    for (let attempt = 0; ; attempt++) {
      this.#isLast = attempt >= retries
      const outcome = await this.#attempt()
      if (outcome.is !== 'failed' || this.#isFinal(outcome.failure)) return outcome
      if (this.#of.isStopping) return outcome
      this.#of.shared.tell({ is: 'failed', ...this.#at, failure: outcome.failure, retry: true })
    }
  }

  #isFinal(failure: TaskFailure): boolean {
    return this.#isLast || !mayPass(failure)
  }

  /** Whether files that were made before are taken over; forced, a step makes all of them again. */
  get #isResumable(): boolean {
    return this.#step.task.each !== undefined && !this.#of.isForced(this.#step.name)
  }

  get #at(): { readonly scan: string; readonly step: string } {
    return { scan: this.#of.scan.id, step: this.#step.name }
  }

  async #attempt(): Promise<StepOutcome> {
    this.#draft = undefined
    try {
      checkSelection(this.#step, this.#ready)
      const items = this.#items
      const outcome = items ? await this.#makeFiles(items) : await this.#makeWhole()
      if (outcome.is !== 'done') {
        await this.#letGo()
        return outcome
      }
      const seconds = (performance.now() - this.#begun) / 1000
      const overtaken = await this.#of.overtaken(this.#step.name, this.#ready, this.#asOf)
      if (overtaken) {
        await this.#letGo()
        return { is: 'overtaken', by: overtaken }
      }
      // Safe: what was made lies in a draft.
      const product = { draft: this.#draft!, items, result: outcome.result, seconds }
      const replaced = await publish(this.#of, this.#step, this.#ready, this.#name, product)
      return { is: 'done', replaced }
    } catch (error) {
      if (isRomiError(error, 'store/lock-lost')) this.#of.shared.lockLost(error)
      await this.#letGo().catch(() => undefined)
      return { is: 'failed', failure: { ...failureOf(error), logTail: this.#tail() } }
    }
  }

  /** Begins the work: from here on the step takes time. */
  async #open(): Promise<Draft> {
    this.#begun = performance.now()
    const resumable = { resumable: { key: resumeKeyOf(this.#step) } }
    const draft = await this.#of.scan.draft(this.#step.name, this.#isResumable ? resumable : {})
    this.#draft = draft
    return draft
  }

  /** Gives up what was made; what a file-by-file step has finished is taken up by the next run. */
  async #letGo(): Promise<void> {
    if (!this.#isResumable) await this.#draft?.discard()
  }

  #tail(): readonly string[] {
    return this.#of.shared.log.tail(this.#of.scan.id, this.#step.name)
  }

  /** Does some of the work when its turn comes. */
  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    return this.#of.shared.slots.use(this.#step.limits, this.#of.priorityOf(this.#step.name), work)
  }

  async #makeWhole(): Promise<JobOutcome> {
    return this.#inTurn(async () => {
      if (this.#of.isStopping) return cancelled
      const draft = await this.#open()
      this.#started()
      return this.#execute(this.#job(draft), 0)
    })
  }

  /** Makes the files that no earlier run or variant made; batches go to several threads. */
  async #makeFiles(items: readonly PreparedItem[]): Promise<JobOutcome> {
    const { first, rest } = await this.#inTurn(async () => {
      if (this.#of.isStopping) return { first: cancelled, rest: [] }
      const draft = await this.#open()
      const missing = this.#isResumable ? await this.#adoptFinished(draft, items) : items
      this.#started({ make: missing.length, reuse: items.length - missing.length })
      this.#done = 0
      let stop = false
      const make = async (batch: readonly PreparedItem[]): Promise<JobOutcome> => {
        if (stop) return cancelled
        const outcome = await this.#execute({ ...this.#job(draft), items: batch }, missing.length)
        if (outcome.is === 'failed') stop = true
        return outcome
      }
      const [batch, ...others] = this.#batches(missing)
      // In the line before this turn ends, so that no lesser step comes between.
      const rest = others.map((other) => this.#inTurn(() => make(other)))
      return { first: await make(batch), rest }
    })
    const all = [first, ...(await Promise.all(rest))]
    return (
      all.find(({ is }) => is === 'failed') ?? all.find(({ is }) => is === 'cancelled') ?? first
    )
  }

  /** As many as there are threads, or more of a size that makes progress and cancelling fine-grained. */
  #batches(items: readonly PreparedItem[]): readonly (readonly PreparedItem[])[] {
    const fine = Math.max(this.#of.shared.slots.threads, Math.ceil(items.length / batchSize))
    const count = Math.max(1, Math.min(items.length, fine))
    return Array.from({ length: count }, (_, i) => items.filter((_item, at) => at % count === i))
  }

  /** Takes over what was made before from the same file in the same way. @returns what is missing */
  async #adoptFinished(
    draft: Draft,
    items: readonly PreparedItem[],
  ): Promise<readonly PreparedItem[]> {
    const wanted = new Map(items.map((item) => [item.id, item]))
    const done = new Set<string>()
    for (const file of await draft.finished()) {
      if (wanted.get(file.id)?.key === file.key) done.add(file.id)
      else await draft.dropFile(file.id)
    }
    const open = items.filter(({ id }) => !done.has(id))
    const missing: PreparedItem[] = []
    for (const item of open) {
      if (!(await this.#adoptEarlier(draft, item))) missing.push(item)
    }
    return missing
  }

  /** @returns whether an earlier variant has the file, as it was made */
  async #adoptEarlier(draft: Draft, { id, key, inherits }: PreparedItem): Promise<boolean> {
    const earlier = await findMade(this.#of.facts, this.#step.name, key, id)
    if (!earlier) return false
    const metadata = { ...earlier.own, ...inherits, ...givenMetadata(this.#step) }
    const { path, digest } = earlier
    return (await draft.adoptFile(id, path, metadata, { key, digest })) !== undefined
  }

  #job(draft: Draft): Job {
    return {
      run: this.#of.shared.log.id,
      ...this.#at,
      version: this.#step.task.version,
      ...(this.#step.task.code && { code: this.#step.task.code.digest }),
      // Safe: parameters were parsed from TOML, which is a subset of JSON.
      params: this.#step.params as JsonObject,
      inputs: this.#inputs,
      draft: draft.path,
      scratch: this.#of.shared.log.scratch,
      limits: this.#step.limits,
      threads: this.#of.shared.slots.threadsOf(this.#step.limits),
      library: this.#of.shared.origin,
    }
  }

  async #execute(job: Job, total: number): Promise<JobOutcome> {
    if (this.#of.isStopping) return cancelled
    const outcome = await this.#of.shared.executor.execute(job, this.#of.shared.stop, (event) =>
      this.#heard(event, total),
    )
    if (outcome.is !== 'failed') return outcome
    // Told before the slot is free, so that a run that ends at its first failure starts nothing more.
    if (this.#isFinal(outcome.failure)) this.#of.shared.failed()
    return { is: 'failed', failure: { ...outcome.failure, logTail: this.#tail() } }
  }

  #heard(event: JobEvent, total: number): void {
    switch (event.is) {
      case 'progress': {
        // Batches count for themselves; the step counts their files.
        const count =
          total > 0 ? { done: ++this.#done, total } : { done: event.done, total: event.total }
        this.#of.shared.tell({ ...event, ...count, ...this.#at })
        return
      }
      case 'said':
        this.#of.shared.log.line(this.#at.scan, this.#at.step, `${event.level} ${event.text}`)
        this.#of.shared.tell({ ...event, ...this.#at })
        return
      case 'printed':
        this.#of.shared.log.line(this.#at.scan, this.#at.step, event.text)
        return
      case 'program':
        return
    }
  }

  #started(files?: { readonly make: number; readonly reuse: number }): void {
    this.#of.shared.tell({
      is: 'started',
      ...this.#at,
      fileset: this.#name,
      ...(files && { files }),
    })
  }
}
