// Something that is asked for: waited for, there, or in the way of a problem; old answers stay while new ones come.
import { signal, type ReadonlySignal } from '@preact/signals'
import { problemWords } from './fetch.ts'

/** How far an answer is. */
export type LoadedAnswer<T> =
  | { readonly is: 'waiting' }
  | { readonly is: 'there'; readonly value: T; readonly isOld: boolean }
  | { readonly is: 'wrong'; readonly words: string; readonly error: unknown }

/** Asks for one thing at a time: a newer question ends an older one. */
export class Loader<T> {
  readonly #state = signal<LoadedAnswer<T>>({ is: 'waiting' })
  #question = ''
  #asked: AbortController | undefined

  get state(): ReadonlySignal<LoadedAnswer<T>> {
    return this.#state
  }

  /**
   * @param question what tells this question from another; of the same one the old answer is shown
   * until the new one is there
   */
  async load(question: string, ask: (signal: AbortSignal) => Promise<T>): Promise<void> {
    this.#asked?.abort()
    const asked = (this.#asked = new AbortController())
    const before = this.#state.peek()
    const keeps = question === this.#question && before.is === 'there'
    this.#question = question
    this.#state.value = keeps ? { ...before, isOld: true } : { is: 'waiting' }
    try {
      const value = await ask(asked.signal)
      if (!asked.signal.aborted) this.#state.value = { is: 'there', value, isOld: false }
    } catch (error) {
      if (!asked.signal.aborted)
        this.#state.value = { is: 'wrong', words: problemWords(error), error }
    }
  }

  /** Puts an answer in that came another way. */
  put(question: string, value: T): void {
    this.#asked?.abort()
    this.#question = question
    this.#state.value = { is: 'there', value, isOld: false }
  }

  /** Forgets the answer, such as when nothing is asked for. */
  clear(): void {
    this.#asked?.abort()
    this.#question = ''
    this.#state.value = { is: 'waiting' }
  }
}

/** The value, once it is there. */
export const loadedValue = <T>(loaded: LoadedAnswer<T>): T | undefined =>
  loaded.is === 'there' ? loaded.value : undefined
