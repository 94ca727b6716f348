// What each slot of a step holds, as far as it is known while some inputs are still to be made.
import { allUpstreamOf, type Wire } from '../pipeline/pipeline.ts'
import type { StopCause } from './decision.ts'
import type { FilesetFacts } from './facts/facts.ts'
import type { ComputingStep } from './key.ts'
import type { Annotator, Annotators, Slit, SlotSight } from './inputs/resolve.ts'
import { lossOf } from './loss.ts'
import type { Case, State } from './evaluation.ts'

export type SlotView =
  | {
      readonly is: 'seen'
      readonly sight: SlotSight
      /** Whether it is on the disk, and not only in a record. */
      readonly isHere: boolean
    }
  /** Not before `because` is made. */
  | { readonly is: 'unknown'; readonly because: string }
  | { readonly is: 'absent'; readonly cause: StopCause; readonly why: string }

/** All slots of a step, by name. */
export type SlotViews = ReadonlyMap<string, SlotView>

/** Views all slots of a step. */
export async function viewSlots(
  step: ComputingStep,
  annotators: Annotators,
  at: Case,
): Promise<SlotViews> {
  const views = new Map<string, SlotView>()
  for (const [slot, wire] of Object.entries(step.wires)) {
    const from = wire.is === 'step' ? wire.step : wire.is === 'scan' ? wire.task : ''
    views.set(slot, await viewSlot({ step, slot, from, annotators }, wire, at))
  }
  return views
}

async function viewSlot(slit: Slit, wire: Wire, at: Case): Promise<SlotView> {
  switch (wire.is) {
    case 'empty':
      return viewHere(slit, undefined, at)
    case 'scan': {
      const fileset = await at.facts.elsewhere(wire.scan, wire.task)
      if (typeof fileset === 'string') return { is: 'absent', cause: 'missing', why: fileset }
      const loss = lossOf(fileset, wire.scan)
      if (loss !== undefined) return { is: 'absent', cause: 'missing', why: loss }
      return viewHere(slit, fileset, at)
    }
    case 'step':
      return viewStep(slit, stateOf(wire.step, at), at)
  }
}

async function viewStep(slit: Slit, state: State, at: Case): Promise<SlotView> {
  switch (state.is) {
    case 'here':
      return viewHere(slit, state.fileset, at)
    case 'remembered': {
      const sight = await at.looker.recall(slit, state.key, state.lineage)
      return sight ? { is: 'seen', sight, isHere: false } : { is: 'unknown', because: slit.from }
    }
    case 'unknown':
    case 'absent':
      return state
  }
}

async function viewHere(
  slit: Slit,
  fileset: FilesetFacts | undefined,
  at: Case,
): Promise<SlotView> {
  const sight = await at.looker.look(slit, fileset)
  if (sight) return { is: 'seen', sight, isHere: true }
  // Only annotations that are gone keep a step from seeing what is on the disk.
  return { is: 'unknown', because: goneOf(slit.annotators)[0] }
}

/** What the slots show, of those that show anything. */
export const sightsOf = (views: SlotViews): Readonly<Record<string, SlotSight>> =>
  Object.fromEntries(
    [...views].flatMap(([slot, view]) => (view.is === 'seen' ? [[slot, view.sight]] : [])),
  )

/** The steps above a step whose annotations it sees, the direct inputs first. */
export function annotatorsOf(step: ComputingStep, at: Case): Annotators {
  const found = new Map<string, Annotator>()
  for (const name of allUpstreamOf(step.name, at.pipeline)) {
    // Safe: a pipeline has every step that another one reads.
    const { task } = at.pipeline.steps.get(name)!
    if (task.is === 'computing' && task.annotates) found.set(name, annotatorIn(stateOf(name, at)))
  }
  return found
}

function annotatorIn(state: State): Annotator {
  switch (state.is) {
    case 'here':
      return { key: state.fileset?.maker, annotations: state.annotations }
    case 'remembered':
      return { key: state.key, annotations: undefined }
    case 'unknown':
    case 'absent':
      return { key: undefined, annotations: undefined }
  }
}

/** The annotators whose annotations are not on the disk. */
export const goneOf = (annotators: Annotators): string[] =>
  [...annotators].flatMap(([name, { annotations }]) => (annotations ? [] : [name]))

// Safe: steps come after those that they read.
const stateOf = (step: string, at: Case): State => at.above.get(step)!.state
