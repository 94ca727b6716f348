// A scan: one plant seen once, its filesets and metadata.
import { join, parse } from 'node:path'
import { RomiError } from '../base/errors.ts'
import type { Json, JsonObject } from '../base/types.ts'
import { filesetDeletion, filesetRow, folderListing, publication, retirement } from './changes.ts'
import type { DraftAbout } from './draft-journal.ts'
import type { Draft } from './draft.ts'
import { Fileset } from './fileset.ts'
import { parseFileId, parseFilesetId, type FileId, type FilesetId, type ScanId } from './ids.ts'
import { draftLayout, scanLayout } from './layout.ts'
import { sameName } from './lookup.ts'
import type { Measures } from './measures.ts'
import { metadataBytes, metadataUpdate, pick } from './metadata.ts'
import { findProblems, type Problem } from './problems.ts'
import { matcherOf, type QueryOptions } from './query.ts'
import { mergedScanMetadata, ownScanMetadata } from './scan-metadata.ts'
import { draftName } from './own-names.ts'
import { readParts, type FilesetParts } from './parts.ts'
import {
  removePutAside,
  resumableDrafts,
  retiredFilesetParts,
  retiredPaths,
  type PutAside,
} from './put-aside.ts'
import type { ScanFolder } from './scan-folder.ts'
import { ScanLook } from './scan-look.ts'
import { ScanStamps } from './scan-stamps.ts'
import { StepRecords } from './step-records.ts'

/** A scan of a database, as it is on the disk at the time of each call. */
export class Scan {
  /** The records of steps that are kept here. */
  readonly records: StepRecords
  /** Tell whether something changed. */
  readonly stamps: ScanStamps
  readonly #folder: ScanFolder

  /** Databases make these: see `FSDB.getScan` and `createScan`. */
  constructor(folder: ScanFolder) {
    this.#folder = folder
    this.records = new StepRecords(folder)
    this.stamps = new ScanStamps(folder)
  }

  get id(): ScanId {
    return this.#folder.id
  }

  /** Absolute. */
  get path(): string {
    return this.#folder.path
  }

  /** The ids of its filesets, in the order of the index. */
  async filesetIds(): Promise<FilesetId[]> {
    return this.#folder.index().filesetIds
  }

