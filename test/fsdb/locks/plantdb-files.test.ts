// The files by which ROMI's newest plantdb is kept out of scans: what is in them, and what is in the way.
import fs, {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'
import os from 'node:os'
import { delimiter, join } from 'node:path'
import { afterAll, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest'
import { PlantdbLocks } from '../../../src/fsdb/locks/plantdb-locks.ts'
import { has } from '../../support/programs.ts'
import { scratchFolder } from '../../support/scratch.ts'

const work = scratchFolder('plantdb-files')
afterAll(() => rmSync(work, { recursive: true }))

let turn = 0
let folder: string
beforeEach(() => {
  folder = join(work, `locks${turn++}`)
  mkdirSync(folder)
})
const at = (name: string): string => join(folder, name)
const done = { is: 'done', value: undefined }
const held = expect.objectContaining({ is: 'held', life: 'silent' }) as unknown
const openFiles = (): number => readdirSync('/proc/self/fd').length
/** What is told to whoever does not get a scan. */
async function refusal(locks: PlantdbLocks, scan: string): Promise<Error> {
  const attempt = await locks.tryTake(scan)
  if (attempt.is === 'done') throw new Error('it was taken')
  return attempt.refusal()
}

describe('where plantdb never was', () => {
  test('no lock is taken, and nothing is made', async () => {
    rmSync(folder, { recursive: true })
    const locks = new PlantdbLocks(folder)
    expect(locks.state).toBe('absent')
    expect(await locks.tryTake('a')).toEqual(done)
    expect(existsSync(folder)).toBe(false)
  })

  test('a file in the place of its folder is none', async () => {
    rmSync(folder, { recursive: true })
    writeFileSync(folder, '')
    const locks = new PlantdbLocks(folder)
    expect(locks.state).toBe('absent')
    expect(await locks.tryTake('a')).toEqual(done)
  })
})

describe.runIf(has('flock'))('the lock of a scan', () => {
  test('is taken by one at a time, and its file stays when it is let go', async () => {
    const [one, two] = [new PlantdbLocks(folder), new PlantdbLocks(folder)]
    expect(one.state).toBe('kept-out')
    expect(await one.tryTake('a')).toEqual(done)
    expect(await two.tryTake('a')).toEqual(held)
    expect(await two.tryTake('b')).toEqual(done)
    expect(two.state).toBe('kept-out')
    one.release('a')
    expect(readdirSync(folder).sort()).toEqual(['a.lock', 'b.info', 'b.lock'])
    expect(await two.tryTake('a')).toEqual(done)
    two.releaseAll()
    expect(await one.tryTake('a')).toEqual(done)
    expect(await one.tryTake('b')).toEqual(done)
    one.releaseAll()
  })

  test('is ours until it is let go, however often it is asked for', async () => {
    const [one, two] = [new PlantdbLocks(folder), new PlantdbLocks(folder)]
    await one.tryTake('a')
    expect(await one.tryTake('a')).toEqual(done)
    one.release('a')
    expect(await two.tryTake('a')).toEqual(done)
    two.release('a')
  })

  test('that is not ours is not let go, nor is what stands beside it removed', async () => {
    const [one, two] = [new PlantdbLocks(folder), new PlantdbLocks(folder)]
    await one.tryTake('a')
    two.release('a')
    two.releaseAll()
    expect(existsSync(at('a.info'))).toBe(true)
    expect(await two.tryTake('a')).toEqual(held)
    one.release('a')
  })

  test('has beside it who took it, as plantdb writes it', async () => {
    const locks = new PlantdbLocks(folder)
    writeFileSync(at('a.info'), 'of an earlier one')
    await locks.tryTake('a')
    const text = readFileSync(at('a.info'), 'utf8')
    const { timestamp, ...told } = JSON.parse(text) as { timestamp: number }
    expect(told).toEqual({
      scan_id: 'a',
      lock_type: 'exclusive',
      user: `romi-run (${os.userInfo().username})`,
      pid: process.pid,
      thread_id: 0,
    })
    expect(Math.abs(Date.now() / 1000 - timestamp)).toBeLessThan(60)
    expect(text).toContain('\n  "scan_id": "a"')
    locks.release('a')
    expect(existsSync(at('a.info'))).toBe(false)
  })

  test('tells a user without a name as unknown', async () => {
    vi.spyOn(os, 'userInfo').mockImplementation(() => {
      throw Object.assign(new Error('no such user'), { code: 'ENOENT', errno: -2, syscall: 'uid' })
    })
    syncBuiltinESMExports()
    onTestFinished(() => {
      vi.restoreAllMocks()
      syncBuiltinESMExports()
    })
    const locks = new PlantdbLocks(folder)
    await locks.tryTake('a')
    expect(readFileSync(at('a.info'), 'utf8')).toContain('"romi-run (unknown)"')
    locks.release('a')
  })

  test('is refused with what its holder tells', async () => {
    const [one, two] = [new PlantdbLocks(folder), new PlantdbLocks(folder)]
    await one.tryTake('a')
    expect(await refusal(two, 'a')).toMatchObject({
      code: 'store/locked',
      message: expect.stringMatching(
        `^the scan a is held by ROMI's plantdb \\(user romi-run .*, process ${process.pid}, since `,
      ) as unknown,
    })
    rmSync(at('a.info'))
    mkdirSync(at('a.info'))
    expect((await refusal(two, 'a')).message).toBe(
      "the scan a is held by ROMI's plantdb: wait until it has ended",
    )
    one.release('a')
  })

  test('is taken though nothing can be written beside it', async () => {
    mkdirSync(at('a.info'))
    const [one, two] = [new PlantdbLocks(folder), new PlantdbLocks(folder)]
    expect(await one.tryTake('a')).toEqual(done)
    expect(await two.tryTake('a')).toEqual(held)
    one.release('a')
    expect(await two.tryTake('a')).toEqual(done)
    two.release('a')
    expect(readdirSync(folder).sort()).toEqual(['a.info', 'a.lock'])
  })

  test('is taken on a file that another user made, which is not ours to write', async () => {
    writeFileSync(at('a.lock'), '')
    const open = fs.openSync
    vi.spyOn(fs, 'openSync').mockImplementation((path, how, mode) => {
      if (path === at('a.lock') && (Number(how) & fs.constants.O_RDWR) > 0)
        throw Object.assign(new Error('denied'), { code: 'EACCES', errno: -13, syscall: 'open' })
      return open(path, how, mode)
    })
    onTestFinished(() => void vi.restoreAllMocks())
    const [one, two] = [new PlantdbLocks(folder), new PlantdbLocks(folder)]
    expect(await one.tryTake('a')).toEqual(done)
    expect(await two.tryTake('a')).toEqual(held)
    expect(one.state).toBe('kept-out')
    one.release('a')
  })

  test.runIf(existsSync('/proc/self/fd'))('leaves no file open that is not held', async () => {
    const [one, two] = [new PlantdbLocks(folder), new PlantdbLocks(folder)]
    const before = openFiles()
    await one.tryTake('a')
    expect(openFiles()).toBe(before + 1)
    await two.tryTake('a')
    expect(openFiles()).toBe(before + 1)
    one.release('a')
    expect(openFiles()).toBe(before)
  })
})

/** Puts a script in the place of the program flock. */
function flockIs(script: string | undefined): void {
  const bin = join(folder, '..', `bin${turn}`)
  mkdirSync(bin)
  if (script !== undefined) {
    writeFileSync(join(bin, 'flock'), `#!/bin/sh\n${script}\n`)
    chmodSync(join(bin, 'flock'), 0o755)
  }
  const path = script === undefined ? bin : `${bin}${delimiter}${process.env['PATH']}`
  vi.stubEnv('PATH', path)
  onTestFinished(() => void vi.unstubAllEnvs())
}

describe.runIf(has('flock'))('the note beside a lock', () => {
  test('is written to no place where a link leads that another puts there meanwhile', async () => {
    writeFileSync(at('theirs'), 'theirs')
    vi.spyOn(fs, 'unlinkSync').mockImplementationOnce(() => symlinkSync(at('theirs'), at('a.info')))
    onTestFinished(() => void vi.restoreAllMocks())
    const locks = new PlantdbLocks(folder)
    expect(await locks.tryTake('a')).toEqual(done)
    expect(readFileSync(at('theirs'), 'utf8')).toBe('theirs')
    locks.release('a')
  })

  /** A fault of the program, which no disk answers. */
  const fault = new TypeError('by the test')
  const broken = (): never => {
    throw fault
  }

  test('does not hide a fault of the program as one of the disk', async () => {
    const locks = new PlantdbLocks(folder)
    onTestFinished(() => void vi.restoreAllMocks())
    vi.spyOn(fs, 'openSync').mockImplementationOnce(broken)
    await expect(locks.tryTake('a')).rejects.toBe(fault)
    expect(locks.state).toBe('kept-out')
    vi.spyOn(fs, 'writeFileSync').mockImplementationOnce(broken)
    await expect(locks.tryTake('a')).rejects.toBe(fault)
    vi.spyOn(fs, 'unlinkSync').mockImplementationOnce(broken)
    expect(() => locks.release('a')).toThrow(fault)
    vi.spyOn(os, 'userInfo').mockImplementation(broken)
    syncBuiltinESMExports()
    onTestFinished(() => {
      vi.restoreAllMocks()
      syncBuiltinESMExports()
    })
    await expect(locks.tryTake('b')).rejects.toBe(fault)
  })
})

describe('where files cannot be locked as plantdb does', () => {
  test.each([
    ['the program flock is absent', undefined],
    ['the disk knows no such locks', 'exit 65'],
  ])('we do without, and say so: %s', async (_, script) => {
    flockIs(script)
    const locks = new PlantdbLocks(folder)
    const before = openFiles()
    expect(await locks.tryTake('a')).toEqual(done)
    expect(locks.state).toBe('unaware')
    expect(openFiles()).toBe(before)
    expect(readdirSync(folder)).toEqual(['a.lock'])
    // It is not tried again.
    expect(await locks.tryTake('b')).toEqual(done)
    expect(readdirSync(folder)).toEqual(['a.lock'])
  })

  test('a link in the place of a lock is not followed, and we do without', async () => {
    symlinkSync(at('elsewhere'), at('a.lock'))
    const locks = new PlantdbLocks(folder)
    expect(await locks.tryTake('a')).toEqual(done)
    expect(locks.state).toBe('unaware')
    expect(readdirSync(folder)).toEqual(['a.lock'])
  })
})

test('a lock whose file plantdb removed meanwhile is a lock on nothing, and not ours', async () => {
  flockIs(`rm ${at('a.lock')}`)
  const locks = new PlantdbLocks(folder)
  expect(await locks.tryTake('a')).toEqual(held)
  expect(locks.state).toBe('kept-out')
  expect(readdirSync(folder)).toEqual([])
})
