// The locks of ROMI's newest plantdb: it stays out of a scan that we write, and we wait for it.
import { execFileSync, spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest'
import { FSDB } from '../../../src/fsdb/fsdb.ts'
import { builtScript } from '../../support/built-script.ts'
import { has } from '../../support/programs.ts'
import { pipeline, Rig } from '../../support/rig.ts'
import { scratchFolder } from '../../support/scratch.ts'

const work = scratchFolder('plantdb')
afterAll(() => rmSync(work, { recursive: true }))

let turn = 0
let root: string
const lockOf = (scan: string): string => join(root, '.locks', `${scan}.lock`)
const infoOf = (scan: string): string => join(root, '.locks', `${scan}.info`)
const locked = (): unknown => expect.objectContaining({ code: 'store/locked' })

beforeEach(async () => {
  root = join(work, `db${turn++}`)
  await using db = await FSDB.create(root)
  await db.connect()
  for (const id of ['a', 'b']) await db.createScan(id)
  mkdirSync(join(root, '.locks'))
})

/** Whether plantdb would get the lock of a scan now. */
const isFree = (scan: string): boolean =>
  spawnSync('flock', ['-x', '-n', lockOf(scan), 'true']).status === 0

/** A process that holds a lock as plantdb does. */
async function plantdb(scan: string, how: '-x' | '-s'): Promise<ChildProcess> {
  const child = spawn('flock', [how, lockOf(scan), 'sh', '-c', 'echo held; exec cat'], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  onTestFinished(() => void child.kill('SIGKILL'))
  await once(child.stdout, 'data')
  return child
}

describe.runIf(has('flock'))('where plantdb was connected', () => {
  test('it is kept out of a scan from its taking to its letting go, and not of others', async () => {
    await using db = new FSDB(root)
    await db.connect({ share: true })
    expect(isFree('a')).toBe(true)
    await db.takeScan('a')
    expect([isFree('a'), isFree('b')]).toEqual([false, true])
    expect(db.plantdb()).toBe('kept-out')
    const info = JSON.parse(readFileSync(infoOf('a'), 'utf8')) as object
    expect(info).toMatchObject({ scan_id: 'a', lock_type: 'exclusive', pid: process.pid })
    await (await db.getScan('a')).setMetadata({ by: 'us' })
    await db.letGoOfScan('a')
    expect(isFree('a')).toBe(true)
    expect(existsSync(infoOf('a'))).toBe(false)
  })

  test('a scan that is made is locked, too, and so is each that a writer of the whole changes', async () => {
    await using db = new FSDB(root)
    await db.connect()
    await db.createScan('c')
    expect([isFree('a'), isFree('c')]).toEqual([true, false])
    await (await db.getScan('a')).setMetadata({ by: 'us' })
    expect(isFree('a')).toBe(false)
    await db.disconnect()
    expect([isFree('a'), isFree('c')]).toEqual([true, true])
  })

  test.each(['-x', '-s'] as const)(
    'who waits for a scan has it when plantdb is done with it (%s)',
    async (how) => {
      const child = await plantdb('a', how)
      await using db = new FSDB(root)
      await db.connect({ share: true })
      const taken = db.takeScan('a', { wait: true })
      await db.takeScan('b')
      child.stdin?.end()
      await taken
      expect(isFree('a')).toBe(false)
    },
  )

  test('who does not wait is refused, told by whom, and holds nothing', async () => {
    const child = await plantdb('a', '-x')
    const info = { user: 'guest', timestamp: 1_700_000_000, pid: 4711, lock_type: 'exclusive' }
    writeFileSync(infoOf('a'), JSON.stringify(info))
    await using db = new FSDB(root)
    await db.connect({ share: true })
    await expect(db.takeScan('a')).rejects.toMatchObject({
      code: 'store/locked',
      message: expect.stringMatching(/guest.*4711.*2023-11-14/) as string,
    })
    child.stdin?.end()
    await once(child, 'exit')
    await using other = new FSDB(root)
    await other.connect({ share: true })
    await other.takeScan('a')
    await expect(db.takeScan('a')).rejects.toEqual(locked())
  })

  test('a lock that its holder removed as it let go is taken anew', async () => {
    const child = await plantdb('a', '-x')
    await using db = new FSDB(root)
    await db.connect({ share: true })
    const taken = db.takeScan('a', { wait: true })
    rmSync(lockOf('a'))
    await taken
    child.stdin?.end()
    expect(isFree('a')).toBe(false)
  })

  test('a killed writer holds nothing', async () => {
    const script = builtScript('test/fsdb/locks/holder.ts')
    const child = spawn(process.execPath, [script, root, 'a'], {
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    })
    await once(child, 'message')
    expect(isFree('a')).toBe(false)
    child.kill('SIGKILL')
    await once(child, 'exit')
    expect(isFree('a')).toBe(true)
  })
})

test('where plantdb never was, nothing is locked for it and nothing is left', async () => {
  rmSync(join(root, '.locks'), { recursive: true })
  await using db = new FSDB(root)
  await db.connect({ share: true })
  await db.takeScan('a')
  expect(db.plantdb()).toBe('absent')
  expect(existsSync(join(root, '.locks'))).toBe(false)
})

test('a link in the place of its locks is not followed', async () => {
  rmSync(join(root, '.locks'), { recursive: true })
  const outside = join(work, `outside${turn}`)
  mkdirSync(outside)
  symlinkSync(outside, join(root, '.locks'))
  await using db = new FSDB(root)
  await db.connect({ share: true })
  await db.takeScan('a')
  expect(readdirSync(outside)).toEqual([])
})

test.runIf(has('mkfifo'))(
  'something else in the place of a lock keeps nobody waiting',
  async () => {
    execFileSync('mkfifo', [lockOf('a')])
    mkdirSync(lockOf('b'))
    await using db = new FSDB(root)
    await db.connect({ share: true })
    await db.takeScan('a')
    await db.takeScan('b')
    expect(db.isConnected).toBe(true)
  },
)

describe('a run', () => {
  const notesOf = async (rig: Rig): Promise<unknown[]> =>
    (await rig.run(pipeline)).events.flatMap((event) => (event.is === 'noted' ? [event.note] : []))

  test.runIf(has('flock'))(
    'says once what a server of plantdb means, if it does anything',
    async () => {
      const rig = await Rig.make()
      mkdirSync(join(rig.path, '.locks'))
      expect(await notesOf(rig)).toEqual([{ note: 'plantdb', isKeptOut: true }])
      expect(await notesOf(rig)).toEqual([])
    },
  )

  test('says that plantdb cannot be kept out where the machine has no flock', async () => {
    const rig = await Rig.make()
    mkdirSync(join(rig.path, '.locks'))
    vi.stubEnv('PATH', '')
    onTestFinished(() => void vi.unstubAllEnvs())
    expect(await notesOf(rig)).toEqual([{ note: 'plantdb', isKeptOut: false }])
  })
})
