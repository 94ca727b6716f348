// Why a step runs, found in what its inputs show and in what is recorded of it.
import type { Digest } from '../base/digest.ts'
import { significant } from '../task/param.ts'
import { resumeKeyOf, type ComputingStep } from './key.ts'
import type { Case } from './outlook.ts'
import { differences, nearestReason, type Making, type Reason } from './reason.ts'
import type { StepRecord } from './record.ts'
import type { SlotViews } from './slot-views.ts'

/** Why a step runs that no whole fileset is the result of; without a key if that is not known yet. */
export function whyRun(
  step: ComputingStep,
  views: SlotViews,
  key: Digest | undefined,
  { facts, progress }: Case,
): Reason {
  if (progress.forced.has(step.name)) return { why: 'forced' }
  if (step.task.each !== undefined) {
    const finished = facts.unfinished(resumeKeyOf(step))
    if (finished > 0) return { why: 'incomplete', finished }
  }
  const isOf = ({ task, record }: { readonly task: string; readonly record: StepRecord }) =>
    task === step.name && record.key === key
  if (key !== undefined && facts.archive.some(isOf)) return { why: 'deleted', reader: undefined }
  const records = recordsOf(step, facts.made)
  return nearestReason(records, makingOf(step, views)) ?? { why: 'never-ran' }
}

/** Whether an earlier result may turn out to be that of a step of which not all inputs are known. */
export function mayBeComplete(step: ComputingStep, views: SlotViews, { facts }: Case): boolean {
  const making = makingOf(step, views)
  const fits = (record: StepRecord) => differences(record, making).length === 0
  return recordsOf(step, facts.made).some(fits) || recordsOf(step, facts.archive).some(fits)
}

const recordsOf = (step: ComputingStep, made: Case['facts']['made']): StepRecord[] =>
  made.flatMap(({ task, record }) => (task === step.name ? [record] : []))

function makingOf(step: ComputingStep, views: SlotViews): Making {
  const inputs = [...views].map(([slot, view]) => {
    if (view.is !== 'seen') return [slot, undefined] as const
    const { from, digest, seen } = view.sight
    return [slot, { step: from, digest, seen }] as const
  })
  return {
    version: step.task.version,
    params: significant(step.task.params, step.params),
    lines: step.lines,
    inputs: Object.fromEntries(inputs),
  }
}
