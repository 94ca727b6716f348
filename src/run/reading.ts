// What a job reads of its inputs, held against what its key says: the digests of their bytes.
//
//   read through us     hashed as it is read, and equal or the job is overtaken
//   read by its path    its stamp is held against that of the decision before a program starts and
//                       when the work is done; where it moved, the file is hashed again
import { statSync } from 'node:fs'
import { sha256, sha256File, type Digest } from '../base/digest.ts'
import { isRomiError, RomiError, systemCode } from '../base/errors.ts'
import type { Disk } from '../base/system.ts'
import { marksOf } from '../fsdb/digests.ts'

/** A file that a job may read, as it was decided on. */
export interface ReadableInput {
  readonly path: string
  readonly digest: Digest
  /** How it stood when it was digested; absent: not known. */
  readonly stamp?: string
}

/** What was found of the files that were read. */
export interface ReadingFindings {
  /** Files of which other bytes were read, or may have been. */
  readonly changed: readonly string[]
  /** Files that were written to, renamed or linked, and have the same bytes now. */
  readonly touched: readonly string[]
}

/** The reading of one job. */
export class Reading {
  readonly #changed = new Set<string>()
  readonly #touched = new Set<string>()
  /** How files whose path was given away stood when their bytes were known to be right. */
  readonly #byPath = new Map<string, GivenFile>()
  readonly #disk: Disk

  /** @param disk which reads regular files within the database, and nothing else */
  constructor(disk: Disk) {
    this.#disk = disk
  }

  /** Reads a file. @throws RomiError `task/overtaken` if it is not what the key tells of */
  async read({ path, digest }: ReadableInput): Promise<Uint8Array> {
    const bytes = await this.#bytesOf(path)
    if (bytes !== undefined && sha256(bytes) === digest) return bytes
    this.#changed.add(path)
    throw changed(path)
  }

  async #bytesOf(path: string): Promise<Uint8Array | undefined> {
    try {
      return await this.#disk.readBytes(path)
    } catch (error) {
      // Something else lies there by now: a pipe, a link that leads out.
      if (systemCode(error) === 'ENOENT' || isRomiError(error)) return undefined
      throw error
    }
  }

  /** Gives a file's path away: from now on anybody may read it. */
  giveAway(file: ReadableInput): string {
    const { path, digest } = file
    if (!this.#byPath.has(path)) {
      const stamp = file.stamp ?? stampOf(path)
      this.#byPath.set(path, { path, digest, stamp, isKnown: file.stamp !== undefined })
    }
    return path
  }

  /**
   * Before a program starts: what it may read has the right bytes now.
   * @throws RomiError `task/overtaken`
   */
  async assertRight(): Promise<void> {
    for (const file of this.#byPath.values()) {
      const stamp = stampOf(file.path)
      if (isAsGiven(file, stamp)) continue
      if ((await digestAt(this.#disk, file.path)) !== file.digest) {
        this.#changed.add(file.path)
        throw changed(file.path)
      }
      // What was moved before anybody read it is as good as new.
      this.#byPath.set(file.path, { ...file, stamp, isKnown: true })
    }
  }

  /** When the work is done, or a part of it: what was read by its path since was what it should be. */
  async look(): Promise<ReadingFindings> {
    for (const file of this.#byPath.values()) {
      const stamp = stampOf(file.path)
      if (isAsGiven(file, stamp)) continue
      const isSame = (await digestAt(this.#disk, file.path)) === file.digest
      if (!isSame) this.#changed.add(file.path)
      else if (stamp !== file.stamp) this.#touched.add(file.path)
    }
    return { changed: [...this.#changed], touched: [...this.#touched] }
  }

  /** Takes what was only touched for what it was. */
  accept(): void {
    for (const path of this.#touched) {
      const file = this.#byPath.get(path)
      if (file) this.#byPath.set(path, { ...file, stamp: stampOf(path), isKnown: true })
    }
    this.#touched.clear()
  }
}

/** A file whose path was given away. */
interface GivenFile {
  readonly path: string
  readonly digest: Digest
  /** How it stood then, or when its bytes were last looked at. */
  readonly stamp: string | undefined
  /** Whether it had the right bytes as it stood so. */
  readonly isKnown: boolean
}

const isAsGiven = (file: GivenFile, stamp: string | undefined): boolean =>
  file.isKnown && stamp !== undefined && stamp === file.stamp

function stampOf(path: string): string | undefined {
  try {
    return marksOf(statSync(path)).join(' ')
  } catch (error) {
    // What cannot be looked at cannot be read either: hashing it tells.
    if (systemCode(error) === undefined) throw error
    return undefined
  }
}

async function digestAt(disk: Disk, path: string): Promise<Digest | undefined> {
  try {
    return await sha256File(disk.realPath(path))
  } catch (error) {
    if (systemCode(error) === undefined && !isRomiError(error)) throw error
    return undefined
  }
}

/** The error of a file that is not what the key tells of. */
export const changed = (path: string): RomiError =>
  new RomiError(
    'task/overtaken',
    `${path} was changed while it was being used: let whatever writes there finish first`,
    { facts: { path } },
  )
