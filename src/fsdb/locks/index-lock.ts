// The lock of the database's index: held for a moment by whoever takes or lets go of locks.
import fs from 'node:fs'
import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { explainDiskError } from '../../base/disk-errors.ts'
import { RomiError } from '../../base/errors.ts'
import { linkOver, lookAt, namesIn, tryLink, removeFile } from './files.ts'
import type { Folder } from './holder.ts'
import type { Lives, Made } from './life.ts'
import type { Owner } from './owner.ts'
import { indexClaim, plainClaim, succeed, sweepClaims } from './succession.ts'

/** Who has it now. */
export type LockAttempt =
  { readonly is: 'ours' } | { readonly is: 'held'; readonly by: Made | undefined }

/** One process' way to the index' lock. */
export class IndexLock {
  readonly #locks: string
  readonly #path: string
  readonly #record: object
  readonly #lives: Lives
  /** The text of our record while we hold it. */
  #held: string | undefined

  /** @param locks the folder where it lies */
  constructor(locks: string, owner: Owner, folder: Folder, lives: Lives) {
    this.#locks = locks
    this.#path = join(locks, 'index')
    this.#record = { ...owner, folder }
    this.#lives = lives
  }

  get isHeld(): boolean {
    return this.#held !== undefined
  }

  /** Takes it if nobody who lives has it. */
  tryTake(): LockAttempt {
    if (this.isHeld) return { is: 'held', by: undefined }
    // A name of its own each time: one that is held twice does not look as if it stood still.
    const uuid = randomUUID()
    const text = JSON.stringify({ ...this.#record, uuid })
    const record = join(this.#locks, uuid)
    try {
      this.#write(record, text)
      if (!tryLink(record, this.#path)) {
        const by = this.#maker()
        if (by?.life !== 'dead' || !this.#takeOver(record, by.id)) return { is: 'held', by }
      }
      this.#held = text
      this.#sweep(uuid)
      return { is: 'ours' }
    } finally {
      removeFile(record)
    }
  }

  #write(record: string, text: string): void {
    try {
      fs.writeFileSync(record, text, { flag: 'wx' })
    } catch (error) {
      throw explainDiskError(error, record)
    }
  }

  #takeOver(record: string, dead: string): boolean {
    if (!succeed(this.#locks, indexClaim, record, dead, this.#lives)) return false
    // Others may have replaced it before we became the successor.
    if (this.#maker()?.id !== dead) return false
    linkOver(record, this.#path)
    return true
  }

  #maker(): Made | undefined {
    const lying = lookAt(this.#path)
    if (lying.is !== 'odd') return lying.is === 'file' ? this.#lives.ofText(lying) : undefined
    throw new RomiError(
      'store/path-taken',
      `${this.#path} is ${lying.what} where romi-run keeps a file for a moment: move it away`,
      { facts: { path: this.#path } },
    )
  }

  /**
   * Becomes the successor of a dead owner of the plain lock, while this lock is held.
   *
   * @returns whether nobody else is
   */
  succeedPlain(dead: string): boolean {
    return succeed(this.#locks, plainClaim, this.#path, dead, this.#lives)
  }

  /** Earlier successions do not matter any more; nor do records of dead processes. */
  #sweep(own: string): void {
    sweepClaims(this.#locks, indexClaim, own)
    for (const name of namesIn(this.#locks)) {
      // One's own tells nothing new; it goes in a moment.
      if (name === own || !isLockRecord(name)) continue
      const path = join(this.#locks, name)
      // The record of a process that lives is about to be linked: it is left to that process. One
      // that is a lock as well tells whose that is, though a power cut may have emptied both.
      if (this.#lives.ofFile(path)?.life === 'dead' && !hasOtherNames(path)) removeFile(path)
    }
  }

  /** Whether it is still ours: others may have taken us for dead while this process was stopped. */
  isOurs(): boolean {
    const lying = this.#held === undefined ? undefined : lookAt(this.#path)
    return lying?.is === 'file' && lying.text === this.#held
  }

  release(): void {
    if (this.isOurs()) removeFile(this.#path)
    this.#held = undefined
  }
}

const hasOtherNames = (path: string): boolean =>
  (fs.lstatSync(path, { throwIfNoEntry: false })?.nlink ?? 0) > 1

const isLockRecord = (name: string): boolean => /^[0-9a-f]{8}-[0-9a-f-]{27}/.test(name)
