// What a watcher sees of a run: its state, with the times that rates and time left follow from.
import type { RunEvent } from '../../run/event.ts'
import { advance, beforeRun, type GrowingState, type StepState } from '../../run/state.ts'

/** When a running step began, and what it had done by when first told. All times in ms. */
export interface Pace {
  readonly begun: number
  readonly first?: { readonly at: number; readonly done: number }
}

/** A run as it is watched. */
export interface LiveView {
  readonly state: GrowingState
  /** The paces of running steps, by `paceKey`. */
  readonly paces: ReadonlyMap<string, Pace>
}

export const emptyView = (): LiveView => ({ state: beforeRun(), paces: new Map() })

/** Names a step of a scan. */
export const paceKey = (scan: string, step: string): string => `${scan}/${step}`

/** The view after one more event, at a time in ms; see `advance` for the one before. */
export function observe(view: LiveView, event: RunEvent, at: number): LiveView {
  const placedBefore =
    event.is === 'placed' ? view.state.scans.get(event.scan)?.steps.get(event.step) : undefined
  const state = advance(view.state, event)
  switch (event.is) {
    case 'started':
      return { state, paces: withPace(view, event.scan, event.step, { begun: at }) }
    case 'progress': {
      const pace = view.paces.get(paceKey(event.scan, event.step)) ?? { begun: at }
      if (pace.first !== undefined && pace.first.done <= event.done)
        return { state, paces: view.paces }
      const first = { at, done: event.done }
      return { state, paces: withPace(view, event.scan, event.step, { ...pace, first }) }
    }
    case 'placed': {
      // From where the first of its jobs runs, time counts for the step.
      const { paces } = view
      if (event.running === 0 || hasBegun(placedBefore)) return { state, paces }
      return { state, paces: withPace(view, event.scan, event.step, { begun: at }) }
    }
    case 'finished':
    case 'failed':
    case 'cancelled': {
      const paces = new Map(view.paces)
      paces.delete(paceKey(event.scan, event.step))
      return { state, paces }
    }
    default:
      return { state, paces: view.paces }
  }
}

const hasBegun = (step: StepState | undefined): boolean =>
  step?.is === 'running' && (step.done > 0 || (step.placed?.running ?? 0) > 0)

function withPace(
  { paces }: LiveView,
  scan: string,
  step: string,
  pace: Pace,
): ReadonlyMap<string, Pace> {
  return new Map(paces).set(paceKey(scan, step), pace)
}

/** How far a running step is. */
export interface Estimate {
  /** From 0 to 1; `undefined`: not known. */
  readonly share?: number
  /** Things a second. */
  readonly rate?: number
  readonly secondsLeft?: number
}

/** What the progress so far, or else earlier runs, tell of a running step. */
export function estimate(
  running: {
    readonly done: number
    readonly total: number
    readonly expected?: { readonly seconds: number }
  },
  pace: Pace,
  now: number,
): Estimate {
  const { done, total, expected } = running
  const { first, begun } = pace
  if (total > 0 && first !== undefined) {
    const seconds = (now - first.at) / 1000
    const rate = seconds > 0 ? (done - first.done) / seconds : 0
    const share = Math.min(1, done / total)
    return rate > 0 ? { share, rate, secondsLeft: (total - done) / rate } : { share }
  }
  if (expected === undefined || expected.seconds <= 0) return {}
  const left = expected.seconds - (now - begun) / 1000
  return left > 0 ? { secondsLeft: left } : {}
}
