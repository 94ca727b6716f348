// Decides, for each step of a pipeline on one scan, what is to be done, and why.
//
//   forward:  sources first; a step whose inputs are known has a key, and is complete if a whole
//             fileset carries it; one whose input will be re-made may come out complete
//   backward: from the targets; what nobody needs is left alone
import type { Digest } from '../base/digest.ts'
import type { JsonObject } from '../base/types.ts'
import { upstreamOf, type Pipeline, type Step, type Wire } from '../pipeline/pipeline.ts'
import { significant } from '../task/param.ts'
import type { Annotations } from './annotations.ts'
import type { FilesetFacts } from './content.ts'
import type { MadeFileset, ScanFacts } from './facts.ts'
import { keyOf, resumeKeyOf, type ComputingStep } from './key.ts'
import { leaveUnneeded } from './need.ts'
import { nearestReason, type Making, type Reason } from './reason.ts'
import { Looker, type Annotator, type Annotators, type SlotSight } from './look.ts'
import type { StepRecord } from './record.ts'

/** What is to be done about a step. */
export type Decision =
  | {
      readonly do: 'reuse'
      readonly fileset: string | undefined
      readonly edited: readonly string[]
    }
  | { readonly do: 'run'; readonly reason: Reason }
  /** An input will be re-made and may come out the same. */
  | { readonly do: 'maybe'; readonly reason: Reason }
  /** Nobody needs it. */
  | { readonly do: 'leave' }
  | { readonly do: 'stop'; readonly cause: StopCause; readonly why: string }

/**
 * Why a step cannot run: data or a program are missing, an evaluation that nobody asked for by name
 * has no truth, or a step above it gave no result in this run.
 */
export type StopCause = 'missing' | 'passed-over' | 'input-lost'

/** What a step will be made from, once all its inputs are there. */
export interface Ready {
  readonly key: Digest
  readonly sights: Readonly<Record<string, SlotSight>>
  readonly annotators: Annotators
  /** The fileset that carries the key but is damaged, or is made again by force. */
  readonly replaces?: MadeFileset
}

/** A step of the plan. */
export interface PlannedStep {
  readonly step: Step
  readonly decision: Decision
  /** Present once every input is on the disk: the step can start. */
  readonly ready?: Ready
}

/** What has happened since: nothing, for a plan that is only shown. */
export interface Progress {
  /** Steps to make again though they are complete. */
  readonly forced: ReadonlySet<string>
  /** Steps that will not give a result in this run. */
  readonly failed: ReadonlySet<string>
  /** How to install the programs that are not on this machine, by name. */
  readonly missingPrograms: ReadonlyMap<string, string>
}

/** A decision, and what the step needs to start. */
export interface Verdict {
  readonly decision: Decision
  /** Steps, besides those that it reads, whose annotations it needs if it is to run. */
  readonly wants?: readonly string[]
  readonly ready?: Ready
}

/** Where a step's output stands. */
type State =
  | {
      readonly is: 'here'
      readonly fileset: FilesetFacts | undefined
      readonly annotations: Annotations | undefined
    }
  /** Not on the disk, but its key is known, so a record may tell what it was. */
  | { readonly is: 'remembered'; readonly key: Digest }
  | { readonly is: 'unknown'; readonly because: string }
  | { readonly is: 'absent'; readonly cause: StopCause; readonly why: string }

/** A step seen from its inputs alone, before anybody asks whether it is needed. */
interface Outlook extends Verdict {
  readonly state: State
}

/** Decides all steps of a pipeline on one scan. */
export async function decide(
  pipeline: Pipeline,
  facts: ScanFacts,
  progress: Progress,
  looker: Looker = new Looker(facts, pipeline.settings.unit),
): Promise<ReadonlyMap<string, PlannedStep>> {
  const outlooks = new Map<string, Outlook>()
  for (const step of pipeline.steps.values()) {
    outlooks.set(
      step.name,
      await new StepDecision(pipeline, facts, progress, looker, outlooks).outlook(step),
    )
  }
  return leaveUnneeded(pipeline, outlooks, progress)
}

