// The files of a draft on their way in: each whole or absent to whoever goes on with it, and put down last.
import { basename, join } from 'node:path'
import { sha256, type Digest } from '../base/digest.ts'
import { RomiError, systemCode } from '../base/errors.ts'
import { checkedJsonObject } from '../base/json.ts'
import type { Disk } from '../base/system.ts'
import type { JsonObject } from '../base/types.ts'
import { journalLine, type FinishedFile } from './draft-journal.ts'
import { extensionOf, filenameOf, foldedName, parseFileId, type FileId } from './ids.ts'
import { draftLayout } from './layout.ts'
import { metadataBytes, parseMetadata } from './metadata.ts'
import { temporaryName } from './own-names.ts'

/** What is told of a file that is written. */
export interface WriteOptions {
  /** What it is made from, for `finished` of a resumable draft. */
  readonly key?: string
  /** What its maker says of it, for `finished`. */
  readonly note?: JsonObject
  readonly signal?: AbortSignal
}

/** What is known of a file that was made before. */
export interface JournalledFile {
  /** Its per-file key. */
  readonly key?: string
  /** The digest of its bytes. */
  readonly digest: Digest
  /** What its maker said of it. */
  readonly note?: JsonObject
  /** For a file that somebody corrected: the digest of what the step had made. */
  readonly made?: Digest
}

/** Fills the folder of a draft; any number of these may fill one. */
export class DraftFiles {
  readonly #disk: Disk
  readonly #path: string
  /** The journal to which it appends, relative to the folder. */
  readonly #journal: string
  /** Whose name is taken by which file, as far as this object wrote or found them. */
  readonly #names = new Map<string, FileId>()
  /** Files whose names are free again. */
  readonly #dropped = new Set<FileId>()

  /** Whether the draft is swept when its writer is gone. */
  readonly #isSwept: boolean

  /**
   * @param journal relative to the draft's folder
   * @param isSwept whether the draft is swept when its writer is gone
   */
  constructor(disk: Disk, path: string, journal: string, isSwept: boolean) {
    this.#isSwept = isSwept
    this.#disk = disk
    this.#path = path
    this.#journal = journal
  }

  #at(path: string): string {
    return join(this.#path, path)
  }

  gone(cause?: unknown): RomiError {
    return new RomiError(
      'store/draft-gone',
      `the draft ${this.#path} is gone: it was published, discarded or swept; make a new one`,
      { cause, facts: { path: this.#path } },
    )
  }

  /** These are in it, and no others. */
  know(files: readonly FinishedFile[]): void {
    this.#names.clear()
    for (const { id, filename } of files) this.#names.set(foldedName(filename), id)
  }

  /**
   * Writes a file, new or instead of one of the same id.
   *
   * @param extension without the dot
   */
  async write(
    id: string,
    bytes: Uint8Array,
    extension: string,
    metadata: JsonObject = {},
    options: WriteOptions = {},
  ): Promise<FinishedFile> {
    options.signal?.throwIfAborted()
    const fileId = parseFileId(id)
    const filename = this.#claimName(fileId, extension)
    const of = await this.#orGone(async () => {
      await this.#place(draftLayout.files, filename, (path) => this.#disk.createLoose(path, bytes))
      return this.#placeMetadata(fileId, metadata)
    })
    const { key, note } = options
    const known = { digest: sha256(bytes), metadata: of, key, ...(note && { note }) }
    return this.#finish({ id: fileId, filename, size: bytes.length, ...known })
  }

  /**
   * Copies a file that was made before, sharing its blocks where the filesystem can.
   *
   * @returns `undefined` if it is gone or has other bytes by now
   */
  async adopt(
    id: string,
    sourcePath: string,
    metadata: JsonObject,
    known: JournalledFile,
  ): Promise<FinishedFile | undefined> {
    const fileId = parseFileId(id)
    const filename = this.#claimName(fileId, extensionOf(basename(sourcePath), fileId))
    return this.#orGone(async () => {
      const copy = this.#temporary()
      if (!(await this.#copied(sourcePath, copy))) return undefined
      const bytes = await this.#disk.readBytes(copy)
      if (sha256(bytes) !== known.digest) {
        await this.#disk.remove(copy)
        return undefined
      }
      this.#disk.rename(copy, this.#at(join(draftLayout.files, filename)))
      const of = await this.#placeMetadata(fileId, metadata)
      const size = bytes.length
      return this.#finish({ id: fileId, filename, size, metadata: of, ...known })
    })
  }

