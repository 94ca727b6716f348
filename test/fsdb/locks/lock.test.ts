// Writers of a whole database: turns, take-over, other programs' locks, lost locks, release.
import { execFileSync, fork, type ChildProcess } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import {
  cpSync,
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeEach, describe, expect, test } from 'vitest'
import { FSDB } from '../../../src/fsdb/fsdb.ts'
import { thisProcess } from '../../../src/fsdb/locks/owner.ts'
import { plainText } from '../../../src/fsdb/locks/plain-lock.ts'
import { monotonicMs, staleMs } from '../../../src/fsdb/locks/sightings.ts'
import { scratchFolder } from '../../support/scratch.ts'

const work = scratchFolder('lock')
afterAll(() => rmSync(work, { recursive: true }))

let turn = 0
let root: string
let lock: string
beforeEach(async () => {
  root = join(work, `db${turn++}`)
  lock = join(root, 'lock')
  await FSDB.create(root)
})

const start = (script: string, ...args: string[]): ChildProcess =>
  fork(join(import.meta.dirname, script), args, {
    execArgv: ['--import', 'tsx'],
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  })
const ended = async (child: ChildProcess) =>
  (await once(child, 'exit')) as [number | null, NodeJS.Signals | null]
const code = (what: string): unknown => expect.objectContaining({ code: what })
const longAgo = new Date('2020-01-01')

test('two processes never hold it together: 300 turns, 15 of which end in a kill', async () => {
  const folder = join(work, 'turns')
  mkdirSync(folder)
  const lane = async (): Promise<void> => {
    for (let i = 0; i < 5; i++) {
      const [, signal] = await ended(start('lock-user.ts', root, folder, '20'))
      expect(signal).toBe('SIGKILL')
    }
  }
  await Promise.all([lane(), lane(), lane()])
  const turns = readFileSync(join(folder, 'log'), 'utf8').trim().split('\n')
  expect(turns).toHaveLength(300)
  expect(new Set(turns)).toEqual(new Set(['alone']))
  const db = new FSDB(root)
  await db.connect()
  await db.disconnect()
  expect(existsSync(lock)).toBe(false)
})

describe('a second run', () => {
  test('a second run is refused while the first lives, and told who it is', async () => {
    await using first = new FSDB(root)
    await first.connect({ info: { run: '42' } })
    const second = new FSDB(root)
    await expect(second.connect()).rejects.toMatchObject({
      code: 'store/locked',
      facts: { owner: { pid: process.pid, info: { run: '42' } } },
    })
    expect(second.isConnected).toBe(false)
    expect(second.owner()?.info).toEqual({ run: '42' })
  })

  test('a second run may wait until the first is done', async () => {
    const first = new FSDB(root)
    await first.connect()
    const second = new FSDB(root)
    const waiting = second.connect({ wait: true })
    await first.disconnect()
    await waiting
    expect(second.isConnected).toBe(true)
    await second.disconnect()
  })

  test('stops waiting when it is told to', async () => {
    await using first = new FSDB(root)
    await first.connect()
    const stop = new AbortController()
    const waiting = new FSDB(root).connect({ wait: true, signal: stop.signal })
    stop.abort()
    await expect(waiting).rejects.toThrow(expect.objectContaining({ name: 'AbortError' }))
  })

  test('a second run is refused by a process that is too busy to refresh its lock, however long', async () => {
    const holder = start('holder.ts', root)
    await once(holder, 'message')
    const [file] = readdirSync(join(root, '.romi', 'locks', 'holders'))
    utimesSync(join(root, '.romi', 'locks', 'holders', file), longAgo, longAgo)
    await expect(new FSDB(root).connect()).rejects.toThrow(code('store/locked'))
    holder.kill('SIGKILL')
    await ended(holder)
  })

  test('takes the lock of a killed process over at once', async () => {
    const holder = start('holder.ts', root)
    await once(holder, 'message')
    holder.kill('SIGKILL')
    await ended(holder)
    expect(existsSync(lock)).toBe(true)
    await using db = new FSDB(root)
    await db.connect()
    expect(db.owner()?.pid).toBe(process.pid)
  })
})

