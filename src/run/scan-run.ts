// Runs a pipeline on one scan: decides, starts what is ready, and decides again with each result.
import PQueue from 'p-queue'
import { isRomiError } from '../base/errors.ts'
import { parseFilesetId, type FilesetId } from '../fsdb/ids.ts'
import type { Scan } from '../fsdb/scan.ts'
import { allUpstreamOf, type Step, type ComputingStep } from '../pipeline/pipeline.ts'
import type { beginStep } from './begin-step.ts'
import { areRecordsKept, keepRecords } from '../plan/facts/archive.ts'
import { decide } from '../plan/decide.ts'
import type { PlannedStep, Ready } from '../plan/decision.ts'
import { leftEditsText, type LeftEdits } from '../plan/edits.ts'
import { expectedOf } from '../plan/expected.ts'
import type { ScanNote } from '../plan/notes.ts'
import { InputResolver } from '../plan/inputs/resolve.ts'
import { ScanReader } from '../plan/facts/scan-reader.ts'
import type { TaskFailure } from './event.ts'
import { expectWork } from './expect-work.ts'
import { overtakenBy } from './failure.ts'
import { longestPaths, priorityOf } from './priority.ts'
import type { StepOutcome } from './step-run.ts'
import { isStopping, type RunContext } from './run-context.ts'

/** How often a step is made again because what it reads is being changed. */
const patience = 3

/** The filesets that the results of a plan stand on. */
const idsReused = (plan: ReadonlyMap<string, PlannedStep>): readonly FilesetId[] =>
  [...plan.values()].flatMap(({ step, decision }) =>
    step.task.is === 'computing' && decision.do === 'reuse' && decision.fileset
      ? [parseFilesetId(decision.fileset)]
      : [],
  )

/** A step that came to its end. */
interface Ended {
  readonly step: Step
  readonly outcome: StepOutcome
}

/** One scan on its way through the pipeline. */
export class ScanRun {
  readonly #scan: Scan
  readonly #facts: ScanReader
  readonly #resolver: InputResolver
  readonly #run: RunContext
  /** The place of this scan in the order of beginning: steps of earlier ones go first. */
  readonly #age: number
  readonly #forced: Set<string>
  /** Steps that give no result in this run: failed ones and cancelled ones. */
  readonly #failed = new Set<string>()
  readonly #cancelled = new Set<string>()
  readonly #running = new Map<string, Promise<Ended>>()
  readonly #told = new Set<string>()
  /** Steps that the first plan did not leave alone. */
  readonly #due = new Set<string>()
  readonly #overtaken = new Map<string, number>()
  /** Steps that were made again because what they read was touched. */
  readonly #touched = new Set<string>()
  /** What others changed while steps ran. */
  readonly #changes: string[] = []
  readonly #turns = new PQueue({ concurrency: 1 })
  #priorities: ReadonlyMap<string, number> = new Map()

  constructor(scan: Scan, facts: ScanReader, context: RunContext, age: number) {
    this.#scan = scan
    this.#facts = facts
    this.#run = context
    this.#age = age
    this.#forced = new Set(context.forced)
    this.#resolver = new InputResolver(facts, context.pipeline.settings.unit)
  }

