// A writer's turns at the lock of the index: tried once, or waited for.
import type { IndexLock } from './index-lock.ts'
import { heldByOwner } from './refusals.ts'
import type { Sightings } from './sightings.ts'
import { untilDone, type Attempt, type Patience } from './waiting.ts'

/** Attempts something until it is done, and keeps what was seen of others meanwhile. */
export async function untilDoneWithSightings<T>(
  sightings: Sightings,
  attempt: () => Promise<Attempt<T>>,
  patience: Patience,
): Promise<T> {
  try {
    return await untilDone(attempt, patience)
  } finally {
    sightings.save()
  }
}

/** The turns of one writer. */
export class IndexTurn {
  readonly #root: string
  readonly #index: IndexLock
  readonly #sightings: Sightings

  /** @param root of the database, for messages */
  constructor(root: string, index: IndexLock, sightings: Sightings) {
    this.#root = root
    this.#index = index
    this.#sightings = sightings
  }

  /** Attempts something in a turn, if there is one now. */
  attempt<T>(work: () => Attempt<T>): Attempt<T> {
    const taken = this.#index.tryTake()
    if (taken.is === 'held') {
      const { by } = taken
      const isAlive = by?.life === 'alive'
      // Held for a moment by one that lives: it is worth the moment, even for those who do not wait.
      return {
        is: 'held',
        life: 'silent',
        refusal: () => heldByOwner(this.#root, by?.owner, isAlive),
      }
    }
    try {
      return work()
    } finally {
      this.#index.release()
    }
  }

  /** Does something in the next turn. */
  async during<T>(work: () => T | Promise<T>): Promise<T> {
    await this.#take()
    try {
      return await work()
    } finally {
      this.#index.release()
    }
  }

  /** It is never held for long, so that even those who do not wait for scans wait for it. */
  async #take(): Promise<void> {
    await untilDoneWithSightings(
      this.#sightings,
      async () => {
        const taken = this.#index.tryTake()
        if (taken.is === 'ours') return { is: 'done', value: undefined }
        const by = taken.by?.owner
        return { is: 'held', life: 'silent', refusal: () => heldByOwner(this.#root, by, true) }
      },
      { wait: true },
    )
  }
}