type SlotOutlook =
  | { readonly is: 'seen'; readonly sight: SlotSight; readonly here: boolean }
  | { readonly is: 'unknown'; readonly because: string }
  | { readonly is: 'absent'; readonly cause: StopCause; readonly why: string }

class StepDecision {
  readonly #pipeline: Pipeline
  readonly #facts: ScanFacts
  readonly #progress: Progress
  readonly #looker: Looker
  readonly #outlooks: ReadonlyMap<string, Outlook>

  constructor(
    pipeline: Pipeline,
    facts: ScanFacts,
    progress: Progress,
    looker: Looker,
    outlooks: ReadonlyMap<string, Outlook>,
  ) {
    this.#pipeline = pipeline
    this.#facts = facts
    this.#progress = progress
    this.#looker = looker
    this.#outlooks = outlooks
  }

  async outlook(step: Step): Promise<Outlook> {
    const { task } = step
    if (this.#progress.failed.has(step.name)) {
      return stopped(`${step.name} gave no result`, 'input-lost')
    }
    if (step.adopt !== undefined) return this.#adopted(step, step.adopt)
    if (task.is === 'source') return this.#source(step)
    return this.#computing({ ...step, task })
  }

  async #source(step: Step): Promise<Outlook> {
    if (step.task.is !== 'source') throw new TypeError(`${step.name} is no source`)
    const located = step.task.locate(this.#facts.view, step.params)
    if (located.is === 'missing') return stopped(located.why)
    if (located.is === 'nothing-needed') return here(undefined, undefined, undefined)
    const whole = await this.#facts.fileset(located.fileset)
    const lost = whole.gone.filter((id) => located.only?.includes(id) ?? true)
    if (lost.length > 0) {
      const what = `${located.fileset} of ${this.#facts.scan} lists files that are gone (${lost.join(', ')})`
      return stopped(`${what}: restore them, or delete their entries`)
    }
    const { only } = located
    const fileset = only ? this.#looker.narrowed(whole, only) : whole
    return here(located.fileset, fileset, undefined)
  }

  async #adopted(step: Step, id: string): Promise<Outlook> {
    if (!this.#facts.view.filesets.some((fileset) => fileset.id === id)) {
      return stopped(`[${step.name}.romi] adopts "${id}", which ${this.#facts.scan} does not have`)
    }
    const { task } = step
    const isAnnotator = task.is === 'computing' && task.annotates
    const annotations = isAnnotator ? await this.#facts.annotations(id) : undefined
    return here(id, await this.#facts.fileset(id), annotations)
  }

  async #computing(step: ComputingStep): Promise<Outlook> {
    const annotators = this.#annotators(step)
    const slots: Record<string, SlotOutlook> = {}
    for (const [slot, wire] of Object.entries(step.wires)) {
      slots[slot] = await this.#slot(step, slot, wire, annotators)
    }
    const absent = Object.values(slots).find((slot) => slot.is === 'absent')
    if (absent) return this.#stopped(step, absent)
    const truthless = this.#missingTruth(step, slots)
    if (truthless) return truthless

    const seen = Object.entries(slots).flatMap(([name, slot]) =>
      slot.is === 'seen' ? [[name, slot] as const] : [],
    )
    const sights = Object.fromEntries(seen.map(([name, { sight }]) => [name, sight]))
    const unknown = Object.values(slots).find((slot) => slot.is === 'unknown')
    if (unknown) {
      const outlook = this.#undecided(step, sights, Object.keys(slots), unknown.because)
      return { ...outlook, wants: annotators.has(unknown.because) ? gone(annotators) : [] }
    }

