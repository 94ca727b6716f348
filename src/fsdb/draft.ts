// A draft: a private folder that becomes a fileset when it is published, and is nothing before.
import { basename, dirname, join, resolve } from 'node:path'
import { sha256, sha256File, type Digest } from '../base/digest.ts'
import { RomiError } from '../base/errors.ts'
import { forEachLimited } from '../base/parallel.ts'
import { realDisk, replaceFile, withClearErrors, type Disk } from '../base/system.ts'
import type { JsonObject } from '../base/types.ts'
import { publication } from './changes.ts'
import {
  journalLine,
  readAbout,
  readJournal,
  type DraftAbout,
  type FinishedFile,
} from './draft-journal.ts'
import { DraftFiles, type JournalledFile, type WriteOptions } from './draft-files.ts'
import { Fileset } from './fileset.ts'
import { gated } from './gate.ts'
import { isSafeName, parseFilesetId, type FileId } from './ids.ts'
import { databaseOfDraft, draftLayout, scanLayout } from './layout.ts'
import { metadataBytes } from './metadata.ts'
import { draftName, isTemporaryName } from './own-names.ts'
import { filesAtATime, type ScanFolder } from './scan-folder.ts'
import { namedBy } from './sweep.ts'

export { parseFinished, type FinishedFile } from './draft-journal.ts'

/**
 * A fileset in the making.
 *
 * Several threads or processes may fill one draft at a time, each with its own `Draft.openAt(path)`
 * and without the database's lock; only a connected writer publishes it.
 */
export class Draft {
  /** Absolute. */
  readonly path: string
  readonly #disk: Disk
  /** Where it belongs: without it, it can be filled but not published. */
  readonly #home: ScanFolder | undefined
  readonly #files: DraftFiles

  private constructor(
    disk: Disk,
    path: string,
    home: ScanFolder | undefined,
    isSwept: boolean,
    part?: string,
  ) {
    this.#disk = disk
    this.path = path
    this.#home = home
    const journal = part === undefined ? draftLayout.journal : draftLayout.part(part)
    this.#files = new DraftFiles(disk, path, journal, isSwept)
  }

  /** The name of its folder. */
  get id(): string {
    return basename(this.path)
  }

  /**
   * Opens a draft by its path, to fill it from a thread or process that holds no lock.
   *
   * @param part the journal of this job alone, where several machines fill a draft: lines that two of
   *   them append to one file over a network may be lost. What it tells counts when it is `accept`ed,
   *   or when the draft is opened again.
   */
  static async openAt(path: string, disk: Disk = realDisk, part?: string): Promise<Draft> {
    const ofStore = gated(withClearErrors(disk), databaseOfDraft(path))
    // One that others may go on with says what it is for.
    const isSwept = !ofStore.stat(join(resolve(path), draftLayout.about))
    const draft = new Draft(ofStore, resolve(path), undefined, isSwept, part)
    if (!draft.#disk.stat(draft.#at(draftLayout.files))) throw draft.#files.gone()
    if (part !== undefined) draft.#disk.makeFolder(draft.#at(draftLayout.parts))
    return draft
  }

  /**
   * For scans: see `Scan.draft`.
   * @param jobs that fill it already
   * @param asItIs nothing is taken over but what was accepted
   */
  static async make(
    folder: ScanFolder,
    about: DraftAbout,
    jobs: ReadonlySet<string> = new Set(),
    asItIs = false,
  ): Promise<Draft> {
    await folder.host.begin(folder)
    const path = folder.at(join(scanLayout.drafts, draftName(about)))
    const draft = new Draft(folder.disk, path, folder, about.key === undefined)
    // One of its own name is made here, and swept if its writer is killed: nobody asks what it is for.
    if (about.key === undefined) folder.disk.makeFolder(join(path, draftLayout.files))
    else if (!readAbout(folder.disk, path)) await draft.#begin(about)
    else if (jobs.size === 0 && !asItIs) await draft.#keepWhatAgrees()
    else if (!asItIs) await draft.#acceptWhatAgrees(jobs)
    return draft
  }

  /** Makes a draft that others will find by its key; what it is for comes last. */
  async #begin(about: DraftAbout): Promise<void> {
    // Half made by a writer that was killed, if there is anything.
    await this.#disk.remove(this.path)
    for (const part of [draftLayout.files, draftLayout.fileMetadataFolder, draftLayout.work])
      this.#disk.makeFolder(this.#at(part))
    await this.#disk.create(this.#at(draftLayout.about), metadataBytes({ ...about }))
  }

