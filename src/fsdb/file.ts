// A file of a fileset: an id, bytes, metadata.
import { RomiError } from '../base/errors.ts'
import type { Digest } from '../base/digest.ts'
import type { ReadableFile, WritableFile } from '../base/file.ts'
import type { Json, JsonObject } from '../base/types.ts'
import { filesetRow, filesPut } from './changes.ts'
import { filenameOf, splitFilename, type FileId, type FilesetId } from './ids.ts'
import { scanLayout } from './layout.ts'
import { notFound } from './lookup.ts'
import { metadataUpdate, pick, withoutKey, type MetadataEdit } from './metadata.ts'
import type { ScanFolder } from './scan-folder.ts'
import type { FileRow } from './scan-index.ts'

/** A file of a fileset. One that `createFile` made exists when it was first written. */
export class File implements ReadableFile, WritableFile {
  readonly id: FileId
  /** The id of its fileset. */
  readonly fileset: FilesetId
  readonly #scan: ScanFolder
  #filename: string | undefined
  /** What it is to have once it has bytes. */
  #given: JsonObject | undefined

  /** Filesets make these: see `Fileset.getFile` and `createFile`. */
  constructor(
    scan: ScanFolder,
    fileset: FilesetId,
    id: FileId,
    filename: string | undefined,
    given?: JsonObject,
  ) {
    this.#given = given
    this.#scan = scan
    this.fileset = fileset
    this.id = id
    this.#filename = filename
  }

  /** @throws RomiError `store/file-not-written` before the first write */
  get filename(): string {
    if (this.#filename !== undefined) return this.#filename
    throw new RomiError(
      'store/file-not-written',
      `the file ${this.id} of ${this.fileset} has no bytes yet: write it first`,
    )
  }

  /** Without the dot; empty if the name has none. */
  get extension(): string {
    return splitFilename(this.filename).extension
  }

  /** Absolute. */
  get path(): string {
    return this.#scan.at(scanLayout.file(this.fileset, this.filename))
  }

  /** @throws RomiError `store/file-gone` if it is listed but not on the disk */
  async read(): Promise<Uint8Array> {
    this.#assertThere()
    return this.#scan.disk.readBytes(this.path)
  }

  /** The SHA-256 of its bytes, from the cache if the file is as it was. */
  async digest(): Promise<Digest> {
    this.#assertThere()
    return this.#scan.host.digests.digest(this.path)
  }

  #assertThere(): void {
    this.#scan.checkInside(scanLayout.fileset(this.fileset))
    this.#scan.checkInside(scanLayout.file(this.fileset, this.filename))
    if (this.#scan.disk.stat(this.path)) return
    throw new RomiError(
      'store/file-gone',
      `${this.path} is listed but missing: restore it, or delete the file ${this.id}`,
      { facts: { path: this.path, id: this.id } },
    )
  }

  /** Puts its bytes, new or instead of those it has; wholly or not at all. */
  async write(bytes: Uint8Array, extension: string): Promise<void> {
    await this.#put(bytes, extension)
  }

  /** Copies a file from elsewhere, with its extension. */
  async import(path: string): Promise<void> {
    await this.#put({ copyOf: path }, splitFilename(path.split(/[/\\]/).at(-1) ?? '').extension)
  }

  async #put(what: Uint8Array | { readonly copyOf: string }, extension: string): Promise<void> {
    const filename = filenameOf(this.id, extension)
    const bytes = await this.#scan.stage(what)
    const metadata = await this.#scan.stageMetadata(this.#given)
    const staged = { id: this.id, filename, bytes, metadata }
    try {
      await this.#scan.change((index, claimed) =>
        filesPut(this.#scan, index, this.fileset, [staged], claimed, true),
      )
    } catch (error) {
      await this.#scan.unstage([bytes, metadata])
      throw error
    }
    this.#given = undefined
    this.#filename = filename
  }

  getMetadata(): Promise<JsonObject>
  getMetadata(key: string): Promise<Json | undefined>
  getMetadata<T>(key: string, fallback: T): Promise<Json | T>
  /** All metadata, or the value of a key; if it has no such key `fallback`, else `undefined`. */
  async getMetadata(key?: string, fallback?: unknown): Promise<unknown> {
    return pick(this.#scan.metadata(this.#metadataPath), key, fallback)
  }

  /** Lays keys over the metadata; others stay as they are. */
  setMetadata(data: JsonObject): Promise<void>
  setMetadata(key: string, value: Json): Promise<void>
  async setMetadata(data: JsonObject | string, value?: Json): Promise<void> {
    await this.#change(metadataUpdate(data, value))
  }

  /** Takes a key out of the metadata; others stay as they are. */
  async removeMetadata(key: string): Promise<void> {
    await this.#change(withoutKey(key))
  }

  async #change(change: MetadataEdit): Promise<void> {
    await this.#scan.updateMetadata(this.#metadataPath, change, (index) => {
      const { files } = filesetRow(this.#scan, index, this.fileset)
      if (!files.has(this.id))
        throw notFound('file', this.id, `the fileset ${this.fileset}`, [...files.keys()])
    })
  }

  get #metadataPath(): string {
    return scanLayout.fileMetadata(this.fileset, this.id)
  }

  /** For filesets: a file as the index has it. */
  static of(scan: ScanFolder, fileset: FilesetId, row: FileRow): File {
    return new File(scan, fileset, row.id, row.filename)
  }
}
