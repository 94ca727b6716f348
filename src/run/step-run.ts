// Runs one step of a scan: a draft, its jobs, and the publishing of what came out well.
import { hostname } from 'node:os'
import { isRomiError, RomiError } from '../base/errors.ts'
import type { JsonObject } from '../base/types.ts'
import type { Draft, FinishedFile } from '../fsdb/draft.ts'
import { digestOfSelection } from '../plan/selection.ts'
import { keepRecord } from '../plan/archive.ts'
import type { Ready } from '../plan/decision.ts'
import { nameOf, resumeKeyOf, type ComputingStep } from '../plan/key.ts'
import { metadataOf, type OutputRecord, type StepRecord } from '../plan/record.ts'
import type { TaskFailure } from './event.ts'
import { failureOf } from './failure.ts'
import type { Job, JobEvent, JobOutcome, JobResult } from './job.ts'
import {
  carriedMetadata,
  inputRecords,
  itemsOf,
  jobInputs,
  sameOutputs,
  type PreparedItem,
} from './prepare.ts'
import type { ScanRun } from './scan-run.ts'

/** How a step ended; on failure nothing of it is published. */
export type StepOutcome =
  | { readonly is: 'done'; readonly replaced: string | undefined }
  | { readonly is: 'failed'; readonly failure: TaskFailure }
  | { readonly is: 'cancelled' }

/** Files are made in batches of about this many, so that progress and cancelling are fine-grained. */
const batchSize = 8

/** One step on its way from ready to published. */
export class StepRun {
  readonly #of: ScanRun
  readonly #step: ComputingStep
  readonly #ready: Ready
  readonly #name: string
  #done = 0
  /** Whether a failure now is final. */
  #isLast = false

  constructor(of: ScanRun, step: ComputingStep, ready: Ready) {
    this.#of = of
    this.#step = step
    this.#ready = ready
    const taken = new Set(of.facts.view.filesets.map(({ id }) => id))
    // A fileset that carries this very key makes room, so its name is free.
    if (ready.replaces) taken.delete(ready.replaces.id)
    this.#name = nameOf(step, ready.key, (name) => taken.has(name))
  }

  /** Runs it, as often as its limits allow. Never rejects. */
  async run(): Promise<StepOutcome> {
    const { retries = 0 } = this.#step.limits
    for (let attempt = 0; ; attempt++) {
      this.#isLast = attempt >= retries
      const outcome = await this.#attempt()
      if (outcome.is !== 'failed' || this.#isLast || this.#of.isStopping) return outcome
      this.#of.tell({ is: 'failed', ...this.#at, failure: outcome.failure, retry: true })
    }
  }

  /** Whether files that were made before are taken over; forced, a step makes all of them again. */
  get #isResumable(): boolean {
    return this.#step.task.each !== undefined && !this.#of.isForced(this.#step.name)
  }

  get #at(): { readonly scan: string; readonly step: string } {
    return { scan: this.#of.scan.id, step: this.#step.name }
  }