  #at(path: string): string {
    return join(this.path, path)
  }

  /**
   * Writes a file, new or instead of one of the same id.
   *
   * @param extension without the dot
   */
  writeFile(
    id: string,
    bytes: Uint8Array,
    extension: string,
    metadata: JsonObject = {},
    options: WriteOptions = {},
  ): Promise<FinishedFile> {
    return this.#files.write(id, bytes, extension, metadata, options)
  }

  /**
   * Copies a file that was made before, sharing its blocks where the filesystem can.
   *
   * @returns `undefined` if it is gone or has other bytes by now
   */
  adoptFile(
    id: string,
    sourcePath: string,
    metadata: JsonObject,
    known: JournalledFile,
  ): Promise<FinishedFile | undefined> {
    return this.#files.adopt(id, sourcePath, metadata, known)
  }

  /** Forgets a file: it is not part of what is published. */
  async dropFile(id: string): Promise<void> {
    this.#files.drop(id)
  }

  /** Lays keys over the metadata of the fileset to be. */
  setMetadata(metadata: JsonObject): Promise<void> {
    return this.#files.setMetadata(metadata)
  }

  /** What the journal of a job tells: the files that it finished, whether they are seen here or not. */
  partOf(name: string): FinishedFile[] {
    return readJournal(this.#disk, this.#at(draftLayout.part(name)))
  }

  /** Whether a finished file is there, with its metadata, and its bytes are those that were written. */
  async holds(file: FinishedFile): Promise<boolean> {
    const path = this.#at(join(draftLayout.files, file.filename))
    if (!this.#isWhole(path, file.size)) return false
    if (this.#metadataDigest(file.id) !== file.metadata) return false
    return (await sha256File(path)) === file.digest
  }

  /** Takes files that a job finished for files of this draft: they were found as it told them. */
  accept(files: readonly FinishedFile[]): void {
    const lines = files.map((file) => journalLine(file)).join('')
    if (lines !== '') this.#disk.append(this.#at(draftLayout.journal), lines)
  }

  /** Has on the disk what one job finished. */
  async syncPart(name: string): Promise<void> {
    const parts = this.partOf(name).flatMap(({ id, filename, metadata }) => [
      join(draftLayout.files, filename),
      ...(metadata === undefined ? [] : [draftLayout.fileMetadata(id)]),
    ])
    await forEachLimited(parts, filesAtATime, (part) => this.#disk.sync(this.#at(part)))
  }

  #journal(): FinishedFile[] {
    return readJournal(this.#disk, this.#at(draftLayout.journal))
  }

  /** The files it holds by now, whoever wrote them, sorted by id. */
  async finished(): Promise<FinishedFile[]> {
    return this.#journal().sort((a, b) => (a.id < b.id ? -1 : 1))
  }

  /** Forgets the files of a re-opened draft that are not, with their metadata, as its journal says. */
  async #keepWhatAgrees(): Promise<void> {
    const kept = new Map<FileId, FinishedFile>()
    // What a job told is newer than what was accepted.
    for (const told of [this.#journal(), this.#parts(new Set())])
      await forEachLimited(told, filesAtATime, async (file) => {
        if (await this.holds(file)) kept.set(file.id, file)
      })
    for (const left of namedBy(this.#disk, this.path, isTemporaryName))
      await this.#disk.remove(left)
    await this.#disk.remove(this.#at(draftLayout.work))
    const text = [...kept.values()].map((file) => `${JSON.stringify(file)}\n`).join('')
    const path = this.#at(draftLayout.journal)
    await replaceFile(this.#disk, path, Buffer.from(text), this.#at(draftLayout.work))
    await this.#disk.remove(this.#at(draftLayout.parts))
    this.#files.know([...kept.values()])
    await this.#removeUnfinished([...kept.values()])
  }

  /**
   * What jobs told that nobody accepted: those of a run that was killed, or of a node that was lost.
   * @param except jobs that still work
   */
  #parts(except: ReadonlySet<string>): FinishedFile[] {
    const spared = new Set([...except].map((name) => basename(draftLayout.part(name))))
    const names = (this.#disk.list(this.#at(draftLayout.parts)) ?? []).map(({ name }) => name)
    return names
      .filter((name) => isSafeName(name) && !spared.has(name))
      .sort()
      .flatMap((name) => readJournal(this.#disk, this.#at(join(draftLayout.parts, name))))
  }

  /** Takes what others left finished in a draft that jobs fill at this moment; touches nothing else. */
  async #acceptWhatAgrees(jobs: ReadonlySet<string>): Promise<void> {
    const known = new Map(this.#journal().map((file) => [file.id, file.digest]))
    const left = this.#parts(jobs).filter(({ id, digest }) => known.get(id) !== digest)
    const held: FinishedFile[] = []
    await forEachLimited(left, filesAtATime, async (file) => {
      if (await this.holds(file)) held.push(file)
    })
    this.accept(held)
  }

  #isWhole(path: string, size: number): boolean {
    const stat = this.#disk.stat(path)
    return stat !== undefined && stat.isFile() && stat.size === size
  }

  #metadataDigest(id: FileId): Digest | undefined {
    const path = this.#at(draftLayout.fileMetadata(id))
    return this.#disk.stat(path) ? sha256(this.#disk.readText(path)) : undefined
  }

  /**
   * Removes what the journal does not name: the work of a writer that was killed.
   * @returns the paths of what stays
   */
  async #removeUnfinished(finished: readonly FinishedFile[]): Promise<string[]> {
    const keep = {
      [draftLayout.files]: new Set(finished.map((file) => file.filename)),
      [draftLayout.fileMetadataFolder]: new Set(finished.map((file) => `${file.id}.json`)),
    }
    const kept: string[] = []
    for (const [folder, names] of Object.entries(keep)) {
      for (const { name } of this.#disk.list(this.#at(folder)) ?? []) {
        const path = this.#at(join(folder, name))
        if (names.has(name)) kept.push(path)
        else await this.#disk.remove(path)
      }
    }
    return kept
  }

  /**
   * Makes it a fileset, wholly or not at all. Drafts published together share one rewrite of the
   * index.
   *
   * @param options.replace retires a fileset of this id first, in the same step
   * @throws RomiError `store/fileset-exists`; the draft is then as it was
   */
  async publish(id: string, options: { readonly replace?: boolean } = {}): Promise<Fileset> {
    const filesetId = parseFilesetId(id)
    const folder = this.#home
    if (!folder)
      throw new RomiError(
        'store/not-connected',
        `the draft ${this.path} was opened without its database: publish it from the scan`,
      )
    await folder.host.begin(folder)
    if (!this.#disk.stat(this.path)) throw this.#files.gone()
    const files = await this.finished()
    await this.#settle(files)
    const rows = files.map(({ id: file, filename }) => ({ id: file, file: filename }))
    const own = join(scanLayout.drafts, this.id)
    const stamps = files.map(({ filename }) =>
      this.#disk.stat(this.#at(join(draftLayout.files, filename))),
    )
    await folder.change((index, claimed) =>
      publication(folder, index, filesetId, own, rows, claimed, options.replace ?? false),
    )
    for (const [i, { filename, digest }] of files.entries()) {
      const then = stamps[i]
      const path = folder.at(scanLayout.file(filesetId, filename))
      if (then) folder.host.digests.record(path, digest, then)
    }
    return new Fileset(folder, filesetId)
  }

  /** Has all of it on the disk, and nothing else in it. */
  async #settle(files: readonly FinishedFile[]): Promise<void> {
    for (const { filename, size } of files) {
      const path = this.#at(join(draftLayout.files, filename))
      if (this.#isWhole(path, size)) continue
      throw new RomiError(
        'store/draft-damaged',
        `${path} is not as it was written: make it again`,
        {
          facts: { path },
        },
      )
    }
    const paths = await this.#removeUnfinished(files)
    const { files: folder, fileMetadataFolder, metadata } = draftLayout
    for (const part of [metadata, fileMetadataFolder])
      if (this.#disk.stat(this.#at(part))) paths.push(this.#at(part))
    const sync = (path: string): Promise<void> => this.#disk.sync(path)
    await forEachLimited([...paths, this.#at(folder), this.path], filesAtATime, sync)
    await sync(dirname(this.path))
  }

  /** Removes it and all that it holds. */
  async discard(): Promise<void> {
    await this.#disk.remove(this.path)
  }
}
