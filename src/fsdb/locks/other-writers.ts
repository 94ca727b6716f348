// The other writers of a database, as one of them sees them; the files of the dead are removed.
import { join } from 'node:path'
import type { Other } from './decide.ts'
import { lookAt, namesIn, removeFile } from './files.ts'
import { isUuid, parseHolder, type Holder } from './holder.ts'
import type { Lives } from './life.ts'

/** All writers but one. */
export class OtherWriters {
  readonly #holders: string
  readonly #own: string
  readonly #lives: Lives
  /** Those that were found dead since somebody asked. */
  #dead: Holder[] = []

  /**
   * @param holders the folder of all writers' files
   * @param own the name of one's own file there
   */
  constructor(holders: string, own: string, lives: Lives) {
    this.#holders = holders
    this.#own = own
    this.#lives = lives
  }

  /** All who live, or may; removes the files of the dead. Under the index' lock. */
  look(): Other[] {
    return namesIn(this.#holders).flatMap((name) => {
      if (name === this.#own) return []
      const path = join(this.#holders, name)
      const lying = lookAt(path)
      if (lying.is !== 'file') return []
      const parsed = isUuid(name) ? parseHolder(lying.text) : undefined
      const life = parsed && this.#lives.ofHolder(parsed.holder, parsed.counter)
      if (parsed && life !== undefined && life !== 'dead') return [{ holder: parsed.holder, life }]
      // Whoever writes there does so under the index' lock, so that a torn one is of the dead.
      if (parsed) this.#dead.push(parsed.holder)
      removeFile(path)
      return []
    })
  }

  /** Whether there is nobody else, dead or alive; whoever comes in the next moment is not seen. */
  areNone(): boolean {
    return namesIn(this.#holders).every((name) => name === this.#own)
  }

  /** Whether some were found dead since this was asked for. */
  foundDead(): boolean {
    return this.#dead.splice(0).length > 0
  }
}
