// Reads what the plan asks of a scan from the store, each thing once.
import { basename, dirname } from 'node:path'
import type { Digest } from '../../base/digest.ts'
import { remember } from '../../base/memo.ts'
import type { JsonObject } from '../../base/types.ts'
import type { FSDB } from '../../fsdb/fsdb.ts'
import type { FilesetLook, ScanLook } from '../../fsdb/scan-look.ts'
import type { Scan } from '../../fsdb/scan.ts'
import type { Library } from '../../task/library.ts'
import { isAnnotating, type ScanView } from '../../task/task.ts'
import { keptRecords } from './archive.ts'
import { annotationsId, readAnnotations, type Annotations } from './annotations.ts'
import { conditionOf } from './condition.ts'
import type { Condition, FilesetFacts, MadeFileset, ScanFacts } from './facts.ts'
import { ownByFile, ownMetadata, readFileset } from './read-fileset.ts'
import { recordIn, type StepRecord } from './record.ts'
import { noMetadata } from '../../fsdb/metadata.ts'

/** A scan of the store, as the plan sees it. */
export class ScanReader implements ScanFacts {
  readonly #db: FSDB
  readonly #scan: Scan
  readonly #library: Library
  readonly #isWatching: boolean
  readonly #filesets = new Map<string, Promise<FilesetFacts>>()
  readonly #filesMetadata = new Map<string, ReadonlyMap<string, JsonObject>>()
  readonly #conditions = new Map<string, Promise<Condition>>()
  readonly #annotations = new Map<string, Promise<Annotations>>()
  /** How the filesets that were read stood then, by scan and id; and the scan itself. */
  readonly #stamps = new Map<Scan, Map<string, string>>()
  /** What was found when this was last refreshed. */
  #look: ScanLook
  #stamp: string | undefined
  #metadataById = new Map<string, JsonObject>()
  #archive: readonly MadeFileset[] | undefined
  #unfinished: ReadonlyMap<string, number> = new Map()
  view: ScanView
  metadata: JsonObject = {}
  measures: JsonObject | undefined
  made: readonly MadeFileset[] = []

  private constructor(db: FSDB, scan: Scan, library: Library, isWatching: boolean) {
    this.#isWatching = isWatching
    this.#db = db
    this.#scan = scan
    this.#library = library
    this.#look = scan.look({ stamps: isWatching })
    this.view = { scan: scan.id, filesets: [] }
  }

  static read(db: FSDB, scan: Scan, library: Library): Promise<ScanReader> {
    return ScanReader.#made(db, scan, library, false)
  }

  /** A reader that also remembers how all stood that it read, for `changed`. */
  static watch(db: FSDB, scan: Scan, library: Library): Promise<ScanReader> {
    return ScanReader.#made(db, scan, library, true)
  }

