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
import { carriedOfFilesets, withoutCopies } from './copies.ts'
import type { Condition, FileFacts, FilesetFacts, MadeFileset, ScanFacts } from './facts.ts'
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
  #metadataById: ReadonlyMap<string, JsonObject> = new Map()
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
    return reader
  }

  get scan(): string {
    return this.#scan.id
  }

  /** Reads the index again; what is known of filesets that are still there is kept. */
  async refresh(): Promise<void> {
    const scan = this.#scan
    this.metadata = await scan.getMetadata()
    const measures = await scan.measures()
    this.measures = measures && {
      ...measures.all,
      angles: measures.angles,
      internodes: measures.internodes,
    }
    this.#metadataById = await scan.filesetsMetadata()
    const filesets = await scan.getFilesets()
    this.view = {
      scan: scan.id,
      filesets: await Promise.all(
        filesets.map(async (fileset) => ({ id: fileset.id, files: await fileset.fileIds() })),
      ),
    }
    this.made = [...this.#metadataById].flatMap(([id, metadata]) => {
      const record = recordIn(metadata)
      return record && typeof metadata.task_name === 'string'
        ? [{ id, task: metadata.task_name, record }]
        : []
    })
    const drafts = await scan.drafts()
    const counts = drafts.map(async ({ key, path }) => {
      return [key ?? '', (await (await Draft.openAt(path)).finished()).length] as const
    })
    this.#unfinished = new Map(await Promise.all(counts))
  }

  get archive(): readonly MadeFileset[] {
    return (this.#archive ??= keptRecords(this.#scan.path))
  }

  /** Forgets a fileset that was replaced or retired. */
  forget(id: string): void {
    for (const known of [this.#filesets, this.#filesMetadata, this.#conditions, this.#annotations])
      known.delete(id)
  }

  fileset(id: string): Promise<FilesetFacts> {
    return remembered(this.#filesets, id, () => this.#readFileset(this.#scan, id))
  }

  async #readFileset(scan: Scan, id: string): Promise<FilesetFacts> {
    const fileset = await scan.getFileset(id)
    const metadata = await fileset.getMetadata()
    const record = recordIn(metadata)
    const all = await fileset.filesMetadata()
    const files: FileFacts[] = []
    const gone: string[] = []
    for (const { id: file, filename, path } of await fileset.getFiles()) {
      const digest = this.#db.digests.cached(path) ?? (await this.#digestOrAbsent(path))
      const lineage = record?.outputs[file]?.lineage ?? []
      const of = all.get(file) ?? nothing
      const own = withoutCopies(of, record?.carried ?? [])
      if (digest) files.push({ id: file, filename, path, digest, metadata: of, own, lineage })
      else gone.push(file)
    }
    if (scan === this.#scan) this.#filesMetadata.set(id, ownByFile(all, record))
    return {
      id,
      metadata,
      own: ownMetadata(metadata, record),
      lineage: record?.lineage ?? [],
      maker: record && isAsMade(files, record) ? record.key : undefined,
      files,
      gone,
    }
  }

  /** A listed file that is gone has no content: its step sees as much when it compares. */
  async #digestOrAbsent(path: string): Promise<Digest | undefined> {
    try {
      return await this.#db.digests.digest(path)
    } catch (error) {
      if (isRomiError(error, 'store/file-gone')) return undefined
      throw error
    }
  }

  async prefetch(filesets: Iterable<string>): Promise<void> {
    for (const id of filesets) {
      if (this.#filesMetadata.has(id) || !this.#metadataById.has(id)) continue
      const fileset = await this.#scan.getFileset(id)
      const record = recordIn(await fileset.getMetadata())
      this.#filesMetadata.set(id, ownByFile(await fileset.filesMetadata(), record))
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
    return remembered(this.#filesets, `${scanId}/${id}`, async () => {
      // Its lineage leads to files of that scan, whose copies of metadata it carries.
      const fileset = await this.#readFileset(scan, id)
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

const nothing: JsonObject = {}

const ownMetadata = (metadata: JsonObject, record: StepRecord | undefined): JsonObject =>
  record && record.lineage.length > 0 ? withoutCopies(metadata, carriedOfFilesets) : metadata

function ownByFile(
  metadata: ReadonlyMap<string, JsonObject>,
  record: StepRecord | undefined,
): ReadonlyMap<string, JsonObject> {
  const { carried = [] } = record ?? {}
  if (carried.length === 0) return metadata
  return new Map([...metadata].map(([id, of]) => [id, withoutCopies(of, carried)]))
}

/** Whether a fileset has the very files that its step wrote. */
const isAsMade = (files: readonly FileFacts[], { outputs }: StepRecord): boolean =>
  files.length === Object.keys(outputs).length &&
  files.every(({ id, filename, digest }) => {
    const output = outputs[id]
    return output?.digest === digest && output.file === filename
  })

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
