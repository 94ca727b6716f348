// A scan's folder from the inside: what scans, filesets, files and drafts share to read and write.
import type { Stats } from 'node:fs'
import { join, sep } from 'node:path'
import { sha256 } from '../base/digest.ts'
import { RomiError, systemCode } from '../base/errors.ts'
import { replaceFile, type Disk } from '../base/system.ts'
import type { JsonObject } from '../base/types.ts'
import { Committer, type ChangeBuilder } from './committer.ts'
import { marksOf, type DigestCache } from './digests.ts'
import type { FileId, FilesetId, ScanId } from './ids.ts'
import { linkRefused } from './gate.ts'
import { scanLayout } from './layout.ts'
import {
  metadataBytes,
  noMetadata,
  parseMetadata,
  updateMetadata,
  type MetadataEdit,
} from './metadata.ts'
import { temporaryName } from './own-names.ts'
import { ScanIndex } from './scan-index.ts'

/** What a scan needs of its database. */
export interface ScanHost {
  readonly disk: Disk
  readonly root: string
  readonly digests: DigestCache
  /** Throws unless this process holds the scan. */
  assertLock(scan: ScanId): void
  /** Has the scan swept, once a connection, before its first change. */
  begin(scan: ScanFolder): Promise<void>
}

/** How many files are written or synced at a time: four threads each with a queue. */
export const filesAtATime = 16

/** Filesystems stamp files by the kernel's tick, 4 or 10 ms; be generous. */
const tickMs = 50

function isSame(a: Stats, b: Stats): boolean {
  return a.mtimeMs === b.mtimeMs && a.size === b.size && a.ino === b.ino && a.ctimeMs === b.ctimeMs
}

/** One that changed just now may change again within the same tick of the filesystem's clock. */
const isSettled = ({ mtimeMs, ctimeMs }: Stats): boolean =>
  Date.now() - Math.max(mtimeMs, ctimeMs) > tickMs

/** Tells how something lies, by its path from the scan on. */
export type StatOf = (path: string) => Stats | undefined

interface KnownIndex {
  readonly index: ScanIndex
  readonly stat: Stats
  /** The text to compare with, if the index may have changed since within the same tick. */
  readonly text: string | undefined
}

/** One scan on the disk; there is one such object a scan and database at a time. */
export class ScanFolder {
  readonly host: ScanHost
  readonly disk: Disk
  readonly id: ScanId
  readonly path: string
  readonly committer: Committer
  /** What a writer that took this scan found lost from the index, and listed again. */
  relisted: readonly FilesetId[] = []
  #known: KnownIndex | undefined
  readonly #metadata = new Map<string, { readonly stat: Stats; readonly metadata: JsonObject }>()

  constructor(host: ScanHost, id: ScanId) {
    this.host = host
    this.disk = host.disk
    this.id = id
    this.path = join(host.root, id)
    this.committer = new Committer(host.disk, this.path, () => host.assertLock(id))
  }

  /**
   * The absolute path of something in this scan.
   * @param path from the scan on, as `join` gives it: every look at a file asks for one
   */
  at(path: string): string {
    return path === '' ? this.path : this.path + sep + path
  }

  /** True if this is a scan, though its index may be damaged. */
  get exists(): boolean {
    return this.disk.stat(this.at(scanLayout.index)) !== undefined
  }

  /**
   * The index as it is now, read again only if it changed; not to be changed.
   *
   * @throws RomiError `store/scan-damaged`, `store/scan-missing`, `store/link-outside`
   */
  index(): ScanIndex {
    const path = this.at(scanLayout.index)
    const known = this.#known
    const stat = this.disk.stat(path)
    const isUnchanged = known !== undefined && stat !== undefined && isSame(known.stat, stat)
    // The very file that was found before: its folder is the one that was looked at then.
    if (isUnchanged && known.text === undefined) return known.index
    this.checkInside('')
    if (!stat)
      throw new RomiError(
        'store/scan-missing',
        `${this.path} is no scan any more: it has no ${scanLayout.index}`,
        { facts: { id: this.id } },
      )
    // Its own times tell nothing of when that changed to which it leads.
    if (stat.isSymbolicLink()) throw linkRefused(path, 'another file')
    const text = this.disk.readText(path)
    const index = isUnchanged && known.text === text ? known.index : ScanIndex.parse(text, path)
    this.#known = { index, stat, text: isSettled(stat) ? undefined : text }
    return index
  }

  /** Forgets the index and metadata, which are read again when they are asked for. */
  release(): void {
    this.#known = undefined
    this.#metadata.clear()
  }

  /** A metadata file; an empty map if it is absent. */
  metadata(path: string): JsonObject {
    const full = this.at(path)
    return this.disk.stat(full) ? parseMetadata(this.disk.readText(full), full) : {}
  }

  /** How something lies here, without following a link. */
  stat(path: string): Stats | undefined {
    return this.disk.stat(this.at(path))
  }

  /**
   * As `metadata`, read again only if the file changed; not to be changed.
   * @param stat how it lay before this
   */
  knownMetadata(path: string, stat: Stats | undefined): JsonObject {
    const full = this.at(path)
    if (!stat) return noMetadata
    const known = this.#metadata.get(path)
    if (known && isSame(known.stat, stat)) return known.metadata
    const metadata = parseMetadata(this.host.digests.textAs(full, stat), full)
    // The times of a link tell nothing of what it leads to.
    if (stat.isFile() && isSettled(stat)) this.#metadata.set(path, { stat, metadata })
    else this.#metadata.delete(path)
    return metadata
  }

