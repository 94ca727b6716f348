// The way back through a plan, from the targets: what nobody needs is left alone.
import type { Pipeline, Step } from '../pipeline/pipeline.ts'
import type { Decision, PlannedStep, Progress } from './decision.ts'
import { withHint, type StepEvaluation } from './evaluation.ts'

/** Whether a step is needed for certain, or only if another one must run. */
type Urgency = 'surely' | 'perhaps'

/** Leaves alone what no target and no step that must run reads, and stops what lacks a program. */
export function pruneUnneeded(
  pipeline: Pipeline,
  evaluations: ReadonlyMap<string, StepEvaluation>,
  progress: Progress,
): ReadonlyMap<string, PlannedStep> {
  const { needs, readers } = needsOf(pipeline, evaluations, progress)
  const planned = new Map<string, PlannedStep>()
  for (const [name, { decision, ready }] of evaluations) {
    // Safe: evaluations are of the steps of the pipeline.
    const step = pipeline.steps.get(name)!
    const need = needs.get(name)
    if (decision.do === 'reuse') planned.set(name, { step, decision })
    else if (need === undefined) planned.set(name, { step, decision: { do: 'leave' } })
    else if (!isToRun(decision)) planned.set(name, { step, decision })
    else {
      const stop = blocked(step, evaluations, planned, progress)
      const told = withReader(decision, readers.get(name))
      if (stop) planned.set(name, { step, decision: stop })
      else if (need === 'perhaps') planned.set(name, { step, decision: { ...told, do: 'maybe' } })
      else planned.set(name, { step, decision: told, ...(ready && { ready }) })
    }
  }
  return planned
}

function needsOf(
  { steps, targets }: Pipeline,
  evaluations: ReadonlyMap<string, StepEvaluation>,
  { forced }: Progress,
) {
  const needs = new Map<string, Urgency>([...targets, ...forced].map((name) => [name, 'surely']))
  const readers = new Map<string, string>()
  const raise = (name: string, need: Urgency, reader: string) => {
    if (needs.get(name) !== 'surely') needs.set(name, need)
    if (need === 'surely' || !readers.has(name)) readers.set(name, reader)
  }
  for (const name of [...steps.keys()].reverse()) {
    const need = needs.get(name)
    const evaluation = evaluations.get(name)!
    if (need === undefined || evaluation.decision.do === 'reuse') continue
    for (const upstream of evaluation.needsIfRun) raise(upstream, 'perhaps', name)
    for (const upstream of evaluation.needs) raise(upstream, need, name)
  }
  return { needs, readers }
}

type ToRun = Extract<Decision, { do: 'run' | 'maybe' }>
const isToRun = (decision: Decision): decision is ToRun =>
  decision.do === 'run' || decision.do === 'maybe'

/** Why a step that should run cannot: its program is missing, or a step that it needs is stopped. */
function blocked(
  step: Step,
  evaluations: ReadonlyMap<string, StepEvaluation>,
  planned: ReadonlyMap<string, PlannedStep>,
  { missingPrograms }: Progress,
): Decision | undefined {
  const programs = step.task.is === 'computing' ? (step.task.programs ?? []) : []
  for (const { name } of programs) {
    const install = missingPrograms.get(name)
    if (install === undefined) continue
    const why = `${step.name} needs the program ${name}: ${install}`
    return { do: 'stop', cause: 'missing', why }
  }
  const { needs, instead } = evaluations.get(step.name)!
  for (const upstream of needs) {
    // Safe: steps come after those that they need.
    const above = planned.get(upstream)!.decision
    if (above.do !== 'stop') continue
    const isInVain = instead && planned.get(instead.step)?.decision.do === 'stop'
    return isInVain ? { ...above, why: withHint(above.why, instead) } : above
  }
  return undefined
}

/** A deleted fileset is made again for the sake of a reader: says which. */
const withReader = (decision: ToRun, reader: string | undefined): ToRun =>
  decision.reason.why === 'deleted' ? { ...decision, reason: { why: 'deleted', reader } } : decision
