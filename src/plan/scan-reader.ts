// Reads what the plan asks of a scan from the store, each thing once.
import { statSync } from 'node:fs'
import { sha256, type Digest } from '../base/digest.ts'
import { isRomiError } from '../base/errors.ts'
import type { JsonObject } from '../base/types.ts'
import { Draft } from '../fsdb/draft.ts'
import type { FSDB } from '../fsdb/fsdb.ts'
import type { Scan } from '../fsdb/scan.ts'
import type { Library } from '../task/library.ts'
import type { ScanView } from '../task/task.ts'
import { keptRecords } from './archive.ts'
import { annotationsId, readAnnotations, type Annotations } from './annotations.ts'
import type { Condition, FileFacts, FilesetFacts, MadeFileset, ScanFacts } from './facts.ts'
import { ownMetadata, ownOfFiles, readFileset } from './read-fileset.ts'
import { unreadable } from './readable.ts'
import { recordIn, type StepRecord } from './record.ts'

/** A scan of the store, as the plan sees it. */
export class ScanReader implements ScanFacts {
  readonly #db: FSDB
  readonly #scan: Scan
  readonly #library: Library
  readonly #filesets = new Map<string, Promise<FilesetFacts>>()
  readonly #filesMetadata = new Map<string, ReadonlyMap<string, JsonObject>>()
  readonly #conditions = new Map<string, Promise<Condition>>()
  readonly #annotations = new Map<string, Promise<Annotations>>()
  /** How what was read stood then, by how a fileset is known here; and the scan itself. */
  readonly #stamps = new Map<string, string>()
  #stamp = ''
  #metadataById = new Map<string, JsonObject>()
  #archive: readonly MadeFileset[] | undefined
  #unfinished: ReadonlyMap<string, number> = new Map()
  view: ScanView
  metadata: JsonObject = {}
  measures: JsonObject | undefined
  made: readonly MadeFileset[] = []

  private constructor(db: FSDB, scan: Scan, library: Library) {
    this.#db = db
    this.#scan = scan
    this.#library = library
    this.view = { scan: scan.id, filesets: [] }
  }

  static async read(db: FSDB, scan: Scan, library: Library): Promise<ScanReader> {
    const reader = new ScanReader(db, scan, library)
    await reader.refresh()
    await reader.#readUnfinished()
    return reader
  }

  get scan(): string {
    return this.#scan.id
  }