  /**
   * The metadata of many files of a fileset, read again only of those that changed.
   * @param statOf how the metadata of each lie, for those who looked
   */
  filesMetadata(
    fileset: FilesetId,
    ids: Iterable<FileId>,
    statOf: (id: FileId) => Stats | undefined = this.#statsOfMetadata(fileset),
  ): Map<FileId, JsonObject> {
    const folder = this.at(scanLayout.fileMetadataFolder(fileset))
    const found = new Map<FileId, JsonObject>()
    // Files that are one thing in two forms tell the same, and it may be long.
    let last: { readonly text: string; readonly metadata: JsonObject } | undefined
    for (const id of ids) {
      const stat = statOf(id)
      if (!stat) {
        found.set(id, {})
        continue
      }
      const path = folder + sep + id + '.json'
      const text = this.host.digests.textAs(path, stat)
      if (text !== last?.text) last = { text, metadata: parseMetadata(text, path) }
      found.set(id, last.metadata)
    }
    return found
  }

  /** How the metadata of files lie; that there are none takes one look at their folder for all. */
  #statsOfMetadata(fileset: FilesetId): (id: FileId) => Stats | undefined {
    const folder = this.at(scanLayout.fileMetadataFolder(fileset))
    const names = new Set((this.disk.list(folder) ?? []).map(({ name }) => name))
    return (id) =>
      names.has(`${id}.json`) ? this.stat(scanLayout.fileMetadata(fileset, id)) : undefined
  }

  /**
   * A text that is another after one of these files came, went or changed.
   * @param statOf how each lies, without following links
   */
  stamp(paths: Iterable<string>, statOf: StatOf = (path) => this.stat(path)): string {
    const parts: string[] = []
    for (const path of paths) {
      const stat = this.#statBehind(this.at(path), statOf(path))
      const state = stat && marksOf(stat).join(' ')
      parts.push(`${path} ${state}`)
    }
    return sha256(parts.join('\n'))
  }

  /** What is at a path, or behind the link there: its own times say nothing of that. */
  #statBehind(full: string, stat: Stats | undefined): Stats | undefined {
    if (!stat?.isSymbolicLink()) return stat
    try {
      return this.disk.stat(this.disk.realPath(full))
    } catch (error) {
      // It leads nowhere, or round in a circle.
      if (!['ENOENT', 'ENOTDIR', 'ELOOP'].includes(systemCode(error) ?? '')) throw error
      return stat
    }
  }

  /** Throws if `path` is a link that leads out of the database. */
  checkInside(path: string): void {
    const full = this.at(path)
    if (!this.disk.stat(full)?.isSymbolicLink()) return
    try {
      this.disk.realPath(full)
    } catch (error) {
      if (systemCode(error) !== 'ENOENT') throw error
      throw linkRefused(full, 'nowhere')
    }
  }

  /** Changes a metadata file, if `check` finds that what it describes is there. */
  async updateMetadata(
    path: string,
    change: MetadataEdit,
    check: (index: ScanIndex) => void,
  ): Promise<void> {
    await this.host.begin(this)
    await this.committer.metadata(path, async () => {
      check(this.index())
      this.disk.makeFolder(join(this.at(path), '..'))
      const guard = (): void => this.host.assertLock(this.id)
      await updateMetadata(this.disk, this.at(path), this.at(scanLayout.work), change, guard)
    })
  }

  /** Replaces a file as a whole, as long as the scan is ours. */
  async replace(path: string, bytes: Uint8Array): Promise<void> {
    const guard = (): void => this.host.assertLock(this.id)
    await replaceFile(this.disk, this.at(path), bytes, this.at(scanLayout.work), guard)
  }

  /** Does a change wholly or not at all. */
  async change(plan: ChangeBuilder): Promise<void> {
    await this.host.begin(this)
    await this.committer.change(plan)
  }

  /** A new path among the temporary ones, relative to the scan. */
  temporary(): string {
    return join(scanLayout.work, temporaryName())
  }

  /** Writes something under a temporary name, relative to the scan, and has it on the disk. */
  async stage(what: Uint8Array | { readonly copyOf: string }): Promise<string> {
    await this.host.begin(this)
    this.disk.makeFolder(this.at(scanLayout.work))
    const path = this.temporary()
    if (what instanceof Uint8Array) {
      await this.disk.create(this.at(path), what)
    } else {
      await this.disk.copy(what.copyOf, this.at(path))
      await this.disk.sync(this.at(path))
    }
    return path
  }

  /** As `stage`, of metadata; nothing if there is none. */
  async stageMetadata(metadata: JsonObject | undefined): Promise<string | undefined> {
    return metadata && this.stage(metadataBytes(metadata))
  }

  /** Removes what was staged and is not needed any more. */
  async unstage(paths: readonly (string | undefined)[]): Promise<void> {
    for (const path of paths) {
      // What stays is swept when a writer connects.
      if (path !== undefined) await this.disk.remove(this.at(path)).catch(() => undefined)
    }
  }
}
