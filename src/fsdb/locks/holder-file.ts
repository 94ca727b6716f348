// The file of this writer: made once, replaced as a whole, raised in place, and lost if others remove it.
import fs from 'node:fs'
import { dirname } from 'node:path'
import { systemCode } from '../../base/errors.ts'
import { replace, syncFolder, writeDurably, removeFile } from './files.ts'
import { formatHolder, raiseCounter, type Holder } from './holder.ts'

/** One writer's file among those of the others. */
export class HolderFile {
  readonly path: string
  #counter = 0
  /** The last of the files that we put in the place of our first one. */
  #inode = 0

  constructor(path: string) {
    this.path = path
  }

  /** Writes it for the first time. */
  create(holder: Holder): void {
    writeDurably(this.path, formatHolder(holder, this.#counter))
    syncFolder(dirname(this.path))
    this.#inode = fs.lstatSync(this.path).ino
  }

  /** Puts another text in its place; the caller has looked whether it is ours. */
  replace(holder: Holder): void {
    replace(this.path, formatHolder(holder, this.#counter))
    this.#inode = fs.lstatSync(this.path).ino
  }

  /** Shows others that this writer lives. */
  raise(): void {
    this.#counter++
    try {
      raiseCounter(this.path, this.#counter)
    } catch (error) {
      // A disk that is away for a moment; whether the file is there is asked by `isInPlace`.
      if (systemCode(error) === undefined) throw error
    }
  }

  /** Whether it is there and the one that we wrote. */
  isInPlace(): boolean {
    const stat = fs.lstatSync(this.path, { throwIfNoEntry: false })
    return stat !== undefined && stat.ino === this.#inode
  }

  /** Removes it, unless it is another's. */
  remove(): void {
    if (this.isInPlace()) removeFile(this.path)
  }
}