describe('a lock of version 0.1', () => {
  const own = thisProcess({})
  const uuids = Array.from({ length: 3 }, () => randomUUID())
  const dead = (i: number) => ({ ...own, started: '1', uuid: uuids[i] })
  const write = (owner: object, ...claims: (readonly [after: number, owner: object])[]): void => {
    writeFileSync(lock, JSON.stringify(owner))
    const locks = join(root, '.romi', 'locks')
    mkdirSync(locks, { recursive: true })
    for (const [after, by] of claims)
      writeFileSync(join(locks, `after-${uuids[after]}`), JSON.stringify(by))
  }
  const connects = async (): Promise<boolean> => {
    const db = new FSDB(root)
    try {
      await db.connect()
    } catch (error) {
      expect(error).toEqual(code('store/locked'))
      return false
    }
    await db.disconnect()
    expect(existsSync(lock)).toBe(false)
    return true
  }

  test('keeps us out while its process lives', async () => {
    write(own)
    expect(await connects()).toBe(false)
    expect(new FSDB(root).owner()?.uuid).toBe(own.uuid)
  })

  test('a lock of version 0.1 of a process number that is used again is taken over', async () => {
    write(dead(0))
    expect(await connects()).toBe(true)
  })

  test('whose successor died is taken over from that one', async () => {
    write(dead(0), [0, dead(1)], [1, dead(2)])
    expect(await connects()).toBe(true)
  })

  test('whose successor lives is left to that one', async () => {
    write(dead(0), [0, own])
    expect(await connects()).toBe(false)
  })

  test('that follows itself, or those that it follows, is begun anew', async () => {
    write(dead(0), [0, dead(0)])
    expect(await connects()).toBe(true)
    write(dead(0), [0, dead(1)], [1, dead(2)], [2, dead(0)])
    expect(await connects()).toBe(true)
  })

  test('a lock of version 0.1 of another machine, that an earlier run saw stand still, is taken over', async () => {
    const other = { ...own, host: 'elsewhere', uuid: uuids[0] }
    write(other)
    const { ino, mtimeMs, size } = statSync(lock)
    const mark = `${ino} ${mtimeMs} ${size}`
    const seen = { [other.uuid]: { mark, atMs: monotonicMs() - staleMs } }
    writeFileSync(join(root, '.romi', 'locks', `seen-${own.boot}`), JSON.stringify(seen))
    expect(await connects()).toBe(true)
  })

  test.each([
    ['a path for a UUID', { ...own, started: '1', uuid: 'x/../../../../planted' }],
    ['another program', { ...own, started: '1', program: 'other' }],
    ['a list for its facts', { ...own, started: '1', info: [] }],
  ])('a lock of version 0.1 with %s is none', async (_, owner) => {
    writeFileSync(lock, JSON.stringify(owner))
    mkdirSync(join(root, '.romi', 'locks', 'after-x'), { recursive: true })
    await expect(new FSDB(root).connect()).rejects.toThrow(code('store/foreign-lock'))
    expect(existsSync(join(work, 'planted'))).toBe(false)
  })
})

describe('after a power cut', () => {
  const locks = (): string => join(root, '.romi', 'locks')

  test('an empty lock that is ours by its place is known as ours', async () => {
    mkdirSync(locks(), { recursive: true })
    writeFileSync(join(locks(), 'plain'), '')
    linkSync(join(locks(), 'plain'), lock)
    await using db = new FSDB(root)
    await db.connect()
    expect(readFileSync(lock, 'utf8')).toBe(plainText)
  })

  test('an empty lock of version 0.1 is known by its record, and nobody has to remove it', async () => {
    mkdirSync(locks(), { recursive: true })
    const record = join(locks(), `${randomUUID()}-${randomUUID()}`)
    writeFileSync(record, '')
    linkSync(record, lock)
    // It may be about to be written: what stood still for long enough is of the dead.
    const { ino, mtimeMs } = statSync(lock)
    const seen = { [`torn-${ino}`]: { mark: `${ino} ${mtimeMs} 0`, atMs: monotonicMs() - staleMs } }
    writeFileSync(join(locks(), `seen-${thisProcess({}).boot}`), JSON.stringify(seen))
    await using db = new FSDB(root)
    await db.connect()
    expect(readFileSync(lock, 'utf8')).toBe(plainText)
  })

  test('a torn lock of ours is known by its text', async () => {
    writeFileSync(lock, plainText.slice(0, 40))
    await using db = new FSDB(root)
    await db.connect()
    expect(readFileSync(lock, 'utf8')).toBe(plainText)
  })

  test('torn files of writers, and a torn lock of the index, keep nobody out', async () => {
    mkdirSync(join(locks(), 'holders'), { recursive: true })
    writeFileSync(lock, plainText)
    writeFileSync(join(locks(), 'holders', randomUUID()), '000000000000')
    writeFileSync(join(locks(), 'index'), JSON.stringify({ ...thisProcess({}), started: '1' }))
    const db = new FSDB(root)
    await db.connect()
    await db.disconnect()
    expect(existsSync(lock)).toBe(false)
    expect(existsSync(join(locks(), 'holders'))).toBe(false)
  })
})

describe('a copy of a database', () => {
  test('that was made while somebody wrote is not held by the writer of the original', async () => {
    await using db = new FSDB(root)
    await db.connect()
    const path = `${root}-copy`
    cpSync(root, path, { recursive: true })
    await using copy = new FSDB(path)
    await copy.connect()
    expect(copy.writers()).toMatchObject([{ uuid: copy.owner()?.uuid }])
    expect(db.writers()).toMatchObject([{ uuid: db.owner()?.uuid }])
    expect(() => db.assertLock()).not.toThrow()
  })
})

