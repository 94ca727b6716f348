// The outlook of a step that computes: from what its slots show, its key; from that, where it stands.
import { upstreamOf } from '../pipeline/pipeline.ts'
import type { Decision, Ready, StopCause } from './decision.ts'
import type { MadeFileset } from './facts/facts.ts'
import { keyOf, type ComputingStep } from './key.ts'
import { namesSince } from './inputs/lineage.ts'
import type { Annotators, SlotSight } from './inputs/resolve.ts'
import { given, stopped, type Case, type Outlook, type State } from './evaluation.ts'
import type { Reason } from './reason.ts'
import { annotatorsOf, goneOf, sightsOf, viewSlots, type SlotViews } from './slot-views.ts'
import { digestsOf, toldOf } from './told.ts'
import { causeOf, comparedBy, truthless } from './truth.ts'
import { mayBeComplete, whyRun } from './why.ts'

export async function outlookOfComputing(step: ComputingStep, at: Case): Promise<Outlook> {
  const annotators = annotatorsOf(step, at)
  const views = await viewSlots(step, annotators, at)
  const absent = [...views.values()].find((view) => view.is === 'absent')
  if (absent) {
    const cause = causeOf(step, absent.cause, at)
    return stopped(absent.why, cause, neededThough(step, cause, at))
  }
  const without = truthless(step, views, at)
  if (without) return without
  const unknown = [...views.values()].find((view) => view.is === 'unknown')
  return unknown
    ? undecided(step, views, annotators, unknown.because, at)
    : decided(step, views, annotators, at)
}

/** What is made all the same though the step that asked for it cannot run. */
function neededThough(step: ComputingStep, cause: StopCause, at: Case): readonly string[] {
  switch (cause) {
    case 'passed-over':
      return comparedBy(step, at)
    case 'input-lost':
      // What is made does not hang on what failed first.
      return upstreamOf(step)
    case 'missing':
      // What stops it is told where it begins.
      return upstreamOf(step).filter((name) => at.above.get(name)!.decision.do === 'stop')
  }
}

/** A step of which an input is not known: `maybe`, unless no earlier result can fit any more. */
function undecided(
  step: ComputingStep,
  views: SlotViews,
  annotators: Annotators,
  because: string,
  at: Case,
): Outlook {
  const state: State = { is: 'unknown', because: step.name }
  const waited = waitedFor(views, annotators)
  const all = [...upstreamOf(step), ...goneOf(annotators)]
  const isForced = at.progress.forced.has(step.name)
  if (!isForced && mayBeComplete(step, views, at)) {
    const decision: Decision = { do: 'maybe', reason: { why: 'follows', step: because } }
    return { state, decision, needs: waited, mayNeed: all }
  }
  const decision: Decision = { do: 'run', reason: whyRun(step, views, undefined, at) }
  return { state, decision, needs: [...upstreamOf(step), ...waited], mayNeed: all }
}

/** The steps without which the slots of a step stay unknown. */
function waitedFor(views: SlotViews, annotators: Annotators): readonly string[] {
  const because = [...views.values()].flatMap((view) =>
    view.is === 'unknown' ? [view.because] : [],
  )
  const isDark = because.some((name) => annotators.has(name))
  return [...because, ...(isDark ? goneOf(annotators) : [])]
}

/** A step whose key is known: complete, damaged, forced, or to be made. */
async function decided(
  step: ComputingStep,
  views: SlotViews,
  annotators: Annotators,
  at: Case,
): Promise<Outlook> {
  const sights = sightsOf(views)
  const key = keyOf(step, digestsOf(toldOf(step, sights)))
  const made = at.facts.made.findLast(
    ({ task, record }) => task === step.name && record.key === key,
  )
  const again = made && (await whyAgain(step, made, at))
  if (made && !again) return complete(step, made, sights, at)

  const annotations = usesAnnotations(sights) ? goneOf(annotators) : []
  const needs = [...upstreamOf(step), ...annotations]
  const isHere = [...views.values()].every((view) => view.is === 'seen' && view.isHere)
  const ready: Ready | undefined =
    isHere && annotations.length === 0
      ? { key, sights, annotators, ...(made && { replaces: made }) }
      : undefined
  const isUncertain = made !== undefined || at.progress.forced.has(step.name)
  return {
    state: isUncertain
      ? { is: 'unknown', because: step.name }
      : { is: 'remembered', key, lineage: lineageOf(step, sights) },
    decision: { do: 'run', reason: again ?? whyRun(step, views, key, at) },
    needs,
    mayNeed: [],
    ...(ready && { ready }),
  }
}

/** Why a step is made again though a fileset carries its key. */
async function whyAgain(
  step: ComputingStep,
  made: MadeFileset,
  at: Case,
): Promise<Reason | undefined> {
  const { missing } = await at.facts.condition(made)
  if (missing.length > 0) return { why: 'files-missing', fileset: made.id, files: missing }
  return at.progress.forced.has(step.name) ? { why: 'forced' } : undefined
}

async function complete(
  { task }: ComputingStep,
  made: MadeFileset,
  sights: Readonly<Record<string, SlotSight>>,
  { facts, looker }: Case,
): Promise<Outlook> {
  const names = namesSince(made.record, sights)
  const fileset = looker.renamed(await facts.fileset(made.id), names)
  const annotations = task.annotates
    ? looker.renamedAnnotations(await facts.annotations(made.id), names)
    : undefined
  const { edited } = await facts.condition(made)
  return { ...given(fileset, annotations), decision: { do: 'reuse', fileset: made.id, edited } }
}

/** Whether a step sees metadata that another one annotated. */
const usesAnnotations = (sights: Readonly<Record<string, SlotSight>>): boolean =>
  Object.values(sights).some(({ seen }) => seen.files.some(({ annotated }) => annotated))

/** The filesets that a step's output descends from, nearest first: none, if it is not file by file. */
const lineageOf = (
  { task: { each } }: ComputingStep,
  sights: Readonly<Record<string, SlotSight>>,
): readonly string[] => (each === undefined ? [] : sights[each].lineage)
