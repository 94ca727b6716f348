// A run whose disk fails or stops at each of its operations: the next one ends as if undisturbed.
import { cpSync, existsSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { realDisk, type Disk } from '../../../src/base/system.ts'
import { FSDB } from '../../../src/fsdb/fsdb.ts'
import { parsePipeline } from '../../../src/pipeline/parse.ts'
import type { RunEvent } from '../../../src/run/event.ts'
import { inlineExecutor } from '../../../src/run/executors/inline.ts'
import { run } from '../../../src/run/run.ts'
import { ResourcePool } from '../../../src/run/resource-pool.ts'
import { libraryOf } from '../../../src/task/library.ts'
import { FaultyDisk, Stopped, type Fault } from '../../support/faulty-disk.ts'
import { differences, published } from '../../support/published.ts'
import { origin } from '../../support/rig.ts'
import { scratchFolder } from '../../support/scratch.ts'
import { tasks } from '../../support/tasks.ts'
import { leftovers } from '../../support/whole.ts'
import { makePlant } from './plant.ts'

const work = scratchFolder('run-disk')
const library = libraryOf(tasks)
const executorOn = (disk: Disk) => inlineExecutor(library, disk)
/** Databases that a run begins with: nothing made yet, and a made file lost. */
const beginnings = { new: '', damaged: '' }
let undisturbed: Record<string, string> = {}

beforeAll(async () => {
  beginnings.new = await makePlant(work, 3)
  const root = copyOf(beginnings.new)
  expect((await runOn(root)).code).toBe(0)
  undisturbed = published(root)
  beginnings.damaged = copyOf(root)
  rmSync(join(beginnings.damaged, lostFile(undisturbed)))
})
afterAll(() => rmSync(work, { recursive: true }))

/** A file that `Upper` made. */
const lostFile = (all: Record<string, string>): string =>
  Object.keys(all).find((path) => /^plant.Upper/.test(path)) ?? ''

let turn = 0
function copyOf(database: string): string {
  const root = join(work, `db${turn++}`)
  cpSync(database, root, { recursive: true, preserveTimestamps: true })
  return root
}

function pipeline() {
  const parsed = parsePipeline('[Upper]\n[Join]\n[Locate]\n', 'pipeline.toml', library)
  if (parsed.is === 'ok') return parsed.pipeline
  throw new Error('a mistake in the pipeline of this test')
}

interface Came {
  readonly code: number | undefined
  readonly thrown: unknown
  readonly events: readonly RunEvent[]
}

/** Runs, on that disk, and lets go of the database whatever happens. */
async function runOn(root: string, disk: Disk = realDisk): Promise<Came> {
  const events: RunEvent[] = []
  const db = new FSDB(root, { disk })
  try {
    await db.connect()
    const { code } = await run({
      pipeline: pipeline(),
      library,
      origin,
      db,
      scans: ['plant'],
      executor: executorOn(disk),
      pool: new ResourcePool(2),
      tell: (event) => void events.push(event),
    })
    return { code, thrown: undefined, events }
  } catch (thrown) {
    return { code: undefined, thrown, events }
  } finally {
    await db.disconnect().catch(() => undefined)
    expect(db.owner()).toBeUndefined()
  }
}

/** The steps whose filesets are published, with all their files. */
async function complete(root: string): Promise<readonly string[]> {
  const scan = await (await FSDB.open(root)).getScan('plant')
  const steps: string[] = []
  for (const fileset of await scan.getFilesets()) {
    const files = await fileset.getFiles()
    if (files.every(({ path }) => existsSync(path))) steps.push(fileset.id.split('_')[0])
  }
  return steps
}

/** What the next run makes of it: everything, and nothing that is there already. */
async function endsWell(root: string): Promise<void> {
  const before = await complete(root)
  const { code, events } = await runOn(root)
  expect(code).toBe(0)
  const made = events.flatMap((event) => (event.is === 'finished' ? [event.step] : []))
  expect(made.filter((step) => before.includes(step))).toEqual([])
  expect(differences(published(root), undisturbed)).toEqual([])
  expect(await leftovers(root)).toEqual([])
}

/** A disk of which one operation goes wrong, once. */
interface WrongOnce {
  readonly disk: Disk
  readonly isSprung: boolean
}

function changesWrong(n: number, fault: Fault, code = ''): WrongOnce {
  const faulty = new FaultyDisk()
  faulty.arm(n, fault, code)
  return faulty
}

/** A disk that cannot be read at the n-th look. */
function looksWrong(n: number): WrongOnce {
  let looks = 0
  const look = (): void => {
    if (++looks === n) throw Object.assign(new Error('EIO: by the test'), { code: 'EIO' })
  }
  const disk: Disk = {
    ...new FaultyDisk().disk,
    stat: (path) => (look(), realDisk.stat(path)),
    list: (path) => (look(), realDisk.list(path)),
    readText: (path) => (look(), realDisk.readText(path)),
    readBytes: async (path) => (look(), realDisk.readBytes(path)),
    realPath: (path) => (look(), realDisk.realPath(path)),
  }
  return {
    disk,
    get isSprung() {
      return looks >= n
    },
  }
}

/**
 * Calls `look` after runs that met the fault at their first, second, … operation.
 * @param stride of so many operations one is taken, another in each run of the tests
 */
async function atEachOperation(
  beginning: string,
  wrong: (n: number) => WrongOnce,
  look: (root: string, came: Came) => Promise<void>,
  stride = 1,
): Promise<void> {
  let n = 1 + Math.floor(stride * Math.random())
  for (; ; n += stride) {
    const root = copyOf(beginning)
    const once = wrong(n)
    const came = await runOn(root, once.disk)
    if (!once.isSprung) break
    try {
      await look(root, came)
    } catch (error) {
      throw new Error(`after a fault at operation ${n}`, { cause: error })
    }
    rmSync(root, { recursive: true })
  }
  expect(n).toBeGreaterThan(30)
}

describe.each(['new', 'damaged'] as const)('a run on a %s database whose disk', (beginning) => {
  test('stops at any operation is finished by the next', async () => {
    const wrong = (n: number) => changesWrong(n, 'stops torn')
    await atEachOperation(beginnings[beginning], wrong, async (root, { thrown }) => {
      if (thrown !== undefined) expect(thrown).toBeInstanceOf(Stopped)
      await endsWell(root)
    })
  })

  test.each([
    // That it stops there is tried at each; a failure is one in three.
    ['fails once', 3, (n: number) => changesWrong(n, 'tears', 'ENOSPC')],
    // The gate looks at every part of a path: a thousand looks, of which neighbours are alike.
    ['cannot be read once', 27, looksWrong],
  ] as const)('%s tells so, and is finished by the next', async (_, stride, wrong) => {
    const look = async (root: string, came: Came): Promise<void> => {
      if (came.code === 0) {
        // What is listed last is a courtesy to viewers, which fails nobody.
        const differ = differences(published(root), undisturbed)
        expect(differ.filter((path) => path !== 'plant/files.json')).toEqual([])
      } else expect(toldOf(came)).toBe(true)
      await endsWell(root)
    }
    await atEachOperation(beginnings[beginning], wrong, look, stride)
  })
})

/** Whether a fault of the disk was told as what it is. */
function toldOf({ thrown, events }: Came): boolean {
  if (thrown !== undefined) return (thrown as { code?: string }).code?.startsWith('store/') ?? false
  return events.some(
    (event) =>
      event.is === 'broken' || (event.is === 'failed' && event.failure.code.startsWith('store/')),
  )
}
