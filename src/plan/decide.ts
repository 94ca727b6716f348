// Decides, for each step of a pipeline on one scan, what is to be done, and why.
//
//   forward:  sources first; a step whose inputs are known has a key, and is complete if a whole
//             fileset carries it; one whose input will be re-made may come out complete
//   backward: from the targets; what nobody needs is left alone
import type { Pipeline, Step } from '../pipeline/pipeline.ts'
import { isAnnotating, type SourceTask } from '../task/task.ts'
import { evaluateComputing } from './evaluate.ts'
import type { PlannedStep, Progress } from './decision.ts'
import { isExcluded } from './facts/excluded.ts'
import type { ScanFacts } from './facts/facts.ts'
import { InputResolver } from './inputs/resolve.ts'
import { whyUnusable } from './loss.ts'
import { pruneUnneeded } from './prune.ts'
import { given, stopped, type PlanContext, type StepEvaluation } from './evaluation.ts'

/** Decides all steps of a pipeline on one scan. */
export async function decide(
  pipeline: Pipeline,
  facts: ScanFacts,
  progress: Progress,
  resolver: InputResolver = new InputResolver(facts, pipeline.settings.unit),
): Promise<ReadonlyMap<string, PlannedStep>> {
  const above = new Map<string, StepEvaluation>()
  const ctx: PlanContext = { pipeline, facts, progress, resolver: resolver, above }
  for (const step of pipeline.steps.values()) above.set(step.name, await evaluate(step, ctx))
  return pruneUnneeded(pipeline, above, progress)
}

function evaluate(step: Step, ctx: PlanContext): StepEvaluation | Promise<StepEvaluation> {
  const { task } = step
  if (ctx.progress.failed.has(step.name))
    return stopped(`${step.name} gave no result`, 'input-lost')
  if (step.adopt !== undefined) return adopted(step, step.adopt, ctx)
  if (task.is === 'source') return source(task, step.params, ctx)
  return evaluateComputing({ ...step, task }, ctx)
}

async function source(
  task: SourceTask,
  params: Step['params'],
  { facts, resolver }: PlanContext,
): Promise<StepEvaluation> {
  const located = task.locate(facts.view, params)
  if (located.is === 'missing') return stopped(located.why)
  if (located.is === 'nothing-needed') return given(undefined, undefined)
  const { only } = located
  const whole = await facts.fileset(located.fileset)
  const metadata = facts.filesMetadata(located.fileset)
  const isAsked = (file: string) =>
    (only?.includes(file) ?? true) && !isExcluded(metadata.get(file) ?? {})
  const loss = whyUnusable(whole, facts.scan, isAsked)
  if (loss !== undefined) return stopped(loss)
  return given(only ? resolver.narrowed(whole, only) : whole, undefined)
}

/** A step for whose output a fileset stands in, whatever made that. */
async function adopted(
  { name, task }: Step,
  id: string,
  { facts }: PlanContext,
): Promise<StepEvaluation> {
  if (!facts.view.filesets.some((fileset) => fileset.id === id)) {
    return stopped(`[${name}.romi] adopts "${id}", which ${facts.scan} does not have`)
  }
  const fileset = await facts.fileset(id)
  const loss = whyUnusable(fileset, facts.scan)
  if (loss !== undefined) return stopped(loss)
  return given(fileset, isAnnotating(task) ? await facts.annotations(id) : undefined)
}