  /**
   * Its filesets, in the order of the index; those whose metadata has all that `query` has: map by
   * map, with `fuzzy` by regular expressions.
   *
   * @throws RomiError `store/bad-query`
   */
  async getFilesets(query: JsonObject = {}, options: QueryOptions = {}): Promise<Fileset[]> {
    const isMatch = matcherOf(query, options)
    const isAsked = Object.keys(query).length > 0
    return this.#folder
      .index()
      .filesetIds.filter((id) => !isAsked || isMatch(this.#filesetMetadata(id)))
      .map((id) => new Fileset(this.#folder, id))
  }

  /** The metadata of all its filesets at once; an empty map for those without. */
  async filesetsMetadata(): Promise<Map<FilesetId, JsonObject>> {
    const { filesetIds } = this.#folder.index()
    return new Map(filesetIds.map((id) => [id, this.#filesetMetadata(id)]))
  }

  /**
   * One look, for a piece of work that asks for the same things again and again.
   * @param options.stamps whether its filesets tell their stamps, too
   */
  look(options: { readonly stamps: boolean }): ScanLook {
    return new ScanLook(this.#folder, options.stamps)
  }

  #filesetMetadata(id: FilesetId): JsonObject {
    return this.#folder.metadata(scanLayout.filesetMetadata(id))
  }

  /** @throws RomiError `store/fileset-missing`, with the ids that are there */
  async getFileset(id: string): Promise<Fileset> {
    const row = filesetRow(this.#folder, this.#folder.index(), id)
    this.#folder.checkInside(scanLayout.fileset(row.id))
    return new Fileset(this.#folder, row.id)
  }

  async hasFileset(id: string): Promise<boolean> {
    const index = this.#folder.index()
    return (index.fileset(id) ?? sameName(id, index.filesetIds)) !== undefined
  }

  /** Whether something lies where a fileset of this id would, be it listed or not. */
  isOccupied(id: FilesetId): boolean {
    return this.#folder.disk.stat(this.#folder.at(scanLayout.fileset(id))) !== undefined
  }

  /** @throws RomiError `store/fileset-exists`, `store/id-clash`, `store/path-taken`, `store/bad-id` */
  async createFileset(id: string, metadata: JsonObject = {}): Promise<Fileset> {
    const filesetId = parseFilesetId(id)
    const given = metadataUpdate(metadata, undefined)
    const folder = this.#folder
    await folder.host.begin(folder)
    const temporary = folder.temporary()
    folder.disk.makeFolder(folder.at(join(temporary, draftLayout.files)))
    try {
      if (Object.keys(given).length > 0)
        await folder.disk.create(
          folder.at(join(temporary, draftLayout.metadata)),
          metadataBytes(given),
        )
      await folder.disk.sync(folder.at(temporary))
      await folder.change((index, claimed) =>
        publication(folder, index, filesetId, temporary, [], claimed, false),
      )
    } catch (error) {
      await folder.unstage([temporary])
      throw error
    }
    return new Fileset(folder, filesetId)
  }

  /**
   * Lists files in a folder that somebody laid into the scan by hand: it is a fileset from then on.
   *
   * @param filenames of files that lie in the folder; an id is a name without its extension
   * @throws RomiError `store/fileset-exists`, `store/id-clash`, `store/file-gone`, `store/bad-id`
   */
  async listFolder(id: string, filenames: readonly string[]): Promise<Fileset> {
    const filesetId = parseFilesetId(id)
    const there = await this.unlistedFiles(filesetId)
    const absent = filenames.find((name) => !there.includes(name))
    if (absent !== undefined)
      throw new RomiError('store/file-gone', `there is no file ${absent} in ${this.path}/${id}`)
    const files = filenames.map((file) => ({ id: parseFileId(parse(file).name), file }))
    await this.#folder.change((index) => folderListing(this.#folder, index, filesetId, files))
    return new Fileset(this.#folder, filesetId)
  }

  /** @throws RomiError `store/fileset-missing` */
  async deleteFileset(id: string): Promise<void> {
    const filesetId = parseFilesetId(id)
    await this.#folder.change((index) => filesetDeletion(this.#folder, index, filesetId))
  }

  /** Takes a fileset out of the index and puts it, with its metadata, into `.romi/retired`. */
  async retireFileset(id: string): Promise<void> {
    const filesetId = parseFilesetId(id)
    await this.#folder.change((index, claimed) =>
      retirement(this.#folder, index, filesetId, claimed),
    )
  }

  /** Whether filesets stand at the end of the index, in this order; as `moveToEnd`. */
  areAtEnd(ids: readonly FilesetId[]): boolean {
    const listed = this.#folder.index().filesetIds
    const wanted = ids.filter((id) => listed.includes(id))
    const end = listed.slice(listed.length - wanted.length)
    return wanted.every((id, i) => id === end[i])
  }

  /** Moves filesets to the end of the index, in this order; ids that it does not list are ignored. */
  async moveToEnd(ids: readonly FilesetId[]): Promise<void> {
    if (this.areAtEnd(ids)) return
    const listed = this.#folder.index().filesetIds
    const wanted = ids.filter((id) => listed.includes(id))
    await this.#folder.change(() => ({ after: [{ do: 'move-to-end', ids: wanted }] }))
  }

  /**
   * A fileset in the making.
   *
   * @param label for people who look into the folder, such as the task's name
   * @param options.resumable a draft of the same key that an earlier run left is opened again, with
   *   those of its files whose bytes are still what was written
   * @param options.resumable.asItIs nothing of an earlier run is taken over that was not accepted
   * @param options.resumable.jobs jobs on other machines that fill it at this moment
   */
  async draft(
    label: string,
    options: {
      readonly resumable?: {
        readonly key: string
        readonly jobs?: ReadonlySet<string>
        readonly asItIs?: boolean
      }
    } = {},
  ): Promise<Draft> {
    const { resumable } = options
    // Loaded with the first: who only reads does without it.
    const { Draft } = await import('./draft.ts')
    if (!resumable) return Draft.make(this.#folder, { label })
    const { key, jobs, asItIs } = resumable
    return Draft.make(this.#folder, { label, key }, jobs, asItIs)
  }

  /** The name of the folder of a resumable draft. */
  draftName(key: string): string {
    return draftName({ label: '', key })
  }

  /** The resumable drafts that are there, by the key they wait for, with their path. */
  async drafts(): Promise<(DraftAbout & { readonly path: string })[]> {
    return resumableDrafts(this.#folder)
  }

  /** All that lies of a fileset that it lists, also what the index does not say. */
  async parts(id: string): Promise<FilesetParts> {
    const { id: fileset } = filesetRow(this.#folder, this.#folder.index(), id)
    return readParts(this.#folder.disk, {
      files: this.#folder.at(scanLayout.fileset(fileset)),
      filesMetadata: this.#folder.at(scanLayout.fileMetadataFolder(fileset)),
      metadata: this.#folder.at(scanLayout.filesetMetadata(fileset)),
    })
  }

  /** The files of a replaced fileset. @param folder one of `retired()` */
  retiredParts(folder: string): FilesetParts {
    return retiredFilesetParts(this.#folder, folder)
  }

  /** The replaced filesets: the folders in `.romi/retired`. */
  async retired(): Promise<string[]> {
    return retiredPaths(this.#folder)
  }

  /**
   * Removes all drafts, also resumable ones, and what was retired. Not while a run works here.
   *
   * @param what.retired all, or these folders of `retired()`
   */
  async clean(what: PutAside): Promise<void> {
    await removePutAside(this.#folder, what)
  }

  /**
   * Has the scan taken by this writer, if it is not yet, with all that a killed one left finished.
   *
   * @returns the filesets that were lost from the index and are listed again
   */
  async take(): Promise<readonly FilesetId[]> {
    await this.#folder.host.begin(this.#folder)
    return this.#folder.relisted
  }

  /** The filesets that are whole but lost from the index: the next writer lists them again. */
  async lost(): Promise<FilesetId[]> {
    return this.look({ stamps: false }).lost()
  }

  /**
   * The files in the folder of a fileset that no entry lists, sorted; those with a dot apart. If
   * the folder is no listed fileset: all.
   */
  async unlistedFiles(id: string): Promise<string[]> {
    return this.look({ stamps: false }).unlistedFiles(id)
  }

  /** What was measured by hand; `undefined` if nothing was. */
  async measures(): Promise<Measures | undefined> {
    return (await this.look({ stamps: false }).own()).measures
  }

  /** What is wrong with it: entries that name nothing, folders that nothing lists, … */
  async problems(): Promise<Problem[]> {
    return findProblems(this.#folder)
  }

  /** Its filesets and their files by id, in the order of the index. */
  async contents(): Promise<{ readonly id: FilesetId; readonly files: readonly FileId[] }[]> {
    return this.look({ stamps: false }).contents()
  }

  getMetadata(): Promise<JsonObject>
  getMetadata(key: string): Promise<Json | undefined>
  getMetadata<T>(key: string, fallback: T): Promise<Json | T>
  /**
   * All metadata, or the value of a key; if it has no such key `fallback`, else `undefined`. `object`, `hardware` and
   * `acquisition_date` of its fileset `images` are laid over the scan's own, as plantdb does.
   */
  async getMetadata(key?: string, fallback?: unknown): Promise<unknown> {
    return pick(mergedScanMetadata(this.#folder), key, fallback)
  }

  /** The metadata of the scan alone, without those of its photographs: what steps read. */
  async ownMetadata(): Promise<JsonObject> {
    return ownScanMetadata(this.#folder)
  }

  /** Lays keys over the scan's own metadata; others stay as they are. */
  setMetadata(data: JsonObject): Promise<void>
  setMetadata(key: string, value: Json): Promise<void>
  async setMetadata(data: JsonObject | string, value?: Json): Promise<void> {
    const update = metadataUpdate(data, value)
    await this.#folder.updateMetadata(scanLayout.metadata, update, () => undefined)
  }
}
