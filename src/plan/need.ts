// The way back through a plan, from the targets: what nobody needs is left alone.
import { upstreamOf, type Pipeline, type Step } from '../pipeline/pipeline.ts'
import type { Decision, PlannedStep, Progress, Verdict } from './decide.ts'

/** Leaves alone what no target and no step that must run reads, and stops what lacks a program. */
export function leaveUnneeded(
  pipeline: Pipeline,
  outlooks: ReadonlyMap<string, Verdict>,
  progress: Progress,
): ReadonlyMap<string, PlannedStep> {
  const readers = new Map<string, string>()
  const needed = new Set([...pipeline.targets, ...progress.forced])
  for (const step of [...pipeline.steps.values()].reverse()) {
    if (!needed.has(step.name)) continue
    const { decision } = outlooks.get(step.name)!
    for (const upstream of demands(step, outlooks, pipeline)) {
      needed.add(upstream)
      if (isToRun(decision)) readers.set(upstream, step.name)
    }
  }
  const planned = new Map<string, PlannedStep>()
  for (const [name, { decision, ready }] of outlooks) {
    const step = pipeline.steps.get(name)!
    if (decision.do === 'reuse') planned.set(name, { step, decision })
    else if (!needed.has(name)) planned.set(name, { step, decision: { do: 'leave' } })
    else if (!isToRun(decision)) planned.set(name, { step, decision })
    else {
      const stop = blocked(step, planned, progress)
      if (stop) planned.set(name, { step, decision: stop })
      else
        planned.set(name, {
          step,
          decision: withReader(decision, readers.get(name)),
          ...(ready && { ready }),
        })
    }
  }
  return planned
}

const isToRun = (decision: Decision): boolean => decision.do === 'run' || decision.do === 'maybe'

/** What a step that is needed needs in turn. */
function demands(
  step: Step,
  outlooks: ReadonlyMap<string, Verdict>,
  { targetsNamed }: Pipeline,
): readonly string[] {
  const { decision, wants = [] } = outlooks.get(step.name)!
  if (isToRun(decision)) return [...upstreamOf(step), ...wants]
  if (decision.do !== 'stop') return []
  if (decision.cause === 'passed-over') return targetsNamed ? [] : comparedBy(step)
  // What is made does not hang on what failed first.
  if (decision.cause === 'input-lost') return upstreamOf(step)
  // What stops it is told where it begins.
  return upstreamOf(step).filter((name) => outlooks.get(name)!.decision.do === 'stop')
}

/** What an evaluation would have held against the truth: worth having without it, if nothing else was asked for. */
function comparedBy({ task, wires }: Step): string[] {
  const slots = task.is === 'computing' ? task.inputs : {}
  return Object.entries(wires).flatMap(([slot, wire]) =>
    wire.is === 'step' && !slots[slot].options.groundTruth ? [wire.step] : [],
  )
}

/** Why a step that should run cannot: its program is missing, or a step above it is stopped. */
function blocked(
  step: Step,
  planned: ReadonlyMap<string, PlannedStep>,
  { missingPrograms }: Progress,
): Decision | undefined {
  const programs = step.task.is === 'computing' ? (step.task.programs ?? []) : []
  for (const { name } of programs) {
    const install = missingPrograms.get(name)
    if (install === undefined) continue
    return {
      do: 'stop',
      cause: 'missing',
      why: `${step.name} needs the program ${name}: ${install}`,
    }
  }
  for (const upstream of upstreamOf(step)) {
    const above = planned.get(upstream)!.decision
    if (above.do === 'stop') return above
  }
  return undefined
}

/** A deleted fileset is made again for the sake of a reader: says which. */
const withReader = (decision: Decision, reader: string | undefined): Decision =>
  decision.do === 'run' && decision.reason.why === 'deleted'
    ? { ...decision, reason: { why: 'deleted', reader } }
    : decision