  /** @returns false if there is nothing to copy */
  async #copied(from: string, to: string): Promise<boolean> {
    try {
      await this.#disk.copy(from, to)
      return true
    } catch (error) {
      if (systemCode(error) !== 'ENOENT' || !this.#disk.stat(this.#path)) throw error
      return false
    }
  }

  #claimName(id: FileId, extension: string): string {
    const filename = filenameOf(id, extension)
    const user = this.#names.get(foldedName(filename))
    if (user !== undefined && user !== id && !this.#dropped.has(user))
      throw new RomiError(
        'store/filename-taken',
        `the file name ${filename} is used by ${user} already: choose another id than ${id}`,
        { facts: { filename } },
      )
    this.#names.set(foldedName(filename), id)
    this.#dropped.delete(id)
    return filename
  }

  /** @returns the digest of what it placed, if that is anything */
  async #placeMetadata(id: FileId, metadata: JsonObject): Promise<Digest | undefined> {
    const bytes = metadataBytes(checkedJsonObject(metadata, `the metadata of ${id}`))
    if (Object.keys(metadata).length > 0) {
      const make = (path: string): Promise<void> => this.#disk.createLoose(path, bytes)
      await this.#place(draftLayout.fileMetadataFolder, `${id}.json`, make)
      return sha256(bytes)
    }
    if (this.#disk.stat(this.#at(draftLayout.fileMetadata(id))))
      await this.#disk.remove(this.#at(draftLayout.fileMetadata(id)))
    return undefined
  }

  /** Makes a file under a temporary name and renames it, so that it is whole or absent. */
  async #place(folder: string, name: string, make: (path: string) => Promise<void>): Promise<void> {
    const path = this.#at(join(folder, name))
    if (this.#isSwept && (await this.#makeFirst(folder, path, make))) return
    const temporary = this.#temporary()
    await make(temporary)
    this.#disk.rename(temporary, path)
  }

  /**
   * Makes a file in its place, if it is the first there. Of a draft that is swept with its writer nobody
   * sees one that a kill left half made: before it is published, what no journal names is removed.
   *
   * @returns false if another is there
   */
  async #makeFirst(
    folder: string,
    path: string,
    make: (path: string) => Promise<void>,
  ): Promise<boolean> {
    // Made with the first metadata of a file, but never anew where all of the draft is gone.
    const isNew = folder === draftLayout.fileMetadataFolder && !this.#disk.stat(this.#at(folder))
    if (isNew && this.#disk.stat(this.#path)) this.#disk.makeFolder(this.#at(folder))
    try {
      await make(path)
      return true
    } catch (error) {
      if (systemCode(error) === 'EEXIST') return false
      await this.#disk.remove(path).catch(() => undefined)
      throw error
    }
  }

  /** Beside what is published, of which nothing else bears such a name. */
  #temporary(): string {
    return this.#at(temporaryName())
  }

  async #orGone<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work()
    } catch (error) {
      if (systemCode(error) === 'ENOENT' && !this.#disk.stat(this.#path)) throw this.gone(error)
      throw error
    }
  }

  #finish(file: FinishedFile): FinishedFile {
    this.#disk.append(this.#at(this.#journal), journalLine(file))
    return file
  }

  /** Lays keys over the metadata of the fileset to be. */
  async setMetadata(metadata: JsonObject): Promise<void> {
    const update = checkedJsonObject(metadata, 'the metadata of the fileset')
    const path = this.#at(draftLayout.metadata)
    await this.#orGone(async () => {
      const old = this.#disk.stat(path) ? parseMetadata(this.#disk.readText(path), path) : {}
      await this.#place('', draftLayout.metadata, (temporary) =>
        this.#disk.createLoose(temporary, metadataBytes({ ...old, ...update })),
      )
    })
  }

  /** Forgets a file: it is not part of what is published. */
  drop(id: string): void {
    const fileId = parseFileId(id)
    this.#disk.append(this.#at(draftLayout.journal), journalLine({ dropped: fileId }))
    this.#dropped.add(fileId)
  }
}