    const key = keyOf(
      step,
      Object.fromEntries(seen.map(([name, { sight }]) => [name, sight.digest])),
    )
    const wants = usesAnnotations(sights) ? gone(annotators) : []
    const isReady = wants.length === 0 && seen.every(([, slot]) => slot.here)
    const outlook = await this.#keyed(
      step,
      key,
      sights,
      isReady ? { key, sights, annotators } : undefined,
    )
    return { ...outlook, wants }
  }

  /** A step whose key is known: complete, damaged, forced, remembered or to be made. */
  async #keyed(
    step: ComputingStep,
    key: Digest,
    sights: Readonly<Record<string, SlotSight>>,
    ready: Ready | undefined,
  ): Promise<Outlook> {
    const made = this.#facts.made.findLast(
      ({ task, record }) => task === step.name && record.key === key,
    )
    if (!made) {
      const reason = this.#reason(step, sights, [], key)
      return {
        state: this.#notHere(step, key),
        decision: { do: 'run', reason },
        ...(ready && { ready }),
      }
    }
    const condition = await this.#facts.condition(made)
    const again: Reason | undefined =
      condition.missing.length > 0
        ? { why: 'files-missing', fileset: made.id, files: condition.missing }
        : this.#progress.forced.has(step.name)
          ? { why: 'forced' }
          : undefined
    if (!again) {
      const state: State = {
        is: 'here',
        fileset: await this.#facts.fileset(made.id),
        annotations: step.task.annotates ? await this.#facts.annotations(made.id) : undefined,
      }
      return { state, decision: { do: 'reuse', fileset: made.id, edited: condition.edited } }
    }
    const state: State = { is: 'unknown', because: step.name }
    return {
      state,
      decision: { do: 'run', reason: again },
      ...(ready && { ready: { ...ready, replaces: made } }),
    }
  }

  /** A step of which an input will be re-made: `maybe`, unless no earlier result can fit any more. */
  #undecided(
    step: ComputingStep,
    sights: Readonly<Record<string, SlotSight>>,
    slots: readonly string[],
    because: string,
  ): Outlook {
    const state: State = { is: 'unknown', because: step.name }
    if (this.#progress.forced.has(step.name))
      return { state, decision: { do: 'run', reason: { why: 'forced' } } }
    const open = slots.filter((slot) => !sights[slot])
    const params = significant(step.task.params, step.params)
    const couldFit = (record: StepRecord) =>
      !nearestReason([record], making(step, params, sights, open))
    if (this.#records(step).some(couldFit)) {
      return { state, decision: { do: 'maybe', reason: { why: 'follows', step: because } } }
    }
    const reason = this.#reason(step, sights, open, undefined)
    return { state, decision: { do: 'run', reason } }
  }

  #reason(
    step: ComputingStep,
    sights: Readonly<Record<string, SlotSight>>,
    open: readonly string[],
    key: Digest | undefined,
  ): Reason {
    if (this.#progress.forced.has(step.name)) return { why: 'forced' }
    if (step.task.each !== undefined) {
      const finished = this.#facts.unfinished(resumeKeyOf(step))
      if (finished > 0) return { why: 'incomplete', finished }
    }
    if (key !== undefined && this.#isRemembered(step.name, key))
      return { why: 'deleted', reader: undefined }
    const params = significant(step.task.params, step.params)
    return (
      nearestReason(this.#records(step), making(step, params, sights, open)) ?? { why: 'never-ran' }
    )
  }

  #records(step: Step): readonly StepRecord[] {
    return this.#facts.made.flatMap(({ task, record }) => (task === step.name ? [record] : []))
  }

  #notHere(step: Step, key: Digest): State {
    const isForced = this.#progress.forced.has(step.name)
    return isForced ? { is: 'unknown', because: step.name } : { is: 'remembered', key }
  }

  /** Whether a step of this key once was complete. */
  #isRemembered(name: string, key: Digest): boolean {
    return this.#facts.archive.some(({ task, record }) => task === name && record.key === key)
  }

  async #slot(
    step: ComputingStep,
    name: string,
    wire: Wire,
    annotators: Annotators,
  ): Promise<SlotOutlook> {
    if (wire.is === 'empty') return this.#seen(step, name, undefined, annotators, '')
    if (wire.is === 'scan') {
      const fileset = await this.#facts.elsewhere(wire.scan, wire.task)
      if (typeof fileset === 'string') return { is: 'absent', cause: 'missing', why: fileset }
      return this.#seen(step, name, fileset, annotators, wire.task)
    }
    const { state } = this.#outlooks.get(wire.step)!
    switch (state.is) {
      case 'here':
        return this.#seen(step, name, state.fileset, annotators, wire.step)
      case 'remembered': {
        const sight = await this.#looker.recall(step, name, wire.step, state.key, annotators)
        return sight ? { is: 'seen', sight, here: false } : { is: 'unknown', because: wire.step }
      }
      case 'unknown':
      case 'absent':
        return state
    }
  }

  async #seen(
    step: ComputingStep,
    name: string,
    fileset: FilesetFacts | undefined,
    annotators: Annotators,
    from: string,
  ): Promise<SlotOutlook> {
    const sight = await this.#looker.look(step, name, fileset, annotators, from)
    if (sight) return { is: 'seen', sight, here: true }
    const [because] = [...annotators].find(([, { annotations }]) => !annotations)!
    return { is: 'unknown', because }
  }

  /** The steps above this one whose annotations it sees, the direct inputs first. */
  #annotators(step: ComputingStep): Annotators {
    const found = new Map<string, Annotator>()
    const queue = upstreamOf(step)
    for (const name of queue) {
      const above = this.#pipeline.steps.get(name)!
      if (!found.has(name) && above.task.is === 'computing' && above.task.annotates) {
        found.set(name, annotator(this.#outlooks.get(name)!.state))
      }
      for (const next of upstreamOf(above)) if (!queue.includes(next)) queue.push(next)
    }
    return found
  }

  #stopped(
    step: ComputingStep,
    { cause, why }: { readonly cause: StopCause; readonly why: string },
  ): Outlook {
    const isEvaluation = Object.values(step.task.inputs).some(({ options }) => options.groundTruth)
    return stopped(
      why,
      cause === 'missing' && isEvaluation && !this.#isAskedFor(step) ? 'passed-over' : cause,
    )
  }

  #missingTruth(
    step: ComputingStep,
    slots: Readonly<Record<string, SlotOutlook>>,
  ): Outlook | undefined {
    for (const [name, { options }] of Object.entries(step.task.inputs)) {
      const slot = slots[name]
      if (!options.groundTruth || slot?.is !== 'seen') continue
      const wire = step.wires[name]
      const task = wire.is === 'step' ? this.#pipeline.steps.get(wire.step)?.task : undefined
      const found = {
        artifact: task?.output.name ?? '',
        measured: this.#facts.measures !== undefined,
        files: slot.sight.seen.files.length,
      }
      if (options.groundTruth(found)) continue
      return stopped(
        `${this.#facts.scan} has no ground truth for ${step.name}`,
        this.#isAskedFor(step) ? 'missing' : 'passed-over',
      )
    }
    return undefined
  }

  #isAskedFor(step: Step): boolean {
    return this.#pipeline.targetsNamed && this.#pipeline.targets.includes(step.name)
  }
}

