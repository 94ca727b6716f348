// Whoever listens is told: of rows that are known better, of runs, of a pipeline that changed.
import type { ServerEvent } from './api.ts'

/** Takes events and hands them to all who listen now. */
export class Events {
  readonly #listeners = new Set<(event: ServerEvent) => void>()

  /** @returns ends it */
  listen(listener: (event: ServerEvent) => void): () => void {
    this.#listeners.add(listener)
    return () => void this.#listeners.delete(listener)
  }

  get isHeard(): boolean {
    return this.#listeners.size > 0
  }

  readonly tell = (event: ServerEvent): void => {
    for (const listener of this.#listeners) listener(event)
  }
}