  async #attempt(): Promise<StepOutcome> {
    const begun = performance.now()
    let draft: Draft | undefined
    try {
      this.#assertSelection()
      const { each } = this.#step.task
      const items =
        each === undefined ? undefined : itemsOf(this.#step, each, this.#ready, this.#of.looker)
      const resumable = { resumable: { key: resumeKeyOf(this.#step) } }
      draft = await this.#of.scan.draft(this.#step.name, this.#isResumable ? resumable : {})
      const outcome = items ? await this.#makeFiles(draft, items) : await this.#makeWhole(draft)
      if (outcome.is !== 'done') {
        // What a file-by-file step has finished is taken up by the next run.
        if (!this.#isResumable) await draft.discard()
        return outcome
      }
      return await this.#publish(draft, items, outcome.result, (performance.now() - begun) / 1000)
    } catch (error) {
      if (isRomiError(error, 'store/lock-lost')) this.#of.lockLost(error)
      if (draft && !this.#isResumable) await draft.discard().catch(() => undefined)
      return { is: 'failed', failure: { ...failureOf(error), logTail: this.#tail() } }
    }
  }

  /** An empty selection is an error that lists what was there. */
  #assertSelection(): void {
    for (const [name, { is }] of Object.entries(this.#step.task.inputs)) {
      const sight = this.#ready.sights[name]
      if (is !== 'files' || !sight?.fileset || sight.seen.files.length > 0) continue
      const there = sight.fileset.files
      const query = JSON.stringify(sight.selection.query)
      const listed = there
        .slice(0, 5)
        .map(({ id }) => id)
        .join(', ')
      const more = there.length > 5 ? `, … (${there.length} files)` : ''
      const why =
        there.length === 0
          ? `${sight.fileset.id} holds no file`
          : `none of the files of ${sight.fileset.id} fits the query ${query}; there are: ${listed}${more}; their metadata has ${this.#values(sight)}`
      throw new RomiError(
        'task/empty-selection',
        `${this.#step.name} finds nothing to work on through ${name}: ${why}`,
      )
    }
  }

  /** Which values the keys of the query have. */
  #values(sight: Ready['sights'][string]): string {
    return Object.keys(sight.selection.query)
      .map((key) => {
        const values = new Set(sight.passedOver.map(({ metadata }) => metadata[key] ?? 'no value'))
        return `${key}: ${[...values].slice(0, 8).join(', ')}`
      })
      .join('; ')
  }

  #tail(): readonly string[] {
    return this.#of.log.tail(this.#of.scan.id, this.#step.name)
  }

  async #makeWhole(draft: Draft): Promise<JobOutcome> {
    this.#started()
    const { limits } = this.#step
    return this.#of.slots.use(limits, this.#of.priorityOf(this.#step.name), () =>
      this.#execute(this.#job(draft, this.#of.slots.threadsOf(limits)), 0),
    )
  }

  /** Makes the files that no earlier run or variant made; batches go to several threads. */
  async #makeFiles(draft: Draft, items: readonly PreparedItem[]): Promise<JobOutcome> {
    const missing = this.#isResumable ? await this.#adoptFinished(draft, items) : items
    this.#started({ make: missing.length, reuse: items.length - missing.length })
    this.#done = 0
    const count = Math.max(
      1,
      Math.min(
        missing.length,
        Math.max(this.#of.slots.threads, Math.ceil(missing.length / batchSize)),
      ),
    )
    const batches = Array.from({ length: count }, (_, i) =>
      missing.filter((_item, at) => at % count === i),
    )
    const { limits } = this.#step
    let stop = false
    const outcomes = await Promise.all(
      batches.map((batch) =>
        this.#of.slots.use(
          limits,
          this.#of.priorityOf(this.#step.name),
          async (): Promise<JobOutcome> => {
            if (stop) return { is: 'cancelled' }
            const job = this.#job(draft, this.#of.slots.threadsOf(limits))
            const outcome = await this.#execute({ ...job, items: batch }, missing.length)
            if (outcome.is === 'failed') stop = true
            return outcome
          },
        ),
      ),
    )
    const bad =
      outcomes.find(({ is }) => is === 'failed') ?? outcomes.find(({ is }) => is === 'cancelled')
    return bad ?? outcomes[0]
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
      const earlier = await this.#of.findMade(this.#step.name, item.key, item.id)
      if (!earlier) missing.push(item)
      else {
        const metadata = { ...earlier.own, ...item.inherits, ...this.#ownMetadata() }
        await draft.adoptFile(item.id, earlier.path, metadata, {
          key: item.key,
          digest: earlier.digest,
        })
      }
    }
    return missing
  }

  /** The metadata keys that the files carry on, less those that the task writes itself. */
  #carried(items: readonly PreparedItem[]): readonly string[] {
    const own = this.#ownMetadata()
    const keys = new Set(items.flatMap(({ inherits }) => Object.keys(inherits)))
    return [...keys].filter((key) => !Object.hasOwn(own, key)).sort()
  }

  #ownMetadata(): JsonObject {
    return this.#step.task.fileMetadata?.(this.#step.params) ?? {}
  }

  #job(draft: Draft, threads: number): Job {
    return {
      run: this.#of.log.id,
      ...this.#at,
      // Safe: parameters were parsed from TOML, which is a subset of JSON.
      params: this.#step.params as JsonObject,
      inputs: jobInputs(this.#ready, this.#of.looker, (step) => this.#of.artifactOf(step)),
      draft: draft.path,
      scratch: this.#of.log.scratch,
      limits: this.#step.limits,
      threads,
      library: this.#of.origin,
    }
  }

