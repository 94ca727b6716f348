// For how long a counter stood still, by the reader's own monotonic time: no clock decides.
import { join } from 'node:path'
import * as z from 'zod'
import { systemCode } from '../../base/errors.ts'
import { once } from '../../base/memo.ts'
import { monotonicMs } from '../../base/monotonic.ts'
import { lookAt, replace, removeFile } from './files.ts'
import { jsonOf, thisBoot } from './owner.ts'

/** Who stood still for so long is dead. */
export const staleMs = 30_000
/** Within so long a holder that lives raises its counter: it does every five seconds. */
export const watchMs = 6_000

/** A counter, and when it was first seen at this number. */
interface Sighting {
  readonly mark: string
  readonly atMs: number
}
const fileSchema = once(() =>
  z.record(z.string(), z.object({ mark: z.string(), atMs: z.number() })),
)

/** What is known of somebody who cannot be seen but by a counter. */
export type Stillness = 'moved' | 'watched' | 'dead'

/**
 * The counters that this process watches, and those that earlier ones on this machine saw: so even
 * runs that never wait, of which each sees a counter for a moment only, find out that it stands.
 */
export class Sightings {
  readonly #path: string | undefined
  readonly #now: () => number
  readonly #own = new Map<string, Sighting & { readonly hasMoved: boolean }>()
  #earlier: Readonly<Record<string, Sighting>> | undefined

  constructor(folder: string, now: () => number = monotonicMs) {
    // Without it, times of different starts of a machine could not be told apart.
    this.#path = thisBoot === '' ? undefined : join(folder, `seen-${thisBoot}`)
    this.#now = now
  }

  /**
   * Looks at a counter.
   *
   * @param mark the counter's value, which is only compared
   */
  look(id: string, mark: string): Stillness {
    const seen = this.#own.get(id)
    if (seen?.mark !== mark)
      this.#own.set(id, { mark, atMs: this.#now(), hasMoved: seen !== undefined })
    // Safe: it was set on the line above, if it was not there.
    const { atMs, hasMoved } = this.#own.get(id)!
    const stillMs = this.#now() - atMs
    if (stillMs >= staleMs) return 'dead'
    // What others saw counts only when a holder that sleeps as we do would have moved meanwhile.
    if (stillMs >= watchMs && this.#stoodBefore(id, mark)) return 'dead'
    return hasMoved ? 'moved' : 'watched'
  }

  #stoodBefore(id: string, mark: string): boolean {
    this.#earlier ??= this.#read()
    const earlier = Object.hasOwn(this.#earlier, id) ? this.#earlier[id] : undefined
    return earlier?.mark === mark && this.#now() - earlier.atMs >= staleMs
  }

  #read(): Readonly<Record<string, Sighting>> {
    const lying = this.#path === undefined ? undefined : lookAt(this.#path)
    const parsed = lying?.is === 'file' ? fileSchema().safeParse(jsonOf(lying.text)) : undefined
    return parsed?.data ?? {}
  }

  /** Leaves what was seen to later processes; whoever writes last is remembered. */
  save(): void {
    if (this.#path === undefined || this.#own.size === 0) return
    const earlier = (this.#earlier ??= this.#read())
    const kept = [...this.#own].map(([id, { mark, atMs }]) => {
      const before = Object.hasOwn(earlier, id) ? earlier[id] : undefined
      return [id, before?.mark === mark && before.atMs < atMs ? before : { mark, atMs }]
    })
    try {
      replace(this.#path, JSON.stringify(Object.fromEntries(kept)))
    } catch (error) {
      // A note that cannot be kept costs the next one a longer look.
      if (systemCode(error) === undefined) throw error
    }
  }

  /** Called when no process is left that could be watched. */
  forget(): void {
    if (this.#path !== undefined) removeFile(this.#path)
  }
}
