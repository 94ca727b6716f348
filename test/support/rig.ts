// A rig for tests of the engine: a database in a folder of its own, texts for photographs, runs of it.
import { rmSync, writeFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import type { JsonObject } from '../../src/base/types.ts'
import { FSDB } from '../../src/fsdb/fsdb.ts'
import { parsePipeline } from '../../src/pipeline/parse.ts'
import type { Pipeline } from '../../src/pipeline/pipeline.ts'
import { decide } from '../../src/plan/decide.ts'
import type { Decision } from '../../src/plan/decision.ts'
import { ScanReader } from '../../src/plan/facts/scan-reader.ts'
import type { RunEvent } from '../../src/run/event.ts'
import { inlineExecutor } from '../../src/run/executors/inline.ts'
import type { Executor } from '../../src/run/executor.ts'
import { missingPrograms, run, type RunRequest, type RunResult } from '../../src/run/run.ts'
import { ResourcePool } from '../../src/run/resource-pool.ts'
import { libraryOf } from '../../src/task/library.ts'
import type { LibraryOrigin } from '../../src/task/modules.ts'
import type { Task } from '../../src/task/task.ts'
import { scratchFolder } from './scratch.ts'
import { tasks as builtin } from './tasks.ts'

/** Photographs by id: their text, and their metadata. */
export type Photographs = Readonly<
  Record<string, string | { readonly text: string; readonly metadata: JsonObject }>
>

/** Three steps, each of which reads the one before. */
export const pipeline = '[Upper]\n[Join]\n[Count]\n'

export const origin: LibraryOrigin = {
  builtin: new URL('./tasks.ts', import.meta.url).href,
  face: new URL('../../src/index.ts', import.meta.url).href,
  modules: [],
}

/** A run, with all that it told. */
export interface Ran extends RunResult {
  readonly events: readonly RunEvent[]
  /** The steps that ran, in the order they finished. */
  readonly ran: readonly string[]
  /** The steps that were complete. */
  readonly reused: readonly string[]
  /** How many files a file-by-file step made. */
  made(step: string): number | undefined
}

type RunOptions = Partial<
  Pick<
    RunRequest,
    'forced' | 'dropEdits' | 'failFast' | 'cancel' | 'stop' | 'executor' | 'pool' | 'scans'
  >
> & {
  readonly tell?: (event: RunEvent) => void
  readonly targets?: readonly string[]
}

/** A database with one scan, `plant`, unless told otherwise. */
export class Rig {
  readonly path: string
  tasks: readonly Task[] = builtin
  /** Where threads and nodes find them. */
  origin: LibraryOrigin = origin

  constructor(path: string) {
    this.path = path
  }

  static async make(photographs: Photographs = { a: 'one', b: 'two', c: 'three' }): Promise<Rig> {
    const folder = scratchFolder('rig')
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
    const rig = new Rig(join(folder, 'db'))
    await FSDB.create(rig.path)
    await rig.addScan('plant', photographs)
    return rig
  }

  /** Does something with the database, connected. */
  async write<T>(work: (db: FSDB) => Promise<T>): Promise<T> {
    await using db = new FSDB(this.path)
    await db.connect()
    return await work(db)
  }

  async addScan(id: string, photographs: Photographs): Promise<void> {
    await this.write(async (db) => {
      const scan = await db.createScan(id)
      await scan.createFileset('images')
    })
    await this.photograph(photographs, id)
  }

  /** Adds photographs, or takes them again. */
  async photograph(photographs: Photographs, scanId = 'plant'): Promise<void> {
    await this.write(async (db) => {
      const images = await (await db.getScan(scanId)).getFileset('images')
      for (const [id, photograph] of Object.entries(photographs)) {
        const { text, metadata } =
          typeof photograph === 'string' ? { text: photograph, metadata: {} } : photograph
        const file = (await images.hasFile(id))
          ? await images.getFile(id)
          : await images.createFile(id)
        await file.write(new TextEncoder().encode(text), 'txt')
        await file.setMetadata(metadata)
      }
    })
  }

  pipeline(toml: string, targets?: readonly string[]): Pipeline {
    const overrides = targets ? { targets } : {}
    const parsed = parsePipeline(toml, 'pipeline.toml', libraryOf(this.tasks), overrides)
    if (parsed.is === 'ok') return parsed.pipeline
    throw new Error(parsed.diagnostics.map(({ message }) => message).join('\n'))
  }

  async run(toml: string, options: RunOptions = {}): Promise<Ran> {
    const events: RunEvent[] = []
    const library = libraryOf(this.tasks)
    const executor: Executor = options.executor ?? inlineExecutor(library)
    const result = await this.write((db) =>
      run({
        scans: ['plant'],
        pool: new ResourcePool(2),
        ...options,
        pipeline: this.pipeline(toml, options.targets),
        library,
        origin: this.origin,
        db,
        executor,
        tell(event) {
          events.push(event)
          options.tell?.(event)
        },
      }),
    )
    const names = (is: 'finished' | 'reused') =>
      events.flatMap((event) => (event.is === is ? [event.step] : []))
    const made = (step: string) =>
      events
        .flatMap((event) =>
          event.is === 'started' && event.step === step ? [event.files?.make] : [],
        )
        .at(-1)
    return { ...result, events, ran: names('finished'), reused: names('reused'), made }
  }

  /** What would be done, without doing it. */
  async plan(
    toml: string,
    forced: readonly string[] = [],
    targets?: readonly string[],
  ): Promise<Record<string, Decision>> {
    const db = await FSDB.open(this.path)
    const facts = await ScanReader.read(db, await db.getScan('plant'), libraryOf(this.tasks))
    const pipeline = this.pipeline(toml, targets)
    const progress = {
      forced: new Set(forced),
      failed: new Set<string>(),
      missingPrograms: missingPrograms(pipeline),
    }
    const plan = await decide(pipeline, facts, progress)
    return Object.fromEntries([...plan].map(([name, { decision }]) => [name, decision]))
  }

  /** The ids of the filesets of a task, in the order of the index. */
  async filesets(task: string, scanId = 'plant'): Promise<string[]> {
    const db = await FSDB.open(this.path)
    const ids = await (await db.getScan(scanId)).filesetIds()
    return ids.filter((id) => id.split('_')[0] === task)
  }

  /** The text that a task made last. */
  async textOf(task: string, file = 'text', scanId = 'plant'): Promise<string> {
    const id = (await this.filesets(task, scanId)).at(-1)
    if (id === undefined) throw new Error(`no fileset of ${task}`)
    return readFile(join(this.path, scanId, id, `${file}.txt`), 'utf8')
  }

  /** Overwrites a made file behind the engine's back. */
  edit(fileset: string, file: string, content: string): void {
    writeFileSync(join(this.path, 'plant', fileset, file), content)
  }
}
