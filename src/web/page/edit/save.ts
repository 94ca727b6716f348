// Saving corrections of a scan: kept here while somebody holds it, saved when asked again.
import { signal } from '@preact/signals'
import type { CorrectionsAnswer, CorrectionsRequest } from '../../api.ts'
import { address, problemWords, send } from '../data/fetch.ts'
import { keepWaiting, waitingFor } from './kept.ts'

/** How far saving is. */
export type Saving =
  | { readonly is: 'idle' }
  | { readonly is: 'saving' }
  | { readonly is: 'saved' }
  | { readonly is: 'waiting'; readonly words: string; readonly request: CorrectionsRequest }

/** The corrections of one scan. */
export class Corrections {
  readonly state = signal<Saving>({ is: 'idle' })
  readonly answer = signal<CorrectionsAnswer | undefined>(undefined)
  readonly #scan: string

  constructor(scan: string) {
    this.#scan = scan
    const request = waitingFor(scan)
    if (request)
      this.state.value = {
        is: 'waiting',
        words: 'A correction was not saved when this page was left.',
        request,
      }
  }

  /** @returns whether it was saved */
  async save(request: CorrectionsRequest): Promise<boolean> {
    this.state.value = { is: 'saving' }
    keepWaiting(this.#scan, request) // should the browser close now, it is not lost
    try {
      const path = address('plants', this.#scan, 'corrections')
      this.answer.value = await send<CorrectionsAnswer>(path, request)
      keepWaiting(this.#scan, undefined)
      this.state.value = { is: 'saved' }
      return true
    } catch (error) {
      this.state.value = { is: 'waiting', words: problemWords(error), request }
      return false
    }
  }

  /** Gives up what waits. */
  forget(): void {
    keepWaiting(this.#scan, undefined)
    this.state.value = { is: 'idle' }
  }
}
