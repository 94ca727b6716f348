// The engine: planning many scans, the overhead of a step, hashing; against bare work in the same run.
import { createHash } from 'node:crypto'
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { FSDB } from '../src/fsdb/fsdb.ts'
import { parsePipeline } from '../src/pipeline/parse.ts'
import type { Pipeline } from '../src/pipeline/pipeline.ts'
import { decide } from '../src/plan/decide.ts'
import { ScanReader } from '../src/plan/scan-reader.ts'
import { inlineExecutor } from '../src/run/executors/inline.ts'
import { run } from '../src/run/run.ts'
import { Slots } from '../src/run/slots.ts'
import { fileArtifact, filesetArtifact } from '../src/task/artifact.ts'
import { libraryOf } from '../src/task/library.ts'
import { param } from '../src/task/param.ts'
import { files, fileset } from '../src/task/slot.ts'
import { imagesFilesetExists } from '../src/task/sources.ts'
import { defineTask, type Task } from '../src/task/task.ts'
import { round, shortest, type Bench } from './bench.ts'

const encode = (value: string) => ({ bytes: new TextEncoder().encode(value), extension: 'txt' })
const texts = fileArtifact<'texts', string>({
  name: 'texts',
  doc: 'texts',
  read: async (file) => new TextDecoder().decode(await file.read()),
  encode: (value) => Promise.resolve(encode(value)),
})
const text = filesetArtifact<'text', string>({
  name: 'text',
  doc: 'a text',
  only: ['text'],
  read: async (input) => new TextDecoder().decode(await input.file('text').read()),
  write: (value, output) => output.write('text', encode(value)),
})

/** A file-by-file step and a chain of `length - 1` trivial ones behind it. */
function chain(length: number): { readonly tasks: readonly Task[]; readonly toml: string } {
  const each = defineTask({
    name: 'Step0',
    version: 1,
    summary: 'Copies.',
    inputs: { upstream_task: files(texts, { default: 'ImagesFilesetExists', reads: ['channel'] }) },
    params: { query: param.query() },
    output: texts,
    each: 'upstream_task',
    run: ({ value }) => value,
  })
  const first = defineTask({
    name: 'Step1',
    version: 1,
    summary: 'Joins.',
    inputs: { upstream_task: files(texts, { default: 'Step0', reads: ['camera'] }) },
    params: {},
    output: text,
    run: ({ inputs }) => String(inputs.upstream_task.files.length),
  })
  const rest = Array.from({ length: length - 2 }, (_, i) =>
    defineTask({
      name: `Step${i + 2}`,
      version: 1,
      summary: 'Passes on.',
      inputs: { upstream_task: fileset(text, { default: `Step${i + 1}` }) },
      params: {},
      output: text,
      run: async ({ inputs }) => `${await inputs.upstream_task.read()} ${i}`,
    }),
  )
  const tasks = [imagesFilesetExists(texts), each, first, ...rest]
  return {
    tasks,
    toml: tasks
      .slice(1)
      .map(({ name }) => `[${name}]`)
      .join('\n'),
  }
}

function parsed(toml: string, tasks: readonly Task[]): Pipeline {
  const result = parsePipeline(toml, 'bench.toml', libraryOf(tasks), {})
  if (result.is === 'wrong') throw new Error(JSON.stringify(result.diagnostics))
  return result.pipeline
}

async function databaseWith(
  photographs: number,
  scan: string,
  folder = tmpdir(),
): Promise<{ readonly path: string }> {
  const path = join(mkdtempSync(join(folder, 'romi-run-bench-')), 'db')
  await FSDB.create(path)
  await using db = new FSDB(path)
  await db.connect()
  const images = await (await db.createScan(scan)).createFileset('images')
  const camera = {
    model: 'OPENCV',
    params: [1170, 1170, 720, 540, 0, 0, 0, 0],
    rotmat: [1, 0, 0, 0, 1, 0, 0, 0, 1],
  }
  await Promise.all(
    Array.from({ length: photographs }, async (_, i) => {
      const file = await images.createFile(String(i).padStart(5, '0'))
      await file.write(new TextEncoder().encode(`photograph ${i}`), 'txt')
      await file.setMetadata({ channel: 'rgb', shot_id: i, camera: { ...camera, tvec: [i, 0, 1] } })
    }),
  )
  return { path }
}

