// The evaluation of a step that computes: from what its slots show, its key; from that, where it stands.
import { canonical } from '../base/canonical.ts'
import { upstreamOf, type ComputingStep } from '../pipeline/pipeline.ts'
import { carriedInstead } from './carried.ts'
import { judge } from './checks.ts'
import type { Decision, Ready, StopCause } from './decision.ts'
import { editsOf, keptEdits, leftEdits, type Edit, type LeftEdits } from './edits.ts'
import { fileKeysOf } from './file-keys.ts'
import type { MadeFileset } from './facts/facts.ts'
import { keyOf } from './key.ts'
import { namesSince } from './inputs/lineage.ts'
import type { Annotators, ResolvedInput } from './inputs/resolve.ts'
import {
  given,
  stopped,
  withHint,
  type PlanContext,
  type StepEvaluation,
  type OutputState,
} from './evaluation.ts'
import type { Reason } from './reason.ts'
import { selectionFault } from './selection-fault.ts'
import { annotatorsOf, goneOf, resolvedInputsOf, viewSlots, type SlotViews } from './slot-views.ts'
import { slotDigests, toldOf } from './told.ts'
import { causeOf, comparedBy, withoutGroundTruth } from './truth.ts'
import { mayBeComplete, whyRun } from './why.ts'

export async function evaluateComputing(
  step: ComputingStep,
  ctx: PlanContext,
): Promise<StepEvaluation> {
  const annotators = annotatorsOf(step, ctx)
  const views = await viewSlots(step, annotators, ctx)
  const instead = await carriedInstead(step, ctx)
  const absent = [...views].find(([, view]) => view.is === 'absent')
  if (absent?.[1].is === 'absent') {
    const [slot, { cause: from, why }] = absent
    const cause = causeOf(step, from, ctx)
    const wire = step.wires[slot]
    const isInVain = wire.is === 'step' && wire.step === instead?.step
    return stopped(
      isInVain ? withHint(why, instead) : why,
      cause,
      needsWhenBlocked(step, cause, ctx),
    )
  }
  const without = withoutGroundTruth(step, views, ctx)
  if (without) return without
  const unknown = [...views.values()].find((view) => view.is === 'unknown')
  const evaluation = await (unknown
    ? undecided(step, views, annotators, unknown.because, ctx)
    : decided(step, views, annotators, ctx))
  return instead ? { ...evaluation, instead } : evaluation
}

/** What is made all the same though the step that asked for it cannot run. */
function needsWhenBlocked(
  step: ComputingStep,
  cause: StopCause,
  ctx: PlanContext,
): readonly string[] {
  switch (cause) {
    case 'passed-over':
      return comparedBy(step, ctx)
    case 'input-lost':
      // The result must not depend on which input failed first.
      return upstreamOf(step)
    case 'missing':
      // What stops it is told where it begins.
      return upstreamOf(step).filter((name) => ctx.above.get(name)!.decision.do === 'stop')
  }
}

/** A step of which an input is not known: `maybe`, unless no earlier result can fit any more. */
async function undecided(
  step: ComputingStep,
  views: SlotViews,
  annotators: Annotators,
  because: string,
  ctx: PlanContext,
): Promise<StepEvaluation> {
  const state: OutputState = { is: 'unknown', because: step.name }
  const waited = waitedFor(views, annotators)
  const all = [...upstreamOf(step), ...goneOf(annotators)]
  const isForced = ctx.progress.forced.has(step.name)
  if (!isForced && mayBeComplete(step, views, ctx)) {
    const decision: Decision = { do: 'maybe', reason: { why: 'follows', step: because } }
    return { state, decision, needs: waited, needsIfRun: all }
  }
  const leaves = leftEdits(await surelyLeft(step, ctx), new Map())
  const reason = whyRun(step, views, undefined, ctx)
  const decision: Decision = { do: 'run', reason, ...withLeaves(leaves) }
  return { state, decision, needs: [...upstreamOf(step), ...waited], needsIfRun: all }
}

/** The steps without which the slots of a step stay unknown. */
function waitedFor(views: SlotViews, annotators: Annotators): readonly string[] {
  const because = [...views.values()].flatMap((view) =>
    view.is === 'unknown' ? [view.because] : [],
  )
  const annotationsMissing = because.some((name) => annotators.has(name))
  return [...because, ...(annotationsMissing ? goneOf(annotators) : [])]
}