  static async #made(
    db: FSDB,
    scan: Scan,
    library: Library,
    isWatching: boolean,
  ): Promise<ScanReader> {
    const reader = new ScanReader(db, scan, library, isWatching)
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
    this.#look = scan.look({ stamps: this.#isWatching })
    await this.#readOwn()
    const filesets = this.#look.contents()
    const known = this.#metadataById
    this.#metadataById = new Map()
    for (const { id } of filesets)
      this.#metadataById.set(id, known.get(id) ?? this.#look.filesetMetadata(id))
    this.view = { scan: scan.id, filesets }
    this.made = [...this.#metadataById].flatMap(([id, metadata]) => {
      const record = recordIn(metadata)
      return record && typeof metadata.task_name === 'string'
        ? [{ id, task: metadata.task_name, record }]
        : []
    })
  }

  /** Reads the metadata and the measures of the scan itself, anew only once `changed` told of it. */
  async #readOwn(): Promise<void> {
    if (this.#stamp !== undefined) return
    const { metadata, measures, stamp } = await this.#look.own()
    this.metadata = metadata
    this.measures = measures && {
      ...measures.all,
      angles: measures.angles,
      internodes: measures.internodes,
    }
    this.#stamp = stamp
  }

  async #readUnfinished(): Promise<void> {
    const counts = (await this.#scan.drafts()).map(async ({ key, path }) => {
      const { Draft } = await import('../../fsdb/draft.ts')
      return [key ?? '', (await (await Draft.openAt(path)).finished()).length] as const
    })
    this.#unfinished = new Map(await Promise.all(counts))
  }

  /**
   * Looks whether what a watching reader read is still so, and forgets what is not: files, their
   * metadata, that of their filesets and of the scan.
   *
   * @param made filesets made by steps to look at, or all; those that no step made always are
   * @returns what others changed meanwhile: ids of filesets, and the scan's id for its own metadata
   */
  async changed(made: ReadonlySet<string> | 'all'): Promise<readonly string[]> {
    const changed: string[] = []
    if (this.#scan.stamps.ofMetadata() !== this.#stamp) {
      changed.push(this.scan)
      this.#stamp = undefined
    }
    const isAsked = (place: string) =>
      made === 'all' || made.has(place) || !recordIn(this.#metadataById.get(place) ?? noMetadata)
    for (const [scan, stamps] of this.#stamps) {
      const asked = [...stamps.keys()].filter((id) => isAsked(this.#placeOf(scan, id)))
      for (const [id, stamp] of scan.stamps.ofFilesets(asked)) {
        if (stamps.get(id) === stamp) continue
        const place = this.#placeOf(scan, id)
        changed.push(place)
        this.forget(place)
        stamps.delete(id)
      }
    }
    return changed
  }

  /**
   * Brings all that is known to how it stands now: others may have written since it was read.
   * @returns what they changed of what a watching reader read
   */
  async renew(): Promise<readonly string[]> {
    const changed = await this.changed('all')
    const stamped = this.#stamps.get(this.#scan)
    // Those that were not read whole have no stamp.
    for (const id of this.#metadataById.keys()) if (!stamped?.has(id)) this.#metadataById.delete(id)
    this.#archive = undefined
    await this.refresh()
    await this.#readUnfinished()
    return changed
  }

  /**
   * Forgets what is known of some files, by path, though they may stand as they did.
   * @returns their filesets
   */
  reread(paths: readonly string[]): readonly string[] {
    const folders = [...new Set(paths.map((path) => dirname(path)))]
    for (const path of paths) this.#db.digests.forget(path)
    const places = folders.map((folder) => {
      const scan = basename(dirname(folder))
      return scan === this.scan ? basename(folder) : `${scan}/${basename(folder)}`
    })
    for (const place of places) this.forget(place)
    return places
  }

  /** How a fileset is known here: `id`, or `scan/id` of another scan. */
  #placeOf(scan: Scan, id: string): string {
    return scan === this.#scan ? id : `${scan.id}/${id}`
  }

  get archive(): readonly MadeFileset[] {
    return (this.#archive ??= keptRecords(this.#scan))
  }

  /** Forgets a fileset that was replaced, retired or changed. */
  forget(id: string): void {
    for (const known of [
      this.#filesets,
      this.#filesMetadata,
      this.#conditions,
      this.#annotations,
      this.#metadataById,
    ])
      known.delete(id)
    this.#stamps.get(this.#scan)?.delete(id)
  }

  fileset(id: string): Promise<FilesetFacts> {
    return remember(this.#filesets, id, () => this.#read(this.#scan, id))
  }

  async #read(scan: Scan, id: string): Promise<FilesetFacts> {
    const { facts, own } = await readFileset(this.#lookAt(scan, id), this.#db.digests)
    this.#filesMetadata.set(this.#placeOf(scan, id), own)
    if (scan === this.#scan) this.#metadataById.set(id, facts.metadata)
    return facts
  }

  /** Looks at a fileset, and remembers how it stood before any of it was read. */
  #lookAt(scan: Scan, id: string): FilesetLook {
    const look = scan === this.#scan ? this.#look : scan.look({ stamps: this.#isWatching })
    const fileset = look.fileset(id)
    this.#keepStamp(scan, id, () => fileset.stamp)
    return fileset
  }

  /** What was read first counts. */
  #keepStamp(scan: Scan, id: string, stamp: () => string): void {
    if (!this.#isWatching) return
    const stamps = this.#stamps.get(scan) ?? new Map<string, string>()
    this.#stamps.set(scan, stamps)
    if (!stamps.has(id)) stamps.set(id, stamp())
  }

  async prefetch(filesets: Iterable<string>): Promise<void> {
    for (const id of filesets) {
      if (this.#filesMetadata.has(id) || !this.#metadataById.has(id)) continue
      const { metadata, filesMetadata } = this.#lookAt(this.#scan, id)
      this.#metadataById.set(id, metadata)
      this.#filesMetadata.set(id, ownByFile(filesMetadata, recordIn(metadata)))
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
    const task = this.#library.get(made.task)
    return remember(this.#conditions, made.id, async () =>
      conditionOf(
        made.record,
        await this.fileset(made.id),
        task?.output,
        task && isAnnotating(task) ? () => this.annotations(made.id) : undefined,
      ),
    )
  }

  annotations(id: string): Promise<Annotations> {
    return remember(this.#annotations, id, async () => {
      const { stamps } = this.#scan
      this.#keepStamp(this.#scan, id, () => stamps.ofFilesets([id]).get(id) ?? '')
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
    return remember(this.#filesets, this.#placeOf(scan, id), async () => {
      // Its lineage leads to files of that scan, whose copies of metadata it carries.
      const fileset = await this.#read(scan, id)
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
