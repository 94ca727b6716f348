// Databases of small photographs, and runs of trivial tasks on them.
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Fileset } from '../../src/fsdb/fileset.ts'
import { FSDB } from '../../src/fsdb/fsdb.ts'
import { parsePipeline } from '../../src/pipeline/parse.ts'
import type { Pipeline } from '../../src/pipeline/pipeline.ts'
import type { Executor } from '../../src/run/executor.ts'
import { inlineExecutor } from '../../src/run/executors/inline.ts'
import { ResourcePool } from '../../src/run/resource-pool.ts'
import { run } from '../../src/run/run.ts'
import { libraryOf } from '../../src/task/library.ts'
import { tasks } from './trivial-tasks.ts'

/** The trivial tasks. */
export const library = libraryOf(tasks)

/** The library as threads and nodes load it. */
export const origin = {
  builtin: new URL('./trivial-tasks.ts', import.meta.url).href,
  face: new URL('../../src/index.ts', import.meta.url).href,
  modules: [],
}

/** The pipeline that a text says. */
export function pipelineOf(toml: string): Pipeline {
  const result = parsePipeline(toml, 'bench.toml', library, {})
  if (result.is === 'wrong') throw new Error(JSON.stringify(result.diagnostics))
  return result.pipeline
}

/** A database with one scan of small photographs. @param folder where it is made */
export async function databaseWith(
  photographs: number,
  scan: string,
  folder = tmpdir(),
): Promise<{ readonly path: string }> {
  const path = join(mkdtempSync(join(folder, 'romi-run-bench-')), 'db')
  await FSDB.create(path)
  await using db = new FSDB(path)
  await db.connect()
  const images = await (await db.createScan(scan)).createFileset('images')
  await Promise.all(Array.from({ length: photographs }, (_, i) => photograph(images, i)))
  return { path }
}

const camera = {
  model: 'OPENCV',
  params: [1170, 1170, 720, 540, 0, 0, 0, 0],
  rotmat: [1, 0, 0, 0, 1, 0, 0, 0, 1],
}

async function photograph(images: Fileset, i: number): Promise<void> {
  const file = await images.createFile(String(i).padStart(5, '0'))
  await file.write(new TextEncoder().encode(`photograph ${i}`), 'txt')
  await file.setMetadata({ channel: 'rgb', shot_id: i, camera: { ...camera, tvec: [i, 0, 1] } })
}

/** Adds one photograph to those that are there. */
export async function addPhotograph(path: string, scan: string): Promise<void> {
  await using db = new FSDB(path)
  await db.connect()
  const images = await (await db.getScan(scan)).getFileset('images')
  await photograph(images, (await images.fileIds()).length)
}

/** Carries a pipeline out on scans. @throws Error if it does not end well */
export async function runAll(
  path: string,
  pipeline: Pipeline,
  scans: readonly string[],
  executor: Executor = inlineExecutor(library),
): Promise<void> {
  await using db = new FSDB(path)
  await db.connect()
  const { code } = await run({
    pipeline,
    library,
    origin,
    db,
    scans,
    executor,
    pool: new ResourcePool(2),
    tell: () => undefined,
  })
  await executor.close()
  if (code !== 0) throw new Error(`the run ended with ${code}`)
}
