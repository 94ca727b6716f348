// The exit code of a run.
import { doubtsIn } from '../plan/checks.ts'
import { exitCodes } from './exit-codes.ts'
import type { RunState, StepState } from './state.ts'

/**
 * The code of a run: the highest that applies; 25 counts only steps that no failure explains.
 *
 * @param strict whether a broken limit of a check counts, where all is complete
 */
export function exitCodeOf(state: RunState, wasInterrupted: boolean, strict = false): number {
  if (wasInterrupted) return exitCodes.interrupted
  let highest: number = exitCodes.complete
  let isLost = false
  let inDoubt = false
  for (const { steps, broken, held } of state.scans.values()) {
    if (held !== undefined) highest = Math.max(highest, exitCodes.databaseHeld)
    if (broken !== undefined) highest = Math.max(highest, exitCodes.missingData)
    for (const step of steps.values()) {
      highest = Math.max(highest, stepExitCode(step))
      inDoubt ||= isInDoubt(step)
      isLost ||= step.is === 'skipped' && step.cause === 'input-lost'
    }
  }
  if (highest !== exitCodes.complete) return highest
  // Whatever took the input has a code of its own; if nothing did, the run must not look green.
  if (isLost) return exitCodes.notRun
  return strict && inDoubt ? exitCodes.limitBroken : highest
}

const isInDoubt = (step: StepState): boolean =>
  (step.is === 'reused' || step.is === 'finished') && doubtsIn(step.checks).length > 0

function stepExitCode(step: StepState): number {
  switch (step.is) {
    case 'failed':
      return step.failure.code === 'task/program-missing'
        ? exitCodes.missingData
        : exitCodes.taskFailed
    case 'skipped':
      return step.cause === 'missing' ? exitCodes.missingData : exitCodes.complete
    case 'waiting':
    case 'running':
    case 'cancelled':
      return exitCodes.notRun
    case 'reused':
    case 'left':
    case 'finished':
      return exitCodes.complete
  }
}
