// Evaluations: without the truth to compare with they are passed over, unless asked for by name.
import type { ComputingStep, Pipeline } from '../pipeline/pipeline.ts'
import type { StopCause } from './decision.ts'
import { stopped, type PlanContext, type StepEvaluation } from './evaluation.ts'
import type { SlotViews } from './slot-views.ts'

/** The evaluation of an evaluation that has no truth; `undefined` of all other steps. */
export function withoutGroundTruth(
  step: ComputingStep,
  views: SlotViews,
  ctx: PlanContext,
): StepEvaluation | undefined {
  const { pipeline, facts } = ctx
  for (const [name, { options }] of Object.entries(step.task.inputs)) {
    const view = views.get(name)
    if (!options.groundTruth || view?.is !== 'seen') continue
    const wire = step.wires[name]
    const maker = wire.is === 'step' ? pipeline.steps.get(wire.step) : undefined
    const found = {
      artifact: maker?.task.output.name ?? '',
      measured: facts.measures !== undefined,
      files: view.input.seen.files.length,
    }
    if (options.groundTruth(found)) continue
    const hint = options.measures ? ': put a measures.json or .csv into its folder' : ''
    const why = `${facts.scan} has no ground truth for ${step.name}${hint}`
    return stopped(why, causeOf(step, 'missing', ctx), comparedBy(step, ctx))
  }
  return undefined
}

/** Missing data stop an evaluation only if it was asked for by name. */
export function causeOf(
  step: ComputingStep,
  cause: StopCause,
  { pipeline }: PlanContext,
): StopCause {
  const isEvaluation = Object.values(step.task.inputs).some(({ options }) => options.groundTruth)
  const isAskedFor = pipeline.targetsNamed && pipeline.targets.includes(step.name)
  return cause === 'missing' && isEvaluation && !isAskedFor ? 'passed-over' : cause
}

/**
 * What an evaluation would have held against the truth: worth having without it, if nothing else was
 * asked for.
 */
export function comparedBy(
  { task, wires }: Pick<ComputingStep, 'task' | 'wires'>,
  { pipeline }: Pick<PlanContext, 'pipeline'>,
): string[] {
  if (pipeline.targetsNamed) return []
  return Object.entries(wires).flatMap(([slot, wire]) =>
    wire.is === 'step' && !task.inputs[slot].options.groundTruth ? [wire.step] : [],
  )
}

/** The results that a person asked for: the targets, and before each evaluation what it judges. */
export function wantedResults(pipeline: Pipeline): readonly string[] {
  const wanted = pipeline.targets.flatMap((name) => {
    // Safe: targets are steps of the pipeline.
    const { task, wires } = pipeline.steps.get(name)!
    const isEvaluation =
      task.is === 'computing' &&
      Object.values(task.inputs).some(({ options }) => options.groundTruth)
    return isEvaluation ? [...comparedBy({ task, wires }, { pipeline }), name] : [name]
  })
  return [...new Set(wanted)]
}