function annotator(state: State): Annotator {
  if (state.is === 'here')
    return { key: state.fileset?.maker, annotations: state.annotations ?? new Map() }
  return { key: state.is === 'remembered' ? state.key : undefined, annotations: undefined }
}

const here = (
  id: string | undefined,
  fileset: FilesetFacts | undefined,
  annotations: Annotations | undefined,
): Outlook => ({
  state: { is: 'here', fileset, annotations },
  decision: { do: 'reuse', fileset: id, edited: [] },
})

const stopped = (why: string, cause: StopCause = 'missing'): Outlook => ({
  state: { is: 'absent', cause, why },
  decision: { do: 'stop', cause, why },
})

/** Whether a step sees metadata that another one annotated. */
const usesAnnotations = (sights: Readonly<Record<string, SlotSight>>): boolean =>
  Object.values(sights).some(({ seen }) => seen.files.some(({ annotated }) => annotated))

/** The steps whose annotations are not on the disk. */
const gone = (annotators: Annotators): string[] =>
  [...annotators].flatMap(([name, { annotations }]) => (annotations ? [] : [name]))

function making(
  step: ComputingStep,
  params: JsonObject,
  sights: Readonly<Record<string, SlotSight>>,
  open: readonly string[],
): Making {
  const known = Object.entries(sights).map(([slot, { digest, seen, from }]) => {
    return [slot, { step: from, digest, seen }] as const
  })
  const inputs = Object.fromEntries([...known, ...open.map((slot) => [slot, undefined] as const)])
  return { version: step.task.version, params, lines: step.lines, inputs }
}
