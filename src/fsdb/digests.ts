// A cache of content digests, and of the texts of metadata, by what the filesystem tells of a file. Safe
// to delete at any time.
import { join, relative, sep } from 'node:path'
import { isDigest, sha256File, type Digest } from '../base/digest.ts'
import { RomiError, systemCode } from '../base/errors.ts'
import { explainDiskError } from '../base/disk-errors.ts'
import { replaceFile, type Disk } from '../base/system.ts'
import type { Stats } from 'node:fs'
import { databaseLayout } from './layout.ts'

/** inode, size, mtime and ctime in ms. */
type Marks = readonly [ino: number, size: number, mtimeMs: number, ctimeMs: number]
type DigestRow = readonly [...Marks, digest: Digest]
/** Programs that know digests alone take no such row for one of theirs. */
type KeptTextRow = readonly [...Marks, digest: null, text: string]

/** What the filesystem tells of a file: the same as long as it is as it was. */
export const marksOf = ({ ino, size, mtimeMs, ctimeMs }: Stats): Marks => [
  ino,
  size,
  mtimeMs,
  ctimeMs,
]

const isAsThen = (then: Marks | DigestRow | KeptTextRow, stat: Stats | undefined): boolean =>
  stat !== undefined && marksOf(stat).every((mark, i) => mark === then[i])

/** What the system answers where nothing lies, a folder, or a link that leads to no file. */
const isNoFile = new Set(['ENOENT', 'ENOTDIR', 'EISDIR', 'ELOOP'])

interface Shard {
  readonly rows: Map<string, DigestRow>
  readonly texts: Map<string, KeptTextRow>
  isChanged: boolean
}

/**
 * A file that changed so shortly before it was digested may have changed again within the same tick
 * of its clock (the racy-time rule of git's index): such a digest is not kept.
 */
function isRacy(stat: Stats, now: number): boolean {
  const changed = Math.max(stat.mtimeMs, stat.ctimeMs)
  // Whole seconds: a filesystem that counts so (FAT counts by two).
  return now - changed < (Number.isInteger(stat.mtimeMs / 1000) ? 3_000 : 20)
}

/** Longer texts are not kept: to read them takes longer than to look for them. */
const longestText = 1 << 16

const hasMarks = (value: unknown): value is unknown[] =>
  Array.isArray(value) && value.slice(0, 4).every((part) => typeof part === 'number')

const isRow = (value: unknown): value is DigestRow =>
  hasMarks(value) && value.length === 5 && isDigest(value[4])

const isKeptTextRow = (value: unknown): value is KeptTextRow =>
  hasMarks(value) && value.length === 6 && value[4] === null && typeof value[5] === 'string'

/**
 * The digests of a database's files, and the texts of their metadata; each scan's part is read when one
 * of its files is asked for.
 */
export class DigestCache {
  readonly #disk: Disk
  readonly #root: string
  readonly #prefix: string
  readonly #shards = new Map<string, Shard>()

  /** @param root absolute path of the database */
  constructor(disk: Disk, root: string) {
    this.#disk = disk
    this.#root = root
    this.#prefix = root.endsWith(sep) ? root : root + sep
  }

