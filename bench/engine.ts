// The engine: planning many scans, the overhead of a step, hashing; against bare work in the same run.
import { createHash } from 'node:crypto'
import { cpSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { FSDB } from '../src/fsdb/fsdb.ts'
import type { Pipeline } from '../src/pipeline/pipeline.ts'
import { decide } from '../src/plan/decide.ts'
import { ScanReader } from '../src/plan/facts/scan-reader.ts'
import { threadsExecutor } from '../src/run/executors/threads.ts'
import { round, shortest, type Bench } from './bench.ts'
import { databaseWith, library, pipelineOf, runAll } from './support/trivial-runs.ts'
import { tomlOf } from './support/trivial-tasks.ts'

/** Plans every scan, one after the other. @returns how many steps are complete */
async function planAll(path: string, pipeline: Pipeline): Promise<number> {
  const db = await FSDB.open(path)
  const progress = {
    forced: new Set<string>(),
    failed: new Set<string>(),
    missingPrograms: new Map<string, string>(),
  }
  let complete = 0
  for (const id of await db.scanIds()) {
    const facts = await ScanReader.read(db, await db.getScan(id), library)
    const plan = await decide(pipeline, facts, progress)
    complete += [...plan.values()].filter(({ decision }) => decision.do === 'reuse').length
    await db.release(id)
  }
  return complete
}

const bench: Bench = async (report) => {
  const pipeline = pipelineOf(tomlOf(8))
  // In memory, where there is such a place: half a million files are slow to make and to remove.
  const memory = existsSync('/dev/shm') ? '/dev/shm' : tmpdir()
  const { path } = await databaseWith(60, 'scan0000', memory)
  await runAll(path, pipeline, ['scan0000'])
  for (const scans of [100, 1000]) {
    for (let i = 1; i < scans; i++) {
      const id = `scan${String(i).padStart(4, '0')}`
      cpSync(join(path, 'scan0000'), join(path, id), { recursive: true })
    }
    const start = performance.now()
    await planAll(path, pipeline)
    const cold = performance.now() - start
    let complete = 0
    const warm = await shortest(2, async () => (complete = await planAll(path, pipeline)))
    report({
      what: 'plan',
      scans,
      'complete steps': complete,
      'first, hashing, s': round(cold / 1000),
      'warm, s': round(warm / 1000),
      'warm, ms a scan': round(warm / scans),
      'heap, MB': round(await heap()),
    })
  }
  rmSync(join(path, '..'), { recursive: true })

  for (const scans of [10, 100, 1000]) await overhead(scans, report)
  await hashing(report)
}

/** What lives on the heap, in MB, after what is dead was collected. */
async function heap(): Promise<number> {
  // What a weak reference was asked for lives until the next turn.
  await new Promise((resolve) => setTimeout(resolve, 10))
  setFlagsFromString('--expose-gc')
  runInNewContext('gc')()
  return process.memoryUsage().heapUsed / 1e6
}

/** Ten trivial steps a scan, against the durable publishes of as many filesets alone. */
async function overhead(scans: number, report: Parameters<Bench>[0]): Promise<void> {
  const pipeline = pipelineOf(tomlOf(10))
  const timed = async (work: (path: string, ids: readonly string[]) => Promise<void>) => {
    const { path } = await databaseWith(1, 'scan0000')
    const ids = Array.from({ length: scans }, (_, i) => `scan${String(i).padStart(4, '0')}`)
    for (const id of ids.slice(1))
      cpSync(join(path, 'scan0000'), join(path, id), { recursive: true })
    const ms = await shortest(1, () => work(path, ids))
    rmSync(join(path, '..'), { recursive: true })
    return ms / scans / 10
  }
  let [bare, inline, threads] = [Infinity, Infinity, Infinity]
  // In turns, because the disk is not as fast at all times.
  for (let round = 0; round < (scans < 1000 ? 4 : 1); round++) {
    bare = Math.min(bare, await timed((path, ids) => publishAlone(path, ids, 10)))
    inline = Math.min(inline, await timed((path, ids) => runAll(path, pipeline, ids)))
    const executor = threadsExecutor(2)
    threads = Math.min(threads, await timed((path, ids) => runAll(path, pipeline, ids, executor)))
  }
  report({
    what: 'trivial steps',
    steps: scans * 10,
    'bare publishes, ms a step': round(bare),
    'inline, ms a step': round(inline),
    'of bare': round(inline / bare),
    'threads, ms a step': round(threads),
    'ms more': round(threads - inline),
  })
}

/** As the run does it: six scans at a time, a chain in each. */
async function publishAlone(
  path: string,
  scans: readonly string[],
  filesets: number,
): Promise<void> {
  await using db = new FSDB(path)
  await db.connect()
  const waiting = scans.values()
  const lane = async (): Promise<void> => {
    for (const id of waiting) {
      const scan = await db.getScan(id)
      for (let i = 0; i < filesets; i++) {
        const draft = await scan.draft('Bare')
        await draft.writeFile('text', new TextEncoder().encode('a text'), 'txt')
        await draft.setMetadata({ task_name: 'Bare' })
        await draft.publish(`Bare_${i}`)
      }
    }
  }
  await Promise.all(Array.from({ length: 6 }, lane))
}

/** A cold plan of large photographs against SHA-256 of the same bytes in one core. */
async function hashing(report: Parameters<Bench>[0]): Promise<void> {
  const { path } = await databaseWith(20, 'scan0000')
  const bytes = Buffer.alloc(8 << 20, 7)
  const names = Array.from({ length: 20 }, (_, i) =>
    join(path, 'scan0000', 'images', `${String(i).padStart(5, '0')}.txt`),
  )
  for (const name of names) writeFileSync(name, bytes)
  const pipeline = pipelineOf(tomlOf(2))
  const bare = await shortest(2, () => {
    for (const name of names) createHash('sha256').update(readFileSync(name)).digest()
  })
  const first = await shortest(1, () => planAll(path, pipeline))
  const second = await shortest(2, () => planAll(path, pipeline))
  const megabytes = (bytes.length * names.length) / 1e6
  report({
    what: 'hashing',
    MB: round(megabytes),
    'SHA-256 alone, MB/s': round(megabytes / (bare / 1000)),
    'first plan, MB/s': round(megabytes / (first / 1000)),
    'of SHA-256': round(bare / first),
    'second plan, ms': round(second),
  })
  rmSync(join(path, '..'), { recursive: true })
}

export default bench
