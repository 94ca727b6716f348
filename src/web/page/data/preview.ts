// Trying parameters on one photograph: one question at a time, the newest wins.
import { signal } from '@preact/signals'
import type { JsonValue, Preview, PreviewRequest } from '../../api.ts'
import { ServerProblem, send, problemWords } from './fetch.ts'

/** How far the newest try is; the one before stays in sight meanwhile. */
export interface Tried {
  readonly preview?: Preview
  readonly isWaiting: boolean
  readonly words?: string
}

/** A hand that moves a slider is asked for only when it rests a little. */
const rest = 180

export class Previewer {
  readonly tried = signal<Tried>({ isWaiting: false })
  #later: ReturnType<typeof setTimeout> | undefined
  #asked: AbortController | undefined

  ask(request: PreviewRequest): void {
    this.stop()
    this.tried.value = { ...this.tried.peek(), isWaiting: true }
    this.#later = setTimeout(() => void this.#ask(request), rest)
  }

  /** Forgets what was tried. */
  clear(): void {
    this.stop()
    this.tried.value = { isWaiting: false }
  }

  stop(): void {
    clearTimeout(this.#later)
    this.#asked?.abort()
  }

  async #ask(request: PreviewRequest): Promise<void> {
    const asked = (this.#asked = new AbortController())
    try {
      const preview = await send<Preview>('api/preview', request, asked.signal)
      this.tried.value = { preview, isWaiting: false }
    } catch (error) {
      if (asked.signal.aborted) return
      // another page asked for something newer: ours may be asked again
      const isOvertaken = error instanceof ServerProblem && error.code === 'web/overtaken'
      this.tried.value = {
        ...this.tried.peek(),
        isWaiting: false,
        words: isOvertaken
          ? 'Somebody else tries parameters at this moment. Move a value to try again.'
          : problemWords(error),
      }
    }
  }
}

/** Values that are not those of the pipeline. */
export type Changed = Readonly<Record<string, JsonValue>>