describe('a pipe, a link or a device', () => {
  test.each([
    ['a pipe', () => execFileSync('mkfifo', [lock])],
    ['a link', () => symlinkSync('/dev/zero', lock)],
    ['a folder', () => mkdirSync(lock)],
  ])('in the place of the lock is never opened: %s', async (what, make) => {
    make()
    await expect(new FSDB(root).connect()).rejects.toMatchObject({
      code: 'store/foreign-lock',
      message: expect.stringContaining(what),
    })
    expect(lstatSync(lock).isFile()).toBe(false)
  })

  test('among the files of the writers is passed over', async () => {
    const holders = join(root, '.romi', 'locks', 'holders')
    mkdirSync(holders, { recursive: true })
    execFileSync('mkfifo', [join(holders, randomUUID())])
    symlinkSync('/dev/zero', join(holders, randomUUID()))
    await using db = new FSDB(root)
    await db.connect()
    expect(db.isConnected).toBe(true)
  })

  test.each(['.romi', '.romi/locks', '.romi/locks/holders'])(
    'in the place of %s, if it leads out, is refused',
    async (name) => {
      const outside = join(work, `outside${turn}`)
      mkdirSync(outside)
      writeFileSync(join(outside, 'kept'), '')
      mkdirSync(join(root, name, '..'), { recursive: true })
      symlinkSync(outside, join(root, name))
      await expect(new FSDB(root).connect()).rejects.toThrow(code('store/link-outside'))
      expect(readdirSync(outside)).toEqual(['kept'])
    },
  )
})

describe("another program's lock", () => {
  test.each([
    ['an empty file, as ROMI makes', ''],
    ['a text', 'pid 1'],
    ['JSON that is none of ours', '{"pid":1}'],
  ])("another program's lock is never taken over, however old: %s", async (_, text) => {
    writeFileSync(lock, text)
    utimesSync(lock, longAgo, longAgo)
    for (const options of [{}, { wait: true }])
      await expect(new FSDB(root).connect(options)).rejects.toMatchObject({
        code: 'store/foreign-lock',
        facts: { path: lock, since: longAgo.toISOString() },
      })
    expect(readFileSync(lock, 'utf8')).toBe(text)
  })
})

describe('a writer whose lock is lost', () => {
  test.each([
    ['taken by another', () => writeFileSync(lock, JSON.stringify(thisProcess({ run: 'thief' })))],
    ['removed', () => rmSync(lock)],
    [
      'taken over by another writer',
      () => {
        const holders = join(root, '.romi', 'locks', 'holders')
        renameSync(join(holders, readdirSync(holders)[0]), join(holders, randomUUID()))
      },
    ],
  ])('writes nothing more: %s', async (_, lose) => {
    const db = new FSDB(root)
    await db.connect()
    const scan = await db.createScan('plant', { a: 1 })
    const draft = await scan.draft('Masks')
    await draft.writeFile('m', Buffer.from('m'), 'txt')
    lose()
    const left = existsSync(lock) ? readFileSync(lock, 'utf8') : undefined
    expect(() => db.assertLock()).toThrow(code('store/lock-lost'))
    for (const attempt of [
      () => scan.setMetadata('a', 2),
      () => draft.publish('masks'),
      () => scan.createFileset('images'),
      () => db.createScan('other'),
      () => db.deleteScan('plant'),
    ])
      await expect(attempt()).rejects.toThrow(code('store/lock-lost'))
    await db.disconnect()
    expect(existsSync(lock) ? readFileSync(lock, 'utf8') : undefined).toBe(left)
    const reader = await FSDB.open(root)
    expect(await reader.scanIds()).toEqual(['plant'])
    expect(await (await reader.getScan('plant')).getMetadata()).toEqual({ a: 1 })
  })
})

test('a lock that was only touched is not lost, and its mtime may lie in the future', async () => {
  await using db = new FSDB(root)
  await db.connect()
  const file = join(root, '.romi', 'locks', 'holders', db.owner()?.uuid ?? '')
  const future = new Date('2099-01-01')
  for (const path of [lock, file]) utimesSync(path, future, future)
  await db.createScan('plant')
  expect(await db.scanIds()).toEqual(['plant'])
})

describe('the lock is released', () => {
  test.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)('on %s', async (signal) => {
    const holder = start('holder.ts', root)
    await once(holder, 'message')
    expect(existsSync(lock)).toBe(true)
    holder.kill(signal)
    expect((await ended(holder))[1]).toBe(signal)
    expect(existsSync(lock)).toBe(false)
  })

  test('by an error that nobody caught', async () => {
    const [status] = await ended(start('holder.ts', root, 'throw'))
    expect(status).not.toBe(0)
    expect(existsSync(lock)).toBe(false)
  })

  test('at the end of its block', async () => {
    {
      await using db = new FSDB(root)
      await db.connect()
      expect(existsSync(lock)).toBe(true)
    }
    expect(existsSync(lock)).toBe(false)
  })
})
