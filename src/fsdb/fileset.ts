// A fileset of a scan: files under an id, with metadata.
import { resolve, sep } from 'node:path'
import { forEachLimited } from '../base/parallel.ts'
import type { Json, JsonObject } from '../base/types.ts'
import {
  assertFileFree,
  fileDeletion,
  filesetRow,
  filesPut,
  type StagedFile,
  fileRowOf,
} from './changes.ts'
import { File } from './file.ts'
import { parseFileId, type FileId, type FilesetId, type ScanId } from './ids.ts'
import { scanLayout } from './layout.ts'
import { notFound } from './lookup.ts'
import { metadataUpdate, pick } from './metadata.ts'
import { takenFiles, type MetadataOfFiles } from './new-scan.ts'
import { matcherOf, type QueryOptions } from './query.ts'
import { filesAtATime, type ScanFolder } from './scan-folder.ts'
import type { FilesetRow } from './scan-index.ts'

/** What `importFiles` may be told. */
export interface FileImportOptions {
  readonly metadata?: MetadataOfFiles
}

/** A fileset of a scan, as the scan's index has it at the time of each call. */
export class Fileset {
  readonly id: FilesetId
  readonly #scan: ScanFolder

  /** Scans make these: see `Scan.getFileset` and `createFileset`. */
  constructor(scan: ScanFolder, id: FilesetId) {
    this.#scan = scan
    this.id = id
  }

  /** The id of its scan. */
  get scan(): ScanId {
    return this.#scan.id
  }

  /** Absolute. */
  get path(): string {
    return this.#scan.at(scanLayout.fileset(this.id))
  }

  #row(): FilesetRow {
    return filesetRow(this.#scan, this.#scan.index(), this.id)
  }

  /** The ids of its files, in the order of the index. */
  async fileIds(): Promise<FileId[]> {
    return [...this.#row().files.keys()]
  }

  /**
   * Its files, in the order of the index; those whose metadata has all that `query` has: map by map,
   * with `fuzzy` by regular expressions.
   *
   * @throws RomiError `store/bad-query`
   */
  async getFiles(query: JsonObject = {}, options: QueryOptions = {}): Promise<File[]> {
    const isMatch = matcherOf(query, options)
    const rows = [...this.#row().files.values()]
    const isAsked = Object.keys(query).length > 0
    const metadata = isAsked ? await this.filesMetadata() : undefined
    return rows
      .filter(({ id }) => !metadata || isMatch(metadata.get(id) ?? {}))
      .map((row) => File.of(this.#scan, this.id, row))
  }

  /** @throws RomiError `store/file-missing`, with the ids that are there */
  async getFile(id: string): Promise<File> {
    const fileset = this.#row()
    const row = fileRowOf(fileset, id)
    if (row) return File.of(this.#scan, this.id, row)
    throw notFound('file', id, `the fileset ${this.id} of ${this.scan}`, [...fileset.files.keys()])
  }

  async hasFile(id: string): Promise<boolean> {
    return fileRowOf(this.#row(), id) !== undefined
  }

  /**
   * A file to be written: it exists, with its metadata, when its bytes are there. Writes that are
   * made together share one rewrite of the index.
   *
   * @throws RomiError `store/file-exists`, `store/id-clash`, `store/bad-id`
   */
  async createFile(id: string, metadata?: JsonObject): Promise<File> {
    const fileId = parseFileId(id)
    const given = metadata && metadataUpdate(metadata, undefined)
    this.#scan.host.assertLock(this.#scan.id)
    const index = this.#scan.index()
    assertFileFree(this.#scan, index, filesetRow(this.#scan, index, this.id), fileId)
    return new File(this.#scan, this.id, fileId, undefined, given)
  }

  /**
   * Copies files from elsewhere into the fileset, all or none; each keeps its name, and its id is
   * the name without the extension. Files that lie in its own folder unlisted are only listed.
   *
   * @throws RomiError `store/file-exists`, also if two of them have one id; `store/bad-id`
   */
  async importFiles(paths: readonly string[], options: FileImportOptions = {}): Promise<File[]> {
    const taken = takenFiles(paths, options.metadata)
    const staged: StagedFile[] = []
    try {
      await forEachLimited(taken.entries(), filesAtATime, async ([i, { from, ...file }]) => {
        const bytes =
          this.#placeOf(from, file.filename) ?? (await this.#scan.stage({ copyOf: from }))
        staged[i] = { ...file, bytes, metadata: undefined }
        staged[i] = { ...file, bytes, metadata: await this.#scan.stageMetadata(file.metadata) }
      })
      await this.#scan.change((index, claimed) =>
        filesPut(this.#scan, index, this.id, staged, claimed, false),
      )
    } catch (error) {
      const own = scanLayout.fileset(this.id) + sep
      const paths = staged.flatMap((file) => [file.bytes, file.metadata])
      await this.#scan.unstage(paths.filter((path) => !path?.startsWith(own)))
      throw error
    }
    return staged.map((row) => File.of(this.#scan, this.id, row))
  }

  /** Where a file lies that was put into this fileset's folder by hand: it needs no copy. */
  #placeOf(from: string, filename: string): string | undefined {
    const place = scanLayout.file(this.id, filename)
    return resolve(from) === this.#scan.at(place) ? place : undefined
  }

  /** @throws RomiError `store/file-missing` */
  async deleteFile(id: string): Promise<void> {
    await this.#scan.change((index) => fileDeletion(this.#scan, index, this.id, id))
  }

  /** The metadata of all its files at once; an empty map for those without. */
  async filesMetadata(): Promise<Map<FileId, JsonObject>> {
    return this.#scan.filesMetadata(this.id, this.#row().files.keys())
  }

  getMetadata(): Promise<JsonObject>
  getMetadata(key: string): Promise<Json | undefined>
  getMetadata<T>(key: string, fallback: T): Promise<Json | T>
  /** All metadata, or the value of a key; if it has no such key `fallback`, else `undefined`. */
  async getMetadata(key?: string, fallback?: unknown): Promise<unknown> {
    return pick(this.#scan.metadata(scanLayout.filesetMetadata(this.id)), key, fallback)
  }

  /** Lays keys over the metadata; others stay as they are. */
  setMetadata(data: JsonObject): Promise<void>
  setMetadata(key: string, value: Json): Promise<void>
  async setMetadata(data: JsonObject | string, value?: Json): Promise<void> {
    const update = metadataUpdate(data, value)
    const path = scanLayout.filesetMetadata(this.id)
    await this.#scan.updateMetadata(path, update, (index) => {
      filesetRow(this.#scan, index, this.id)
    })
  }
}