  /**
   * The SHA-256 of a file's bytes, computed if it is not known.
   *
   * @throws RomiError `store/file-gone`, and what the disk refuses, such as `store/no-permission`
   */
  async digest(path: string): Promise<Digest> {
    const known = this.cached(path)
    if (known) return known
    try {
      return await (this.#isInside(path) ? this.#digestInside(path) : sha256File(path))
    } catch (error) {
      if (!isNoFile.has(systemCode(error) ?? '')) throw explainDiskError(error, path)
      throw new RomiError('store/file-gone', `${path} is missing: restore it or make it again`, {
        cause: error,
        facts: { path },
      })
    }
  }

  async #digestInside(path: string): Promise<Digest> {
    const now = Date.now()
    const before = this.#disk.stat(path)
    const digest = await sha256File(before?.isSymbolicLink() ? this.#disk.realPath(path) : path)
    // What took its place meanwhile is another file.
    if (before && isAsThen(marksOf(before), this.#disk.stat(path)))
      this.#keep(path, digest, before, now)
    return digest
  }

  /** The digest of a file if it is known and the file is as it was; costs one look at the file. */
  cached(path: string): Digest | undefined {
    const row = this.#rowOf(path)
    return row && isAsThen(row, this.#disk.stat(path)) ? row[4] : undefined
  }

  /** As `cached`, of a file that lay like this, without following a link. */
  cachedAs(path: string, stat: Stats | undefined): Digest | undefined {
    const row = this.#rowOf(path)
    return row && isAsThen(row, stat) ? row[4] : undefined
  }

  /**
   * The text of a metadata file, read if it is not known or the file does not lie as it did then.
   * @param stat how it lay before this, without following a link
   */
  textAs(path: string, stat: Stats): string {
    const [shard, key] = this.#placeOf(path)
    const known = shard?.texts.get(key)
    if (known && isAsThen(known, stat)) return known[5]
    // What changes once this is told has another time, unless it was changed but just before.
    const now = Date.now()
    const text = this.#disk.readText(path)
    if (!shard || !stat.isFile()) return text
    if (text.length <= longestText && !isRacy(stat, now))
      shard.texts.set(key, [...marksOf(stat), null, text])
    else if (!shard.texts.delete(key)) return text
    shard.isChanged = true
    return text
  }

  #rowOf(path: string): DigestRow | undefined {
    const [shard, key] = this.#placeOf(path)
    return shard?.rows.get(key)
  }

  /** How a file stood when it was digested, if that is known; see `marksOf`. */
  stampOf(path: string): string | undefined {
    return this.#rowOf(path)?.slice(0, 4).join(' ')
  }

  /** Forgets the digest of a file: it is computed anew, whatever its stamp says. */
  forget(path: string): void {
    const [shard, key] = this.#placeOf(path)
    if (shard?.rows.delete(key)) shard.isChanged = true
  }

  /**
   * Tells the digest of a file that was just written, if it is as it stood when that was known:
   * others may have written to it as soon as it was published.
   */
  record(path: string, digest: Digest, then: Stats): void {
    const stat = this.#disk.stat(path)
    if (stat && isAsThen(marksOf(then), stat)) this.#keep(path, digest, stat, Date.now())
  }

  /** @param now when it was known to be as `stat` says, in ms */
  #keep(path: string, digest: Digest, stat: Stats, now: number): void {
    const [shard, key] = this.#placeOf(path)
    // A link's own times say nothing of the file that it leads to.
    if (!shard || !stat.isFile()) return
    if (isRacy(stat, now)) return this.forget(path)
    shard.rows.set(key, [...marksOf(stat), digest])
    shard.isChanged = true
  }

  /** Writes what is new. A database that cannot be written to keeps working without. */
  async save(): Promise<void> {
    for (const [scan, shard] of this.#shards) await this.#saveShard(scan, shard)
  }

  /** Writes what is new of a scan and forgets it until it is asked for again. */
  async release(scan: string): Promise<void> {
    const shard = this.#shards.get(scan)
    if (!shard) return
    await this.#saveShard(scan, shard)
    this.#shards.delete(scan)
  }

  async #saveShard(scan: string, shard: Shard): Promise<void> {
    if (!shard.isChanged) return
    const { digests, digestFolder, work } = databaseLayout(this.#root)
    const all: [string, DigestRow | KeptTextRow][] = [...shard.rows, ...shard.texts]
    const kept = all.filter(([key]) => this.#disk.stat(join(this.#root, scan, key)))
    try {
      this.#disk.makeFolder(digestFolder)
      const bytes = Buffer.from(JSON.stringify(Object.fromEntries(kept)))
      await replaceFile(this.#disk, digests(scan), bytes, work)
      shard.isChanged = false
    } catch (error) {
      // A cache: what could not be saved is computed again.
      if (!(error instanceof RomiError)) throw error
    }
  }

  #isInside(path: string): boolean {
    return this.#placeOf(path)[0] !== undefined
  }

  #placeOf(path: string): readonly [Shard | undefined, string] {
    const inside = path.startsWith(this.#prefix)
      ? path.slice(this.#prefix.length)
      : relative(this.#root, path)
    const cut = inside.indexOf(sep)
    if (cut <= 0 || inside.startsWith('..')) return [undefined, '']
    const scan = inside.slice(0, cut)
    let shard = this.#shards.get(scan)
    if (!shard) this.#shards.set(scan, (shard = this.#load(scan)))
    return [shard, inside.slice(cut + 1)]
  }

  #load(scan: string): Shard {
    const rows = new Map<string, DigestRow>()
    const texts = new Map<string, KeptTextRow>()
    const path = databaseLayout(this.#root).digests(scan)
    if (this.#disk.stat(path)) {
      for (const [key, row] of entriesOf(this.#disk.readText(path)))
        if (isRow(row)) rows.set(key, row)
        else if (isKeptTextRow(row)) texts.set(key, row)
    }
    return { rows, texts, isChanged: false }
  }
}

/** The entries of a cache file; a damaged one has none. */
function entriesOf(text: string): [string, unknown][] {
  try {
    const json: unknown = JSON.parse(text)
    return typeof json === 'object' && json !== null ? Object.entries(json) : []
  } catch (error) {
    if (error instanceof SyntaxError) return []
    throw error
  }
}
