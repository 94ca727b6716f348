// When a long step is told of, where nobody watches a live view.
import type { RunEvent } from '../../run/event.ts'
import { paceKey } from './view.ts'

type StepProgress = Extract<RunEvent, { is: 'progress' }>

/** How long a running step is silent at least. */
const silenceMs = 30_000

/** Chooses the few of all the events of progress that get a line. */
export class LivePulse {
  /** When each step began, or was told of last, by `paceKey`. */
  readonly #told = new Map<string, number>()

  /** @param at when it comes, in ms */
  isDue(event: RunEvent, at: number): event is StepProgress {
    if (event.is !== 'started' && event.is !== 'progress') return false
    const step = paceKey(event.scan, event.step)
    const isProgress = event.is === 'progress'
    if (isProgress && at - (this.#told.get(step) ?? at) < silenceMs) return false
    this.#told.set(step, at)
    return isProgress
  }
}
