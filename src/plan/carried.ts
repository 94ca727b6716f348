// What files carry themselves of what a step above would tell of them, and it cannot be had from there.
import type { ComputingStep, Step } from '../pipeline/pipeline.ts'
import type { Slot } from '../task/slot.ts'
import type { FilesetFacts } from './facts/facts.ts'
import type { Instead, PlanContext } from './evaluation.ts'

/** Which annotations a step could read from its files themselves, of those that are not there. */
export async function carriedInstead(
  step: ComputingStep,
  ctx: PlanContext,
): Promise<Instead | undefined> {
  for (const [name, slot] of Object.entries<Slot>(step.task.inputs)) {
    const wire = step.wires[name]
    const { carried } = slot.options
    if (carried === undefined || wire?.is !== 'step') continue
    if (ctx.above.get(wire.step)?.state.is === 'here') continue
    const files = await filesetBelow(step, ctx)
    for (const { key, write } of carried(step.params)) {
      const count = files?.files.filter(({ own }) => isThere(own[key])).length ?? 0
      if (files === undefined || count === 0) continue
      const which = `${count} of ${files.files.length} files of ${files.id}`
      const hint = `${which} carry "${key}" themselves: to use that without ${wire.step}, write ${write} in [${step.name}]`
      return { step: wire.step, hint }
    }
  }
  return undefined
}

const isThere = (value: unknown): boolean => value !== undefined && value !== null

/** The fileset on the disk from which the files of a step descend. */
async function filesetBelow(
  step: ComputingStep,
  ctx: PlanContext,
): Promise<FilesetFacts | undefined> {
  for (let at: Step = step; at.task.is === 'computing';) {
    const slots = Object.entries<Slot>(at.task.inputs)
    const [name] = slots.find(([, slot]) => slot.is === 'files') ?? []
    const wire = name === undefined ? undefined : at.wires[name]
    if (wire?.is !== 'step') return undefined
    // Safe: steps come after those that they read.
    const { state } = ctx.above.get(wire.step)!
    const above = ctx.pipeline.steps.get(wire.step)!
    if (state.is === 'here' && above.task.is === 'source') return state.fileset
    at = above
  }
  return undefined
}
