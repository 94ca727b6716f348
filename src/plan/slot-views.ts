// What each slot of a step holds, as far as it is known while some inputs are still to be made.
import { allUpstreamOf, type Wire, type ComputingStep } from '../pipeline/pipeline.ts'
import { isAnnotating } from '../task/task.ts'
import type { StopCause } from './decision.ts'
import type { FilesetFacts } from './facts/facts.ts'
import type { Annotator, Annotators, SlotContext, ResolvedInput } from './inputs/resolve.ts'
import { whyUnusable } from './loss.ts'
import type { PlanContext, OutputState } from './evaluation.ts'

export type SlotView =
  | {
      readonly is: 'seen'
      readonly input: ResolvedInput
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
  ctx: PlanContext,
): Promise<SlotViews> {
  const views = new Map<string, SlotView>()
  for (const [slot, wire] of Object.entries(step.wires)) {
    const from = wire.is === 'step' ? wire.step : wire.is === 'scan' ? wire.task : ''
    views.set(slot, await viewSlot({ step, slot, from, annotators }, wire, ctx))
  }
  return views
}

async function viewSlot(context: SlotContext, wire: Wire, ctx: PlanContext): Promise<SlotView> {
  switch (wire.is) {
    case 'empty':
      return viewHere(context, undefined, ctx)
    case 'scan': {
      const fileset = await ctx.facts.elsewhere(wire.scan, wire.task)
      if (typeof fileset === 'string') return { is: 'absent', cause: 'missing', why: fileset }
      const loss = whyUnusable(fileset, wire.scan)
      if (loss !== undefined) return { is: 'absent', cause: 'missing', why: loss }
      return viewHere(context, fileset, ctx)
    }
    case 'step':
      return viewStep(context, stateOf(wire.step, ctx), ctx)
  }
}

async function viewStep(
  context: SlotContext,
  state: OutputState,
  ctx: PlanContext,
): Promise<SlotView> {
  switch (state.is) {
    case 'here':
      return viewHere(context, state.fileset, ctx)
    case 'remembered': {
      const input = await ctx.resolver.fromRecords(context, state.key, state.lineage)
      return input ? { is: 'seen', input, isHere: false } : { is: 'unknown', because: context.from }
    }
    case 'unknown':
    case 'absent':
      return state
  }
}

async function viewHere(
  context: SlotContext,
  fileset: FilesetFacts | undefined,
  ctx: PlanContext,
): Promise<SlotView> {
  const input = await ctx.resolver.fromDisk(context, fileset)
  if (input) return { is: 'seen', input, isHere: true }
  // Only annotations that are gone keep a step from seeing what is on the disk.
  return { is: 'unknown', because: goneOf(context.annotators)[0] }
}

/** What the slots show, of those that show anything. */
export const resolvedInputsOf = (views: SlotViews): Readonly<Record<string, ResolvedInput>> =>
  Object.fromEntries(
    [...views].flatMap(([slot, view]) => (view.is === 'seen' ? [[slot, view.input]] : [])),
  )

/** The steps above a step whose annotations it sees, the direct inputs first. */
export function annotatorsOf(step: ComputingStep, ctx: PlanContext): Annotators {
  const found = new Map<string, Annotator>()
  for (const name of allUpstreamOf(step.name, ctx.pipeline)) {
    // Safe: a pipeline has every step that another one reads.
    const { task } = ctx.pipeline.steps.get(name)!
    if (isAnnotating(task)) found.set(name, annotatorIn(stateOf(name, ctx)))
  }
  return found
}

function annotatorIn(state: OutputState): Annotator {
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
const stateOf = (step: string, ctx: PlanContext): OutputState => ctx.above.get(step)!.state
