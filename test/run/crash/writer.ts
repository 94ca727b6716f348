// One of several writers of a database, who may die at any moment: `writer.ts DATABASE FOLDER TURNS LIFE`.
//
// FOLDER holds photographs, a log of what came to be, and who is in which scan.
import { appendFileSync, readdirSync } from 'node:fs'
import { basename, join } from 'node:path'
import { isRomiError } from '../../../src/base/errors.ts'
import { FSDB } from '../../../src/fsdb/fsdb.ts'
import { parsePipeline } from '../../../src/pipeline/parse.ts'
import type { RunEvent } from '../../../src/run/event.ts'
import { inlineExecutor } from '../../../src/run/executors/inline.ts'
import { run } from '../../../src/run/run.ts'
import { ResourcePool } from '../../../src/run/resource-pool.ts'
import { libraryOf } from '../../../src/task/library.ts'
import { origin, pipeline } from '../../support/rig.ts'
import * as present from '../../support/presence.ts'
import { tasks } from '../../support/tasks.ts'
import { dropRows, edit, replaceAndPutBack } from './people.ts'

const [root, folder, turns, life] = process.argv.slice(2)
const log = (text: string): void => appendFileSync(join(folder, 'log'), `${text}\n`)
const photographs = readdirSync(join(folder, 'photographs')).sort()
const pick = <T>(items: readonly T[]): T => items[Math.floor(Math.random() * items.length)]

const placeOf = (scan: string): string => join(folder, `inside-${scan}`)

/** Tells if another living process is in this scan with us. */
function enter(scan: string): void {
  if (present.enter(placeOf(scan)) !== undefined) log(`together ${scan}`)
}

const leave = (scan: string): void => present.leave(placeOf(scan))

async function within(db: FSDB, scan: string, work: () => Promise<unknown>): Promise<void> {
  enter(scan)
  await work()
  leave(scan)
  await db.letGoOfScan(scan)
}

async function create(db: FSDB): Promise<void> {
  const id = `s${Math.floor(Math.random() * 6)}`
  await db.reserveScan(id, { wait: true })
  await within(db, id, async () => {
    if (await db.hasScan(id)) return
    const [first] = photographs
    await db.createScan(id, {}, [{ id: 'images', files: [join(folder, 'photographs', first)] }])
    log(`file ${id} ${first}`)
  })
}

/** A scan that is there; scans come, and never go. */
async function withScan(db: FSDB, work: (id: string) => Promise<unknown>): Promise<void> {
  const ids = await db.scanIds()
  if (ids.length === 0) return create(db)
  const id = pick(ids)
  await db.takeScan(id, { wait: true })
  await within(db, id, () => work(id))
}

const bring = (db: FSDB): Promise<void> =>
  withScan(db, async (id) => {
    const images = await (await db.getScan(id)).getFileset('images')
    const name = pick(photographs)
    if (await images.hasFile(name.replace('.txt', ''))) return
    await images.importFiles([join(folder, 'photographs', name)])
    log(`file ${id} ${name}`)
  })

const clean = (db: FSDB): Promise<void> =>
  withScan(db, async (id) => {
    const scan = await db.getScan(id)
    // What may hold corrections is not for a program to remove.
    const made = (await scan.filesetIds()).filter((fileset) => /^(?:Join|Count)_/.test(fileset))
    if (made.length > 0) await scan.deleteFileset(pick(made))
    const retired = (await scan.retired()).filter((path) => !basename(path).startsWith('Upper_'))
    await scan.clean({ drafts: true, retired })
  })

/** What other programs write while a scan is ours, such as an index from memory. */
const drop = (db: FSDB): Promise<void> =>
  withScan(db, async (id) => {
    dropRows(join(root, id))
  })

/** What people do without asking anybody, for a while. */
async function meddle(db: FSDB): Promise<void> {
  for (let i = 0; i < 20; i++) {
    const ids = await db.scanIds()
    if (ids.length === 0) return
    const scan = pick(ids)
    const edited = i % 4 === 0 ? edit(join(root, scan)) : undefined
    if (edited) log(`edit ${scan} ${edited.now} ${edited.before}`)
    if (i % 4 === 2) replaceAndPutBack(join(root, scan))
    await new Promise((resolve) => setTimeout(resolve, Math.random() * 60))
  }
}

async function measure(db: FSDB): Promise<void> {
  const library = libraryOf(tasks)
  const parsed = parsePipeline(pipeline, 'p.toml', library)
  if (parsed.is !== 'ok') throw new Error('the pipeline is wrong')
  const tell = (event: RunEvent): void => {
    if (event.is === 'planned') enter(event.scan)
    // The last of the pipeline; after it only the order of the index is written.
    const isLast = event.is === 'finished' || event.is === 'reused'
    if (isLast && event.step === 'Count') leave(event.scan)
    // What people change while it works is made again, and given up in the end by name.
    const isOvertaken = event.is === 'failed' && event.failure.code === 'task/overtaken'
    if (event.is === 'failed' && !event.retry && !isOvertaken)
      log(`failed ${event.scan} ${event.failure.message}`)
    if (event.is === 'broken') log(`broken ${event.scan} ${event.message}`)
  }
  await run({
    pipeline: parsed.pipeline,
    library,
    origin,
    db,
    scans: await db.scanIds(),
    executor: inlineExecutor(library),
    pool: new ResourcePool(2),
    wait: Math.random() < 0.5,
    tell,
  })
}

async function everything(): Promise<void> {
  await using db = new FSDB(root)
  await db.connect({ wait: true })
  const ids = await db.scanIds()
  for (const id of ids) enter(id)
  for (const id of ids) await (await db.getScan(id)).setMetadata({ seen: process.pid })
  for (const id of ids) leave(id)
}

async function shared(deed: (db: FSDB) => Promise<void>): Promise<void> {
  await using db = new FSDB(root)
  await db.connect({ share: true, wait: true })
  await deed(db)
}

const deeds = [create, bring, bring, measure, measure, clean, drop, meddle].map(
  (deed) => () => shared(deed),
)
if (Number(life) > 0)
  setTimeout(() => process.kill(process.pid, 'SIGKILL'), Math.random() * Number(life))
for (let turn = 0; turn < Number(turns); turn++) {
  try {
    await pick([...deeds, everything])()
  } catch (error) {
    if (!isRomiError(error)) throw error
    log(`refused ${error.code} ${error.message}`)
  }
  log('turn')
}
