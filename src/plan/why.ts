// Why a step runs, found in what its inputs show and in what is recorded of it.
import type { ComputingStep } from '../pipeline/pipeline.ts'
import type { Digest } from '../base/digest.ts'
import { neutralDefaults } from '../task/param.ts'
import { resumeKeyOf } from './key.ts'
import type { PlanContext } from './evaluation.ts'
import { isTold } from './told.ts'
import { differences, nearestReason, type PendingStep, type Reason } from './reason.ts'
import type { StepRecord } from './facts/record.ts'
import type { SlotViews } from './slot-views.ts'

/** Why a step runs that no whole fileset is the result of; without a key if that is not known yet. */
export function whyRun(
  step: ComputingStep,
  views: SlotViews,
  key: Digest | undefined,
  { facts, progress }: PlanContext,
): Reason {
  if (progress.forced.has(step.name)) return { why: 'forced' }
  if (step.task.each !== undefined) {
    const finished = facts.unfinished(resumeKeyOf(step))
    if (finished > 0) return { why: 'incomplete', finished }
  }
  const pending = pendingStep(step, views)
  const isSame = (record: StepRecord) =>
    key === undefined ? differences(record, pending).length === 0 : record.key === key
  if (stepRecords(step, facts.archive).some(isSame)) return { why: 'deleted', reader: undefined }
  return (
    nearestReason(stepRecords(step, facts.made), pending) ??
    nearestReason(stepRecords(step, facts.archive), pending) ?? { why: 'never-ran' }
  )
}

/**
 * Whether an earlier result may turn out to be that of a step of which not all inputs are known. One
 * that was deleted will do for what others read; what was asked for must be there.
 */
export function mayBeComplete(
  step: ComputingStep,
  views: SlotViews,
  { facts, pipeline }: PlanContext,
): boolean {
  const pending = pendingStep(step, views)
  const fits = (record: StepRecord) => differences(record, pending).length === 0
  if (stepRecords(step, facts.made).some(fits)) return true
  return !pipeline.targets.includes(step.name) && stepRecords(step, facts.archive).some(fits)
}

const stepRecords = (step: ComputingStep, made: PlanContext['facts']['made']): StepRecord[] =>
  made.flatMap(({ task, record }) => (task === step.name ? [record] : []))

function pendingStep(step: ComputingStep, views: SlotViews): PendingStep {
  const told = [...views].filter(
    ([slot, view]) => view.is !== 'seen' || isTold(step, slot, view.input),
  )
  const inputs = told.map(([slot, view]) => {
    if (view.is !== 'seen') return [slot, undefined] as const
    const { from, digest, seen } = view.input
    return [slot, { step: from, digest, seen }] as const
  })
  return {
    version: step.task.version,
    code: step.task.code,
    params: step.identity.params,
    neutral: neutralDefaults(step.task.params),
    lines: step.lines,
    inputs: Object.fromEntries(inputs),
  }
}