  async #execute(job: Job, total: number): Promise<JobOutcome> {
    if (this.#of.isStopping) return { is: 'cancelled' }
    const outcome = await this.#of.executor.execute(job, this.#of.stop, (event) =>
      this.#heard(event, total),
    )
    if (outcome.is !== 'failed') return outcome
    // Told before the slot is free, so that a run that ends at its first failure starts nothing more.
    if (this.#isLast) this.#of.stepFailed()
    return { is: 'failed', failure: { ...outcome.failure, logTail: this.#tail() } }
  }

  #heard(event: JobEvent, total: number): void {
    switch (event.is) {
      case 'progress': {
        // Batches count for themselves; the step counts their files.
        const count =
          total > 0 ? { done: ++this.#done, total } : { done: event.done, total: event.total }
        this.#of.tell({ ...event, ...count, ...this.#at })
        return
      }
      case 'said':
        this.#of.log.line(this.#at.scan, this.#at.step, `${event.level} ${event.text}`)
        this.#of.tell({ ...event, ...this.#at })
        return
      case 'printed':
        this.#of.log.line(this.#at.scan, this.#at.step, event.text)
        return
      case 'program':
        return
    }
  }

  #started(files?: { readonly make: number; readonly reuse: number }): void {
    this.#of.tell({ is: 'started', ...this.#at, fileset: this.#name, ...(files && { files }) })
  }

  async #publish(
    draft: Draft,
    items: readonly PreparedItem[] | undefined,
    result: JobResult,
    seconds: number,
  ): Promise<StepOutcome> {
    const files = await draft.finished()
    if (items && files.length !== items.length) {
      throw new RomiError(
        'task/no-output',
        `${this.#step.name} made ${files.length} of ${items.length} files`,
      )
    }
    const record = this.#record(files, items, result, seconds)
    const { replaces } = this.#ready
    const forced = this.#of.isForced(this.#step.name)
    const bytes = record.made.bytes
    if (replaces && forced && sameOutputs(record.outputs, replaces.record.outputs)) {
      await draft.discard()
      this.#of.tell({
        is: 'finished',
        ...this.#at,
        fileset: replaces.id,
        seconds,
        bytes,
        reproducible: true,
      })
      return { is: 'done', replaced: undefined }
    }
    const { each } = this.#step.task
    const carried = each === undefined ? {} : carriedMetadata(each, this.#ready, this.#of.looker)
    await draft.setMetadata(metadataOf(this.#step.name, record, { ...carried, ...result.metadata }))
    if (replaces && replaces.id !== this.#name) await this.#of.scan.retireFileset(replaces.id)
    await draft.publish(this.#name, { replace: replaces?.id === this.#name })
    keepRecord(this.#of.scan.path, { id: this.#name, task: this.#step.name, record })
    const madeBefore =
      replaces && otherVersions(replaces.record.made.versions, record.made.versions)
    const reproducible = forced && madeBefore ? { reproducible: false, madeBefore } : {}
    this.#of.tell({
      is: 'finished',
      ...this.#at,
      fileset: this.#name,
      seconds,
      bytes,
      ...reproducible,
    })
    return { is: 'done', replaced: replaces?.id }
  }

  #record(
    files: readonly FinishedFile[],
    items: readonly PreparedItem[] | undefined,
    { versions }: JobResult,
    seconds: number,
  ): StepRecord {
    const { each } = this.#step.task
    const lineages = new Map(items?.map(({ id, lineage }) => [id, lineage]))
    const outputs = files.map(({ id, filename, digest, size, key }) => {
      const lineage = lineages.get(id)
      const output = {
        file: filename,
        digest,
        size,
        ...(key !== undefined && { key }),
        ...(lineage && { lineage }),
      }
      // Safe: the keys in this draft's journal were written by our own jobs.
      return [id, output as OutputRecord] as const
    })
    const above = each === undefined ? undefined : this.#ready.sights[each].fileset
    return {
      format: 1,
      key: this.#ready.key,
      version: this.#step.task.version,
      params: this.#of.significantParams(this.#step),
      inputs: inputRecords(this.#ready, ({ selection }) => digestOfSelection(selection)),
      annotators: this.#of.annotatorKeys(this.#ready),
      outputs: Object.fromEntries(outputs),
      lineage: above ? [above.id, ...above.lineage] : [],
      ...(items && { carried: this.#carried(items) }),
      made: {
        at: this.#of.now().toISOString(),
        seconds: Math.round(seconds * 1000) / 1000,
        bytes: files.reduce((sum, { size }) => sum + size, 0),
        host: hostname(),
        run: this.#of.log.id,
        versions: { ...this.#of.versions, ...versions },
      },
    }
  }
}

/** What was of another version then: Node's mathematics may differ in the last bit, programs in more. */
function otherVersions(
  then: Readonly<Record<string, string>>,
  now: Readonly<Record<string, string>>,
): readonly string[] {
  const names = Object.keys(then).filter((name) => then[name] !== now[name])
  return names.map((name) => `${name} ${then[name]}`)
}