/** A step whose key is known: complete, damaged, forced, or to be made. */
async function decided(
  step: ComputingStep,
  views: SlotViews,
  annotators: Annotators,
  ctx: PlanContext,
): Promise<StepEvaluation> {
  const inputs = resolvedInputsOf(views)
  const key = keyOf(step, slotDigests(toldOf(step, inputs)))
  const made = ctx.facts.made.findLast(({ record }) => record.key === key)
  const again = made && (await whyAgain(step, made, ctx))
  if (made && !again) return complete(step, made, inputs, ctx)
  const fault = selectionFault(step, inputs)
  if (fault !== undefined) return stopped(fault)

  const annotations = usesAnnotations(inputs) ? goneOf(annotators) : []
  const needs = [...upstreamOf(step), ...annotations]
  const isHere = [...views.values()].every((view) => view.is === 'seen' && view.isHere)
  const ready: Ready | undefined =
    isHere && annotations.length === 0
      ? { key, inputs: inputs, annotators, ...(made && { replaces: made }) }
      : undefined
  const leaves = await leftBehind(step, inputs, ctx)
  const isUncertain = made !== undefined || ctx.progress.forced.has(step.name)
  return {
    state: isUncertain
      ? { is: 'unknown', because: step.name }
      : { is: 'remembered', key, lineage: lineageIn(step, inputs) },
    decision: { do: 'run', reason: again ?? whyRun(step, views, key, ctx), ...withLeaves(leaves) },
    needs,
    needsIfRun: [],
    ...(ready && { ready }),
  }
}

const withLeaves = (leaves: readonly LeftEdits[]): { readonly leaves?: readonly LeftEdits[] } =>
  leaves.length === 0 ? {} : { leaves }

/** The corrections that a step leaves behind of which the inputs are known. */
async function leftBehind(
  step: ComputingStep,
  inputs: Readonly<Record<string, ResolvedInput>>,
  { facts, progress }: PlanContext,
): Promise<readonly LeftEdits[]> {
  const edits = await editsOf(step, facts)
  const { each } = step.task
  const isDropped = progress.dropsEdits && progress.forced.has(step.name)
  if (edits.length === 0 || each === undefined || isDropped) return leftEdits(edits, new Map())
  return leftEdits(edits, keptEdits(edits, fileKeysOf(step, each, inputs)))
}

/** Those that a step leaves behind whatever its inputs will be: it has other parameters by now. */
async function surelyLeft(step: ComputingStep, { facts }: PlanContext): Promise<readonly Edit[]> {
  const edits = await editsOf(step, facts)
  if (edits.length === 0 || step.task.each === undefined) return edits
  const isAsThen = (id: string) => {
    // Safe: an edit is of a made fileset.
    const { version, code, params } = facts.made.find((made) => made.id === id)!.record
    const { query: _then, ...then } = params
    const { query: _now, ...now } = step.identity.params
    return (
      version === step.task.version &&
      code?.digest === step.task.code?.digest &&
      canonical(then) === canonical(now)
    )
  }
  return edits.filter(({ fileset }) => !isAsThen(fileset))
}

/** Why a step is made again though a fileset carries its key. */
async function whyAgain(
  step: ComputingStep,
  made: MadeFileset,
  ctx: PlanContext,
): Promise<Reason | undefined> {
  const { missing } = await ctx.facts.condition(made)
  if (missing.length > 0) return { why: 'files-missing', fileset: made.id, files: missing }
  return ctx.progress.forced.has(step.name) ? { why: 'forced' } : undefined
}

async function complete(
  step: ComputingStep,
  made: MadeFileset,
  inputs: Readonly<Record<string, ResolvedInput>>,
  { facts, resolver }: PlanContext,
): Promise<StepEvaluation> {
  const { task } = step
  const names = namesSince(made.record, inputs)
  const fileset = resolver.renamed(await facts.fileset(made.id), names)
  const annotations = task.annotates
    ? resolver.renamedAnnotations(await facts.annotations(made.id), names)
    : undefined
  const { edited } = await facts.condition(made)
  const checks = judge(step, made.record, edited)
  const { said, warned } = made.record.made
  const told = {
    fileset: made.id,
    edited,
    ...(checks.length > 0 && { checks }),
    ...(said !== undefined && { said }),
    ...(warned && { warned }),
  }
  return { ...given(fileset, annotations), decision: { do: 'reuse', ...told } }
}

/** Whether a step sees metadata that another one annotated. */
const usesAnnotations = (inputs: Readonly<Record<string, ResolvedInput>>): boolean =>
  Object.values(inputs).some(({ seen }) => seen.files.some(({ annotated }) => annotated))

/** The filesets that a step's output descends from, nearest first: none, if it is not file by file. */
const lineageIn = (
  { task: { each } }: ComputingStep,
  inputs: Readonly<Record<string, ResolvedInput>>,
): readonly string[] => (each === undefined ? [] : inputs[each].lineage)
