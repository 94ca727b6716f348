// The file `lock` at the root: it keeps romi-run 0.1 and ROMI's older tools out while we write.
import type fs from 'node:fs'
import { join } from 'node:path'
import { monotonicMs } from '../../base/monotonic.ts'
import { ownFolder } from '../layout.ts'
import {
  linkOver,
  lookAt,
  namesIn,
  statOf,
  syncFolder,
  tryLink,
  writeDurably,
  removeFile,
} from './files.ts'
import { isUuid } from './holder.ts'
import type { IndexLock } from './index-lock.ts'
import type { Lives, Made } from './life.ts'
import { jsonOf } from './owner.ts'
import { plainClaim, sweepClaims } from './succession.ts'

/** None of ROMI's tools nor version 0.1 takes this for a lock of its own. */
export const plainText =
  'romi-run writes in this database; the files in ' +
  `${ownFolder}/locks/holders tell who.\n` +
  'Leave this file where it is: the last of them removes it, and the next one if it was killed.\n'

/** How the record of version 0.1 begins, also one that a power cut tore. */
const oldText = '{"program":"romi-run",'
/** Filesystems stamp files by the kernel's tick, 4 or 10 ms, or by the second or two; be generous. */
const tickOf = ({ mtimeMs }: fs.Stats): number => (Number.isInteger(mtimeMs / 1000) ? 3_000 : 50)
/** So much of a text is enough to know it by. */
const enough = 8

/** Whose lock it is. */
export type Plain =
  | { readonly is: 'absent' }
  | { readonly is: 'ours'; readonly isWhole: boolean }
  | { readonly is: 'old'; readonly made: Made }
  | { readonly is: 'foreign'; readonly what: string; readonly mtimeMs: number }

/** The plain lock of a database, as those who hold the index' lock see it. */
export class PlainLock {
  readonly #root: string
  readonly #path: string
  readonly #locks: string
  /** Our text on the disk before it is a lock: a `lock` that is this very file is ours, even torn. */
  readonly #model: string
  readonly #lives: Lives
  /** How it stood when its text was first read, and when that was, in ms of our own. */
  #read: { readonly marks?: string; readonly at: number; readonly isSettled: boolean } | undefined

  constructor(root: string, path: string, locks: string, lives: Lives) {
    this.#root = root
    this.#path = path
    this.#locks = locks
    this.#model = join(locks, 'plain')
    this.#lives = lives
  }

  look(): Plain {
    const lying = lookAt(this.#path)
    if (lying.is === 'nothing') return { is: 'absent' }
    if (lying.is === 'odd') return { is: 'foreign', what: lying.what, mtimeMs: lying.mtimeMs }
    const { text, inode, mtimeMs } = lying
    const isWhole = text === plainText
    if (isWhole || (plainText.startsWith(text) && (text.length >= enough || this.#isModel(inode))))
      return { is: 'ours', isWhole }
    const made = this.#lives.ofText(lying)
    if (made.owner) return { is: 'old', made }
    return isTornOld(text) || (oldText.startsWith(text) && this.#isRecordOfOld(inode))
      ? { is: 'old', made }
      : { is: 'foreign', what: 'a file', mtimeMs }
  }

  #isModel(inode: number): boolean {
    const model = lookAt(this.#model)
    return model.is === 'file' && model.inode === inode
  }

  /**
   * Version 0.1 wrote its record among the locks, linked it here and removed it there: where a power
   * cut left both, an empty file is known by being that very file. Alone, it may be ROMI's.
   */
  #isRecordOfOld(inode: number): boolean {
    return namesIn(this.#locks).some((name) => {
      if (!isTwoUuids(name)) return false
      const record = lookAt(join(this.#locks, name))
      return record.is === 'file' && record.inode === inode
    })
  }

  /**
   * Whether it stands and is ours, whole. One that stands as it stood is not read again: it was read as
   * it stood before and, later than any clock of a filesystem ticks, once more.
   */
  isOurs(): boolean {
    const stat = statOf(this.#path)
    const marks = stat && `${stat.ino} ${stat.size} ${stat.mtimeMs} ${stat.ctimeMs}`
    const read = this.#read?.marks === marks ? this.#read : undefined
    if (read?.isSettled) return true
    const now = monotonicMs()
    const lying = lookAt(this.#path)
    const isOurs = stat !== undefined && lying.is === 'file' && lying.text === plainText
    this.#read = isOurs
      ? {
          marks,
          at: read?.at ?? now,
          isSettled: read !== undefined && now - read.at > tickOf(stat),
        }
      : undefined
    return isOurs
  }

  /**
   * Puts it there, if nobody else's is.
   *
   * @returns what is there now
   */
  take(index: IndexLock): Plain {
    const plain = this.look()
    if (plain.is === 'foreign' || (plain.is === 'ours' && plain.isWhole)) return plain
    if (plain.is === 'old' && (plain.made.life !== 'dead' || !index.succeedPlain(plain.made.id)))
      return plain
    // Others, who do not know the index, may have come before us, or have gone.
    const now = this.look()
    if (!isSameLock(plain, now)) return now
    this.#makeModel()
    if (plain.is !== 'absent') linkOver(this.#model, this.#path)
    else if (!tryLink(this.#model, this.#path)) return this.look()
    syncFolder(this.#root)
    // It is ours: successions of version 0.1 do not matter any more.
    sweepClaims(this.#locks, plainClaim, '')
    return this.look()
  }

  /** On the disk before it is linked, so that no power cut makes an empty lock of it. */
  #makeModel(): void {
    const model = lookAt(this.#model)
    if (model.is === 'file' && model.text === plainText) return
    removeFile(this.#model)
    writeDurably(this.#model, plainText)
  }

  /** Takes it away again. */
  remove(): void {
    if (this.look().is === 'ours') removeFile(this.#path)
    removeFile(this.#model)
  }
}

/** The name of a record of version 0.1 that is about to be linked. */
const isTwoUuids = (name: string): boolean =>
  name.length === 73 && name[36] === '-' && isUuid(name.slice(0, 36)) && isUuid(name.slice(37))

function isTornOld(text: string): boolean {
  const begins = text.startsWith(oldText) || oldText.startsWith(text)
  return begins && text.length >= enough && jsonOf(text) === undefined
}

function isSameLock(a: Plain, b: Plain): boolean {
  if (a.is === 'old') return b.is === 'old' && b.made.id === a.made.id
  return a.is === b.is
}
