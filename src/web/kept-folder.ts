// Small pictures and reduced shapes in a folder of caches: the next start need not make them again.
import { readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { markUsed, trimCache } from '../base/cache-limit.ts'
import { sha256 } from '../base/digest.ts'
import { sealed, unsealed } from '../base/sealed.ts'
import { version } from '../base/version.ts'

/** Raised when of the same file another picture or shape would be made now. */
const generation = 2

/** How much it holds, in bytes: a plant takes some 4 MB. */
const usualLimit = 256e6

/** Of what is new since, this share of the limit may lie there beyond it. */
const trimAfter = 1 / 16

/** Bytes by key: found whole, or not at all; what was not used for longest leaves. */
export class KeptFolder {
  readonly #folder: string
  readonly #limit: number
  /** Written since it was looked at how much there is; at first that is unknown. */
  #written = Infinity

  /** @param folder of the user alone @param limit in bytes */
  constructor(folder: string, limit = usualLimit) {
    this.#folder = folder
    this.#limit = limit
  }

  /** Undefined: nothing was kept, or not the whole of it. */
  async get(key: string): Promise<Uint8Array | undefined> {
    try {
      const path = this.#path(key)
      const bytes = unsealed(await readFile(path))
      if (bytes) markUsed(path)
      return bytes
    } catch {
      return undefined
    }
  }

  /** What cannot be kept is made again. */
  async put(key: string, bytes: Uint8Array): Promise<void> {
    const path = this.#path(key)
    const temporary = `${path}.${process.pid}`
    try {
      await writeFile(temporary, sealed(bytes), { mode: 0o600 })
      await rename(temporary, path)
      this.#written += bytes.length
      if (this.#written <= this.#limit * trimAfter) return
      this.#written = 0
      trimCache(this.#folder, this.#limit)
    } catch {
      // The disk is full, or another program trims the folder, too.
    }
  }

  #path(key: string): string {
    return join(this.#folder, sha256(JSON.stringify([version, generation, key])).slice(0, 32))
  }
}
