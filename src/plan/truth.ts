// Evaluations: without the truth to compare with they are passed over, unless asked for by name.
import type { StopCause } from './decision.ts'
import type { ComputingStep } from './key.ts'
import { stopped, type Case, type Outlook } from './evaluation.ts'
import type { SlotViews } from './slot-views.ts'

/** The outlook of an evaluation that has no truth; `undefined` of all other steps. */
export function truthless(step: ComputingStep, views: SlotViews, at: Case): Outlook | undefined {
  const { pipeline, facts } = at
  for (const [name, { options }] of Object.entries(step.task.inputs)) {
    const view = views.get(name)
    if (!options.groundTruth || view?.is !== 'seen') continue
    const wire = step.wires[name]
    const maker = wire.is === 'step' ? pipeline.steps.get(wire.step) : undefined
    const found = {
      artifact: maker?.task.output.name ?? '',
      measured: facts.measures !== undefined,
      files: view.sight.seen.files.length,
    }
    if (options.groundTruth(found)) continue
    const hint = options.measures ? ': put a measures.json or .csv into its folder' : ''
    const why = `${facts.scan} has no ground truth for ${step.name}${hint}`
    return stopped(why, causeOf(step, 'missing', at), comparedBy(step, at))
  }
  return undefined
}

/** Missing data stop an evaluation only if it was asked for by name. */
export function causeOf(step: ComputingStep, cause: StopCause, { pipeline }: Case): StopCause {
  const isEvaluation = Object.values(step.task.inputs).some(({ options }) => options.groundTruth)
  const isAskedFor = pipeline.targetsNamed && pipeline.targets.includes(step.name)
  return cause === 'missing' && isEvaluation && !isAskedFor ? 'passed-over' : cause
}

/**
 * What an evaluation would have held against the truth: worth having without it, if nothing else was
 * asked for.
 */
export function comparedBy({ task, wires }: ComputingStep, { pipeline }: Case): string[] {
  if (pipeline.targetsNamed) return []
  return Object.entries(wires).flatMap(([slot, wire]) =>
    wire.is === 'step' && !task.inputs[slot].options.groundTruth ? [wire.step] : [],
  )
}
