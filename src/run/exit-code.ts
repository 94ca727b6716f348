// Exit codes: Luigi's recommended ones, so that scripts written for ROMI's tools keep working.
import type { RunState, StepState } from './state.ts'

export const exitCodes = {
  complete: 0,
  wrongCommandLine: 2,
  databaseHeld: 10,
  missingData: 20,
  notRun: 25,
  taskFailed: 30,
  wrongPipeline: 35,
  internalError: 40,
  interrupted: 130,
} as const

/** The code of a run: the highest that applies; 25 counts only steps that no failure explains. */
export function exitCodeOf(state: RunState, wasInterrupted: boolean): number {
  if (wasInterrupted) return exitCodes.interrupted
  const codes = [...state.scans.values()].flatMap((scan) => [
    scan.broken === undefined ? exitCodes.complete : exitCodes.missingData,
    ...[...scan.steps.values()].map(codeOf),
  ])
  return Math.max(exitCodes.complete, ...codes)
}

function codeOf(step: StepState): number {
  switch (step.is) {
    case 'failed':
      return step.failure.kind === 'program-missing' ? exitCodes.missingData : exitCodes.taskFailed
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