  /** What a step, or a task of another scan, makes. */
  #artifactOf(step: string): string {
    return this.#run.pipeline.steps.get(step)?.task.output.name ?? this.#facts.artifactOf(step)
  }

  /**
   * Tells of a scan in which nothing is to be done that it is complete; changes nothing there.
   * @param notes reads what a person should know of the scan
   * @returns whether that was all
   */
  async tellIfComplete(notes: () => Promise<readonly ScanNote[]>): Promise<boolean> {
    const plan = await this.#alone(() => this.#decide())
    if (expectWork(plan, this.#run) || !areRecordsKept(this.#scan, this.#facts.made)) return false
    if (!this.#scan.areAtEnd(idsReused(plan))) return false
    const told = await notes()
    // Whoever takes the scan lists it again.
    if (told.some(({ note }) => note === 'lost')) return false
    for (const note of told) this.#run.tell({ is: 'noted', scan: this.#scan.id, note })
    this.#announce(plan)
    this.#tellTheRest(plan)
    return true
  }

  /** Sees what others changed since it was made: the scan is taken by now. */
  async renew(): Promise<void> {
    await this.#alone(async () => {
      if ((await this.#facts.renew()).length > 0) this.#resolver.forget()
    })
  }

  /** Goes through the pipeline. Rejects only for what keeps the whole scan from being worked on. */
  async run(): Promise<void> {
    try {
      let plan = await this.#alone(async () => {
        const first = await this.#decide()
        this.#announce(first)
        this.#tellStopped(first)
        await this.#start(first)
        return first
      })
      while (this.#running.size > 0) {
        const ended = await Promise.race(this.#running.values())
        plan = await this.#alone(async () => {
          await this.#settle(ended)
          const next = await this.#decide()
          await this.#start(next)
          return next
        })
      }
      this.#tellTheRest(plan)
      if (this.#run.stop.aborted) return
      await keepRecords(this.#scan, this.#facts.made)
      await this.#listLast(plan)
    } finally {
      await Promise.all(this.#running.values())
    }
  }

  /** Facts change only in here: a decision made meanwhile would mix old and new state. */
  #alone<T>(work: () => Promise<T>): Promise<T> {
    return this.#turns.add(work)
  }

  /**
   * What others changed since a step was decided on, if it would not be made like this any more: a
   * result must not be published under a key that tells of other photographs.
   *
   * @param asOf how many changes were known when it was decided on
   */
  async #changesSince(
    asOf: number,
    step: string,
    ready: Ready,
  ): Promise<readonly string[] | undefined> {
    return this.#alone(async () => {
      const changed = await this.#facts.changed(this.#readBy(ready))
      this.#changes.push(...changed)
      if (this.#changes.length === asOf) return undefined
      if (changed.length > 0) {
        this.#resolver.forget()
        await this.#facts.refresh()
      }
      const now = (await this.#decide()).get(step)
      return now?.ready?.key === ready.key ? undefined : this.#changes.slice(asOf)
    })
  }

  /** Reads files anew, whatever their stamps say: a job read other bytes than were known. */
  async #reread(paths: readonly string[]): Promise<void> {
    await this.#alone(async () => {
      this.#changes.push(...this.#facts.reread(paths))
      this.#resolver.forget()
      await this.#facts.refresh()
    })
  }

  /** The filesets whose content a step sees. */
  #readBy({ inputs, annotators }: Ready): ReadonlySet<string> {
    const keys = new Set([...annotators.values()].map(({ key }) => key))
    const annotating = this.#facts.made.filter(({ record }) => keys.has(record.key))
    const seen = Object.values(inputs).flatMap(({ lineage }) => lineage)
    return new Set([...seen, ...annotating.map(({ id }) => id)])
  }

  #decide(): Promise<ReadonlyMap<string, PlannedStep>> {
    const { pipeline, missingPrograms, dropsEdits } = this.#run
    const progress = { forced: this.#forced, failed: this.#failed, missingPrograms, dropsEdits }
    return decide(pipeline, this.#facts, progress, this.#resolver)
  }

  #announce(plan: ReadonlyMap<string, PlannedStep>): void {
    for (const [step, { decision }] of plan) if (decision.do !== 'leave') this.#due.add(step)
    const steps = [...plan].map(([step, { decision }]) => {
      const expected = expectedOf(this.#facts.recordsOf(step))
      return { step, decision, ...(expected && { expected }) }
    })
    const seconds = new Map(
      steps.map(({ step, decision, expected }) => {
        const isToDo = decision.do === 'run' || decision.do === 'maybe'
        return [step, isToDo ? (expected?.seconds ?? 1) : 0]
      }),
    )
    this.#priorities = longestPaths([...this.#run.pipeline.steps.values()], seconds)
    this.#run.tell({ is: 'planned', scan: this.#scan.id, steps })
  }

  /** Higher goes first: the longest path that is left, then the scan that began first. */
  #priorityOf(step: string): number {
    return priorityOf(this.#priorities.get(step) ?? 0, this.#age)
  }

  /** Begins what is ready; its inputs are those that were just decided on. */
  async #start(plan: ReadonlyMap<string, PlannedStep>): Promise<void> {
    if (isStopping(this.#run)) return
    this.#tellReused(plan)
    const toBegin = [...plan].flatMap(([name, { step, decision, ready }]) =>
      step.task.is === 'computing' && decision.do === 'run' && ready && !this.#running.has(name)
        ? [{ step: { ...step, task: step.task }, leaves: decision.leaves, ready }]
        : [],
    )
    if (toBegin.length === 0) return
    const { beginStep } = await import('./begin-step.ts')
    if (isStopping(this.#run)) return
    // The first to come finds the threads free: the longest path comes first.
    toBegin.sort((a, b) => this.#priorityOf(b.step.name) - this.#priorityOf(a.step.name))
    for (const { step, leaves, ready } of toBegin) {
      if (leaves && !this.#told.has(step.name)) this.#warnOf(step.name, leaves)
      this.#told.add(step.name)
      this.#running.set(step.name, this.#runStep(step, ready, beginStep))
    }
  }

  #warnOf(step: string, left: readonly LeftEdits[]): void {
    const text = leftEditsText(left)
    this.#run.tell({ is: 'said', scan: this.#scan.id, step, level: 'warn', text })
  }

  #tellReused(plan: ReadonlyMap<string, PlannedStep>): void {
    for (const [name, { decision }] of plan) {
      if (decision.do !== 'reuse' || this.#told.has(name)) continue
      this.#told.add(name)
      const { do: _reuse, ...found } = decision
      this.#run.tell({ is: 'reused', scan: this.#scan.id, step: name, ...found })
    }
  }

  async #runStep(step: ComputingStep, ready: Ready, begin: typeof beginStep): Promise<Ended> {
    const asOf = this.#changes.length
    const host = {
      scan: this.#scan,
      facts: this.#facts,
      run: this.#run,
      isForced: this.#forced.has(step.name),
      dropsEdits: this.#run.dropsEdits && this.#forced.has(step.name),
      priority: this.#priorityOf(step.name),
      acceptsTouched: this.#touched.has(step.name),
      overtaken: () => this.#changesSince(asOf, step.name, ready),
      reread: (paths: readonly string[]) => this.#reread(paths),
    }
    const looked = {
      resolver: this.#resolver,
      artifactOf: (name: string) => this.#artifactOf(name),
    }
    return { step, outcome: await begin(step, ready, looked, host) }
  }

  async #settle({ step: { name }, outcome }: Ended): Promise<void> {
    this.#running.delete(name)
    switch (outcome.is) {
      case 'done':
        this.#forced.delete(name)
        if (outcome.replaced !== undefined) this.#facts.forget(outcome.replaced)
        await this.#facts.refresh()
        return
      case 'failed':
        this.#settleFailed(name, outcome.failure, false)
        return
      case 'overtaken': {
        if (outcome.isTouched) this.#touched.add(name)
        const times = (this.#overtaken.get(name) ?? 0) + 1
        this.#overtaken.set(name, times)
        const retry = times < patience
        this.#settleFailed(name, overtakenBy(outcome.by, !retry), retry)
        return
      }
      case 'cancelled':
        this.#failed.add(name)
        this.#cancelled.add(name)
        this.#run.tell({ is: 'cancelled', scan: this.#scan.id, step: name })
    }
  }

  /** @param retry whether it begins once more by itself */
  #settleFailed(name: string, failure: TaskFailure, retry: boolean): void {
    this.#run.tell({ is: 'failed', scan: this.#scan.id, step: name, failure, retry })
    if (retry) return
    this.#failed.add(name)
    this.#run.failed()
  }

  /** Says at once what cannot run for want of data or a program: nothing that is made mends that. */
  #tellStopped(plan: ReadonlyMap<string, PlannedStep>): void {
    for (const [step, { decision }] of plan) {
      if (decision.do !== 'stop' || decision.cause !== 'missing') continue
      const { cause, why } = decision
      this.#told.add(step)
      this.#run.tell({ is: 'skipped', scan: this.#scan.id, step, cause, why })
    }
  }

  /** Says of each step that did not come to run why not. */
  #tellTheRest(plan: ReadonlyMap<string, PlannedStep>): void {
    this.#tellReused(plan)
    for (const [name, { decision }] of plan) {
      if (this.#told.has(name)) continue
      const at = { scan: this.#scan.id, step: name }
      if (decision.do === 'stop' && this.#isCancelled(name))
        this.#run.tell({ is: 'cancelled', ...at })
      else if (decision.do === 'stop')
        this.#run.tell({ is: 'skipped', ...at, cause: decision.cause, why: decision.why })
      else if (decision.do === 'leave') this.#tellNotNeeded(name)
      else if (isStopping(this.#run)) this.#run.tell({ is: 'cancelled', ...at })
      else
        this.#run.tell({
          is: 'skipped',
          ...at,
          cause: 'input-lost',
          why: 'a step that it reads gave no result',
        })
    }
  }

  /** What was to run, until the steps that read it turned out to need it no more, or to be unable to run. */
  #tellNotNeeded(step: string): void {
    if (!this.#due.has(step)) return
    const why = 'no step that runs reads it any more'
    this.#run.tell({ is: 'skipped', scan: this.#scan.id, step, cause: 'passed-over', why })
  }

  /** Whether a step lacks an input for no other reason than that what makes it was cancelled. */
  #isCancelled(name: string): boolean {
    const above = allUpstreamOf(name, this.#run.pipeline)
    const lost = [...above].filter((step) => this.#failed.has(step))
    return lost.length > 0 && lost.every((step) => this.#cancelled.has(step))
  }

  /** Moves the filesets that the results stand on to the end of the index, where viewers look. */
  async #listLast(plan: ReadonlyMap<string, PlannedStep>): Promise<void> {
    try {
      await this.#scan.moveToEnd(idsReused(plan))
    } catch (error) {
      // The order of the index is a courtesy; a run whose results are published is not failed by it.
      if (!isRomiError(error)) throw error
      if (isRomiError(error, 'store/lock-lost')) this.#run.lockLost(error)
    }
  }
}
