// The state of a run: events folded, purely, into what a person wants to know of it.
import { unreachable } from '../base/types.ts'
import type { CheckReport } from '../plan/check-report.ts'
import { doubtsIn } from '../plan/checks.ts'
import type { StopCause } from '../plan/decision.ts'
import type { Expected, RunEvent, TaskFailure } from './event.ts'
import type { PlacedJobCounts } from './placed-counts.ts'

/**
 * Where a step stands.
 *
 *     waiting ──► running ──► finished | failed | cancelled
 *        └──────► reused | skipped | cancelled | left
 */
export type StepState =
  | { readonly is: 'waiting'; readonly expected?: Expected }
  | {
      readonly is: 'running'
      readonly done: number
      readonly total: number
      readonly what?: string
      /** The last that it said: of most tasks, what came out. */
      readonly said?: string
      readonly files?: { readonly make: number; readonly reuse: number }
      readonly expected?: Expected
      /** Its jobs on other machines. */
      readonly placed?: PlacedJobCounts
    }
  | {
      readonly is: 'reused'
      readonly fileset: string | undefined
      readonly edited: readonly string[]
      readonly checks?: readonly CheckReport[]
      readonly said?: string
    }
  | { readonly is: 'left' }
  | {
      readonly is: 'finished'
      readonly fileset: string
      readonly seconds: number
      readonly bytes: number
      readonly coreSeconds?: number
      readonly checks?: readonly CheckReport[]
      readonly reproducible?: boolean
      readonly said?: string
      readonly files?: { readonly make: number; readonly reuse: number }
    }
  | { readonly is: 'failed'; readonly failure: TaskFailure }
  | { readonly is: 'skipped'; readonly cause: StopCause; readonly why: string }
  | { readonly is: 'cancelled' }

/** Something worth reading again at the end. */
export interface Warning {
  readonly scan: string
  readonly step: string
  readonly text: string
  /** Whether it is a limit of a check that is broken. */
  readonly isBroken?: true
}

/** One scan of a run. */
export interface ScanState {
  readonly steps: ReadonlyMap<string, StepState>
  /** Why the scan could not be worked on at all. */
  readonly broken?: string
  /** Who held it, when it was not waited for. */
  readonly held?: string
}

/** A run, as far as it has come. */
export interface RunState {
  readonly run: string
  readonly scans: ReadonlyMap<string, ScanState>
  readonly warnings: readonly Warning[]
  readonly ended?: { readonly seconds: number; readonly code: number }
}

/** A state that still grows. */
export interface GrowingState extends RunState {
  readonly scans: Map<string, ScanState>
  readonly warnings: Warning[]
}

export const beforeRun = (): GrowingState => ({ run: '', scans: new Map(), warnings: [] })

/**
 * The state after one more event. It takes over the maps of the one before, which is not to be used
 * any more: a copy at each event would make the time of a run grow with the square of its scans.
 */
export function advance(state: GrowingState, event: RunEvent): GrowingState {
  switch (event.is) {
    case 'begun':
      return {
        ...state,
        run: event.run,
        scans: new Map(event.scans.map((scan) => [scan, { steps: new Map() }])),
      }
    case 'planned': {
      const steps = event.steps.map(({ step, decision, expected }) => {
        const waiting: StepState =
          decision.do === 'leave'
            ? { is: 'left' }
            : { is: 'waiting', ...(expected && { expected }) }
        return [step, waiting] as const
      })
      return withScan(state, event.scan, { steps: new Map(steps) })
    }
    case 'noted':
      return state
    case 'broken':
      return withScan(state, event.scan, { ...scanOf(state, event.scan), broken: event.message })
    case 'held': {
      const { scan, message, waits } = event
      return waits ? state : withScan(state, scan, { ...scanOf(state, scan), held: message })
    }
    case 'reused': {
      const { scan, step, fileset, edited, checks, said, warned = [] } = event
      for (const text of warned) state.warnings.push({ scan, step, text })
      doubt(state, event, checks)
      return withStep(state, event, {
        is: 'reused',
        fileset,
        edited,
        ...(checks && { checks }),
        ...(said !== undefined && { said }),
      })
    }
    case 'started': {
      const before = stepIn(state, event)
      const expected = before?.is === 'waiting' ? before.expected : undefined
      const { files } = event
      return withStep(state, event, {
        is: 'running',
        done: 0,
        total: 0,
        ...(files && { files }),
        ...(expected && { expected }),
      })
    }
    case 'progress': {
      const before = stepIn(state, event)
      if (before?.is !== 'running') return state
      const { done, total, what } = event
      return withStep(state, event, { ...before, done, total, ...(what !== undefined && { what }) })
    }
    case 'placed': {
      const before = stepIn(state, event)
      if (before?.is !== 'running') return state
      const { waiting, running, nodes, why } = event
      const placed = { waiting, running, nodes, ...(why !== undefined && { why }) }
      return withStep(state, event, { ...before, placed })
    }
    case 'said':
      return heard(state, event)
    case 'finished': {
      const before = stepIn(state, event)
      const { files, said } = before?.is === 'running' ? before : {}
      const { fileset, seconds, bytes, coreSeconds, checks, reproducible } = event
      doubt(state, event, checks)
      return withStep(state, event, {
        is: 'finished',
        fileset,
        seconds,
        bytes,
        ...(coreSeconds !== undefined && { coreSeconds }),
        ...(checks && { checks }),
        ...(reproducible !== undefined && { reproducible }),
        ...(said !== undefined && { said }),
        ...(files && { files }),
      })
    }
    case 'failed':
      return withStep(
        state,
        event,
        event.retry ? { is: 'waiting' } : { is: 'failed', failure: event.failure },
      )
    case 'skipped':
      return withStep(state, event, { is: 'skipped', cause: event.cause, why: event.why })
    case 'cancelled':
      return withStep(state, event, { is: 'cancelled' })
    case 'ended':
      return { ...state, ended: { seconds: event.seconds, code: event.code } }
    default:
      return unreachable(event)
  }
}

/** A broken limit is a warning, also of a result that was there before. */
function doubt(
  { warnings }: GrowingState,
  { scan, step }: { readonly scan: string; readonly step: string },
  checks: readonly CheckReport[] | undefined,
): void {
  for (const text of doubtsIn(checks)) warnings.push({ scan, step, text, isBroken: true })
}

function heard(state: GrowingState, event: Extract<RunEvent, { is: 'said' }>): GrowingState {
  const { scan, step, level, text } = event
  if (level === 'warn') {
    state.warnings.push({ scan, step, text })
    return state
  }
  const before = stepIn(state, event)
  if (level !== 'info' || before?.is !== 'running') return state
  return withStep(state, event, { ...before, said: text })
}

const scanOf = (state: RunState, scan: string): ScanState =>
  state.scans.get(scan) ?? { steps: new Map() }

const stepIn = (
  state: RunState,
  at: { readonly scan: string; readonly step: string },
): StepState | undefined => state.scans.get(at.scan)?.steps.get(at.step)

function withScan(state: GrowingState, scan: string, of: ScanState): GrowingState {
  state.scans.set(scan, of)
  return state
}

function withStep(
  state: GrowingState,
  at: { readonly scan: string; readonly step: string },
  step: StepState,
): GrowingState {
  const scan = scanOf(state, at.scan)
  return withScan(state, at.scan, { ...scan, steps: new Map(scan.steps).set(at.step, step) })
}