  /** Reads the index again, and what is not known of the filesets that it lists. */
  async refresh(): Promise<void> {
    const scan = this.#scan
    await this.#readOwn()
    const ids = await scan.filesetIds()
    const known = this.#metadataById
    this.#metadataById = new Map()
    const filesets: ScanView['filesets'][number][] = []
    for (const id of ids) {
      const fileset = await scan.getFileset(id)
      this.#metadataById.set(id, known.get(id) ?? (await fileset.getMetadata()))
      filesets.push({ id, files: await fileset.fileIds() })
    }
    this.view = { scan: scan.id, filesets }
    this.made = [...this.#metadataById].flatMap(([id, metadata]) => {
      const record = recordIn(metadata)
      return record && typeof metadata.task_name === 'string'
        ? [{ id, task: metadata.task_name, record }]
        : []
    })
  }

  /** Reads the metadata and the measures of the scan itself, if they are others than before. */
  async #readOwn(): Promise<void> {
    const stamp = this.#scan.stamp()
    if (stamp === this.#stamp) return
    this.metadata = await this.#scan.getMetadata()
    const measures = await this.#scan.measures()
    this.measures = measures && {
      ...measures.all,
      angles: measures.angles,
      internodes: measures.internodes,
    }
    this.#stamp = stamp
  }

  async #readUnfinished(): Promise<void> {
    const counts = (await this.#scan.drafts()).map(async ({ key, path }) => {
      return [key ?? '', (await (await Draft.openAt(path)).finished()).length] as const
    })
    this.#unfinished = new Map(await Promise.all(counts))
  }

  /**
   * Looks whether what was read is still so, and forgets what is not: files, their metadata, that of
   * their filesets and of the scan.
   *
   * @returns what others changed meanwhile: ids of filesets, and the scan's id for its own metadata
   */
  async changed(): Promise<readonly string[]> {
    const changed = this.#scan.stamp() === this.#stamp ? [] : [this.scan]
    for (const [place, stamp] of this.#stamps) {
      const [scan, id] = await this.#at(place)
      if ((await stampOf(scan, id)) === stamp) continue
      changed.push(place)
      this.forget(place)
    }
    return changed
  }

  get archive(): readonly MadeFileset[] {
    return (this.#archive ??= keptRecords(this.#scan.path))
  }

  /** Forgets a fileset that was replaced, retired or changed. */
  forget(id: string): void {
    for (const known of [
      this.#filesets,
      this.#filesMetadata,
      this.#conditions,
      this.#annotations,
      this.#stamps,
      this.#metadataById,
    ])
      known.delete(id)
  }

  fileset(id: string): Promise<FilesetFacts> {
    return remembered(this.#filesets, id, () => this.#read(this.#scan, id, id))
  }

  /** Reads a fileset. @param place how it is known here */
  async #read(scan: Scan, id: string, place: string): Promise<FilesetFacts> {
    await this.#stampNow(place)
    const { facts, own } = await readFileset(await scan.getFileset(id), this.#db.digests)
    this.#filesMetadata.set(place, own)
    return facts
  }

  /** Remembers how a fileset stands, before any of it is read. */
  async #stampNow(place: string): Promise<void> {
    if (this.#stamps.has(place)) return
    const [scan, id] = await this.#at(place)
    this.#stamps.set(place, await stampOf(scan, id))
  }

  /** The scan and the id of a fileset by how it is known here: `id`, or `scan/id` of another scan. */
  async #at(place: string): Promise<readonly [Scan | undefined, string]> {
    const cut = place.lastIndexOf('/')
    if (cut < 0) return [this.#scan, place]
    const scan = place.slice(0, cut)
    const isThere = await this.#db.hasScan(scan)
    return [isThere ? await this.#db.getScan(scan) : undefined, place.slice(cut + 1)]
  }

  async prefetch(filesets: Iterable<string>): Promise<void> {
    for (const id of filesets) {
      if (this.#filesMetadata.has(id) || !this.#metadataById.has(id)) continue
      await this.#stampNow(id)
      this.#filesMetadata.set(id, await ownOfFiles(await this.#scan.getFileset(id)))
    }
  }

  filesMetadata(id: string): ReadonlyMap<string, JsonObject> {
    return this.#filesMetadata.get(id) ?? new Map()
  }

  filesetMetadata(id: string): JsonObject | undefined {
    const metadata = this.#metadataById.get(id)
    return metadata && ownMetadata(metadata, recordIn(metadata))
  }

  condition(made: MadeFileset): Promise<Condition> {
    return remembered(this.#conditions, made.id, async () => {
      const fileset = await this.fileset(made.id)
      const here = new Map(fileset.files.map((file) => [file.id, file]))
      const missing: string[] = []
      const changed: string[] = []
      for (const [id, output] of Object.entries(made.record.outputs)) {
        const file = here.get(id)
        if (!file || file.filename !== output.file || isEmpty(file, output.size)) missing.push(id)
        else if (file.digest !== output.digest) changed.push(id)
      }
      if (changed.length === 0) return { missing, edited: [] }
      const artifact = this.#library.get(made.task)?.output
      const damaged = artifact ? await unreadable(artifact, fileset, changed) : []
      if (changed.includes(annotationsId) && !(await this.#canReadAnnotations(made.id)))
        damaged.push(annotationsId)
      return {
        missing: [...missing, ...damaged],
        edited: changed.filter((id) => !damaged.includes(id)),
      }
    })
  }

  async #canReadAnnotations(id: string): Promise<boolean> {
    try {
      await this.annotations(id)
      return true
    } catch (error) {
      if (isRomiError(error, 'store/annotations-damaged')) return false
      throw error
    }
  }

  annotations(id: string): Promise<Annotations> {
    return remembered(this.#annotations, id, async () => {
      await this.#stampNow(id)
      const fileset = await this.#scan.getFileset(id)
      if (!(await fileset.hasFile(annotationsId))) return new Map()
      return readAnnotations(await fileset.getFile(annotationsId))
    })
  }

  unfinished(resumeKey: Digest): number {
    return this.#unfinished.get(resumeKey) ?? 0
  }

  async elsewhere(scanId: string, task: string): Promise<FilesetFacts | string> {
    if (!(await this.#db.hasScan(scanId))) return `there is no scan "${scanId}" in ${this.#db.path}`
    const scan = await this.#db.getScan(scanId)
    const ids = await scan.filesetIds()
    const metadata = await scan.filesetsMetadata()
    // ROMI's intrinsic calibration names its fileset `camera_model`: only its metadata tell the task
    const id = ids.findLast(
      (candidate) =>
        candidate.split('_')[0] === task || metadata.get(candidate)?.task_name === task,
    )
    if (!id) return `the scan "${scanId}" has no fileset of ${task}: run it there first`
    const place = `${scanId}/${id}`
    return remembered(this.#filesets, place, async () => {
      // Its lineage leads to files of that scan, whose copies of metadata it carries.
      const fileset = await this.#read(scan, id, place)
      return {
        ...fileset,
        lineage: [],
        files: fileset.files.map((file) => ({ ...file, lineage: [] })),
      }
    })
  }

  /** The artifact of a task that is no step of the pipeline, such as one that ran on another scan. */
  artifactOf(task: string): string {
    return this.#library.get(task)?.output.name ?? ''
  }

  /** All records of a task, for what is to be expected of the next run. */
  recordsOf(task: string): StepRecord[] {
    return this.made.flatMap((made) => (made.task === task ? [made.record] : []))
  }
}

/** How a fileset stands: another text after any change. */
async function stampOf(scan: Scan | undefined, id: string): Promise<string> {
  if (!scan || !(await scan.hasFileset(id))) return ''
  return (await scan.getFileset(id)).stamp()
}

function remembered<T>(
  known: Map<string, Promise<T>>,
  key: string,
  make: () => Promise<T>,
): Promise<T> {
  const value = known.get(key) ?? make()
  known.set(key, value)
  return value
}

const isEmpty = (file: FileFacts, expected: number): boolean =>
  expected > 0 && file.digest === emptyDigest && statSync(file.path).size === 0

const emptyDigest = sha256(new Uint8Array())
