// When a long step is told of, where nobody watches a live view.
import type { RunEvent } from '../../run/event.ts'
import { paceKey } from './view.ts'

type Progress = Extract<RunEvent, { is: 'progress' }>

/** How long a running step is silent at least. */
const silenceMs = 30_000

/** Chooses the few of all the events of progress that get a line. */
export class Pulse {
  /** When each running step was told of last, by `paceKey`. */
  readonly #told = new Map<string, number>()

  /** @param at when it comes, in ms */
  isDue(event: RunEvent, at: number): event is Progress {
    switch (event.is) {
      case 'progress': {
        const step = paceKey(event.scan, event.step)
        if (at - (this.#told.get(step) ?? at) < silenceMs) return false
        this.#told.set(step, at)
        return true
      }
      case 'started':
        this.#told.set(paceKey(event.scan, event.step), at)
        return false
      case 'finished':
      case 'failed':
      case 'cancelled':
        this.#told.delete(paceKey(event.scan, event.step))
        return false
      default:
        return false
    }
  }
}