async function runAll(
  path: string,
  toml: string,
  tasks: readonly Task[],
  scans: readonly string[],
): Promise<void> {
  const library = libraryOf(tasks)
  await using db = new FSDB(path)
  await db.connect()
  const { code } = await run({
    pipeline: parsed(toml, tasks),
    library,
    origin: { builtin: '', face: '', modules: [] },
    db,
    scans,
    executor: inlineExecutor(library),
    slots: new Slots(2),
    version: 'bench',
    tell: () => undefined,
  })
  if (code !== 0) throw new Error(`the run ended with ${code}`)
}

/** Plans every scan, one after the other. @returns how many steps are complete */
async function planAll(path: string, pipeline: Pipeline, tasks: readonly Task[]): Promise<number> {
  const db = await FSDB.open(path)
  const library = libraryOf(tasks)
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
  }
  await db.digests.save()
  return complete
}

const bench: Bench = async (report) => {
  const { tasks, toml } = chain(8)
  const pipeline = parsed(toml, tasks)
  // In memory, where there is such a place: half a million files are slow to make and to remove.
  const memory = existsSync('/dev/shm') ? '/dev/shm' : tmpdir()
  const { path } = await databaseWith(60, 'scan0000', memory)
  await runAll(path, toml, tasks, ['scan0000'])
  for (const scans of [100, 1000]) {
    for (let i = 1; i < scans; i++) {
      const id = `scan${String(i).padStart(4, '0')}`
      cpSync(join(path, 'scan0000'), join(path, id), { recursive: true })
    }
    const start = performance.now()
    await planAll(path, pipeline, tasks)
    const cold = performance.now() - start
    let complete = 0
    const warm = await shortest(2, async () => (complete = await planAll(path, pipeline, tasks)))
    report({
      what: 'plan',
      scans,
      'complete steps': complete,
      'first, hashing, s': round(cold / 1000),
      'warm, s': round(warm / 1000),
      'warm, ms a scan': round(warm / scans),
      'heap, MB': round(process.memoryUsage().heapUsed / 1e6),
    })
  }
  rmSync(join(path, '..'), { recursive: true })

  for (const scans of [10, 100]) await overhead(scans, report)
  await hashing(report)
}

/** Ten trivial steps a scan, against the durable publishes of as many filesets alone. */
async function overhead(scans: number, report: Parameters<Bench>[0]): Promise<void> {
  const { tasks, toml } = chain(10)
  const { path } = await databaseWith(1, 'scan0000')
  const ids = Array.from({ length: scans }, (_, i) => `scan${String(i).padStart(4, '0')}`)
  for (const id of ids.slice(1)) cpSync(join(path, 'scan0000'), join(path, id), { recursive: true })
  const bare = await shortest(1, () => publishAlone(path, ids, 10))
  const whole = await shortest(1, () => runAll(path, toml, tasks, ids))
  report({
    what: 'trivial steps',
    steps: scans * 10,
    'bare publishes, ms a step': round(bare / scans / 10),
    'run, ms a step': round(whole / scans / 10),
    ratio: round(whole / bare),
  })
  rmSync(join(path, '..'), { recursive: true })
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
  const { tasks, toml } = chain(2)
  const { path } = await databaseWith(20, 'scan0000')
  const bytes = Buffer.alloc(8 << 20, 7)
  const names = Array.from({ length: 20 }, (_, i) =>
    join(path, 'scan0000', 'images', `${String(i).padStart(5, '0')}.txt`),
  )
  for (const name of names) writeFileSync(name, bytes)
  const pipeline = parsed(toml, tasks)
  const bare = await shortest(2, () => {
    for (const name of names) createHash('sha256').update(readFileSync(name)).digest()
  })
  const first = await shortest(1, () => planAll(path, pipeline, tasks))
  const second = await shortest(2, () => planAll(path, pipeline, tasks))
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
