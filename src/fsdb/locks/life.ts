// Whether whoever made a lock still lives, as far as can be told from here.
import { once } from '../../base/memo.ts'
import { lookAt, type Lying } from './files.ts'
import { folderSchema, isOfAnother, type Folder, type Holder } from './holder.ts'
import { jsonOf, ownerSchema, pulseOf, type Owner } from './owner.ts'
import type { Sightings } from './sightings.ts'

/** `silent`: it cannot be seen from here, and its counter did not move yet, nor stand for long. */
export type Life = 'alive' | 'silent' | 'dead'

/** Whoever made a lock, if its text tells; that of version 0.1 names no folder. */
const recordSchema = once(() => ownerSchema().extend({ folder: folderSchema().optional() }))

/** A file that ought to name its maker. */
export interface Made {
  /** The maker's UUID, or what stands for it where a power cut tore the file: a part of paths. */
  readonly id: string
  readonly owner: Owner | undefined
  readonly life: Life
}

/** Tells who lives, and remembers whose counters it saw. */
export class Lives {
  readonly #here: Folder
  readonly sightings: Sightings

  constructor(here: Folder, sightings: Sightings) {
    this.#here = here
    this.sightings = sightings
  }

  /** Whether a holder lives, by the number of its counter. */
  ofHolder(holder: Holder, counter: string): Life {
    return this.#of(holder, holder.folder, counter)
  }

  /** Who made a file, and whether that one lives; `undefined` if there is no regular file. */
  ofFile(path: string): Made | undefined {
    const lying = lookAt(path)
    return lying.is === 'file' ? this.ofText(lying) : undefined
  }

  /** As `ofFile`; a lock of version 0.1 has no counter, but whoever holds it changes its mtime. */
  ofText({ text, inode, mtimeMs }: Lying & { readonly is: 'file' }): Made {
    const parsed = recordSchema().safeParse(jsonOf(text))
    const mark = `${inode} ${mtimeMs} ${text.length}`
    if (parsed.success) {
      const owner = parsed.data
      return { id: owner.uuid, owner, life: this.#of(owner, owner.folder, mark) }
    }
    const id = `torn-${inode}`
    return { id, owner: undefined, life: this.#ofCounter(id, mark) }
  }

  #of(owner: Owner, its: Folder | undefined, mark: string): Life {
    if (its && isOfAnother(owner, its, this.#here)) return 'dead'
    const pulse = pulseOf(owner)
    return pulse === 'unknown' ? this.#ofCounter(owner.uuid, mark) : pulse
  }

  #ofCounter(id: string, mark: string): Life {
    const stillness = this.sightings.look(id, mark)
    if (stillness === 'dead') return 'dead'
    return stillness === 'moved' ? 'alive' : 'silent'
  }
}
