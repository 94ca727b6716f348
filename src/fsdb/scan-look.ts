// A scan as one look found it: its index, and the metadata of its filesets as they lay then.
//
// A piece of work, such as deciding about all steps, asks for the same things again and again. It takes
// one look, and another one when it is to see what changed since. Nothing that changes between a look
// and the reading is missed: a stamp is of what lay there before it was read, and whoever compares it
// later looks anew.
import type { Stats } from 'node:fs'
import type { JsonObject } from '../base/types.ts'
import { filesetRow } from './changes.ts'
import { File } from './file.ts'
import { parseFilesetId, type FileId, type FilesetId } from './ids.ts'
import { scanLayout } from './layout.ts'
import { sameName } from './lookup.ts'
import { lostFilesets } from './lost.ts'
import { readMeasures, type Measures } from './measures.ts'
import type { StatOf, ScanFolder } from './scan-folder.ts'
import type { BadEntry, FilesetRow, ScanIndex } from './scan-index.ts'
import { ownPaths, stampedPaths } from './scan-stamps.ts'

/** What a look finds of a fileset. */
export interface FilesetLook {
  readonly id: FilesetId
  /** In the order of the index. */
  readonly files: readonly File[]
  /** How each file lay; `undefined` for one that is listed but gone. */
  readonly stats: ReadonlyMap<FileId, Stats | undefined>
  /** Its own; not to be changed. */
  readonly metadata: JsonObject
  /** By file id; an empty map for those without. */
  readonly filesMetadata: ReadonlyMap<FileId, JsonObject>
  /** Entries that cannot be used: each may stand for a file. */
  readonly problems: readonly BadEntry[]
  /** What `ScanStamps` told of it before any of it was read; empty if nobody asked for stamps. */
  readonly stamp: string
}

/** What a scan tells of itself. */
interface OwnLook {
  /** Not to be changed. */
  readonly metadata: JsonObject
  /** What was measured by hand; `undefined` if nothing was. */
  readonly measures: Measures | undefined
  /** What `ScanStamps` told of both before either was read. */
  readonly stamp: string
}

/** One look at a scan. */
export class ScanLook {
  readonly #folder: ScanFolder
  readonly #index: ScanIndex
  readonly #isStamped: boolean
  /** How metadata of filesets lay when they were first asked for. */
  readonly #metadata = new Map<FilesetId, Stats | undefined>()

  /** @param isStamped whether stamps will be asked for: each metadata file is looked at for them */
  constructor(folder: ScanFolder, isStamped: boolean) {
    this.#folder = folder
    this.#index = folder.index()
    this.#isStamped = isStamped
  }

  /** Its filesets and their files by id, in the order of the index. */
  contents(): { readonly id: FilesetId; readonly files: readonly FileId[] }[] {
    return this.#index.filesetIds.map((id) => ({
      id,
      files: [...(this.#index.fileset(id)?.files.keys() ?? [])],
    }))
  }

  /**
   * Its own metadata, and what was measured by hand.
   * @throws RomiError `store/metadata-damaged`, `store/measures-damaged`
   */
  async own(): Promise<OwnLook> {
    const folder = this.#folder
    const statOf = this.#remembered()
    const stamp = folder.stamp(ownPaths, statOf)
    const metadata = folder.knownMetadata(scanLayout.metadata, statOf(scanLayout.metadata))
    const unit = typeof metadata.unit === 'string' ? metadata.unit : undefined
    const isThere = (name: string) => statOf(name) !== undefined
    return {
      metadata,
      measures: await readMeasures(folder.disk, folder.path, unit, isThere),
      stamp,
    }
  }

  /** The filesets that are whole but lost from the index: the next writer lists them again. */
  async lost(): Promise<FilesetId[]> {
    return (await lostFilesets(this.#folder, this.#index)).map(({ id }) => id)
  }

  /** As `Scan.unlistedFiles`. */
  unlistedFiles(id: string): string[] {
    const { disk } = this.#folder
    const filesetId = parseFilesetId(sameName(id, this.#index.filesetIds) ?? id)
    const row = this.#index.fileset(filesetId)
    const listed = new Set([...(row?.files.values() ?? [])].map(({ filename }) => filename))
    const entries = disk.list(this.#folder.at(scanLayout.fileset(filesetId))) ?? []
    const files = entries.filter((entry) => entry.isFile() && !entry.name.startsWith('.'))
    return files.flatMap(({ name }) => (listed.has(name) ? [] : [name])).sort()
  }

  /**
   * The metadata of the files of a fileset, by file id; an empty map for those without.
   * @throws RomiError `store/fileset-missing`, with the ids that are listed
   */
  filesMetadata(name: string): ReadonlyMap<FileId, JsonObject> {
    const { id, files } = filesetRow(this.#folder, this.#index, name)
    return this.#folder.filesMetadata(id, files.keys())
  }

  /** Looks at each path once. */
  #remembered(found = new Map<string, Stats | undefined>()): StatOf {
    return (path) => {
      if (!found.has(path)) found.set(path, this.#folder.stat(path))
      return found.get(path)
    }
  }

  /** The metadata of a fileset, read again only if they changed; not to be changed. */
  filesetMetadata(id: FilesetId): JsonObject {
    return this.#folder.knownMetadata(scanLayout.filesetMetadata(id), this.#metadataStat(id))
  }

  #metadataStat(id: FilesetId): Stats | undefined {
    if (!this.#metadata.has(id))
      this.#metadata.set(id, this.#folder.stat(scanLayout.filesetMetadata(id)))
    return this.#metadata.get(id)
  }

  /**
   * All that a fileset lists and tells of itself.
   *
   * @throws RomiError `store/fileset-missing`, with the ids that are listed
   */
  fileset(name: string): FilesetLook {
    const folder = this.#folder
    const row = filesetRow(folder, this.#index, name)
    const { id } = row
    // The way to a file is looked at with the file.
    if (row.files.size === 0) folder.checkInside(scanLayout.fileset(id))
    const known = [[scanLayout.filesetMetadata(id), this.#metadataStat(id)]] as const
    const statOf = this.#remembered(new Map(known))
    const files = [...row.files.values()]
    const stats = new Map(
      files.map((file) => [file.id, statOf(scanLayout.file(id, file.filename))]),
    )
    const stamp = this.#isStamped ? folder.stamp(stampedPaths(row), statOf) : ''
    return {
      id,
      files: files.map((file) => File.of(folder, id, file)),
      stats,
      metadata: this.filesetMetadata(id),
      filesMetadata: this.#filesMetadata(row, statOf),
      problems: row.problems,
      stamp,
    }
  }

  #filesMetadata({ id, files }: FilesetRow, statOf: StatOf): ReadonlyMap<FileId, JsonObject> {
    const known = (file: FileId) => statOf(scanLayout.fileMetadata(id, file))
    return this.#folder.filesMetadata(id, files.keys(), this.#isStamped ? known : undefined)
  }
}
