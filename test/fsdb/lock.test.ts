// One writer a database: turns, take-over, other programs' locks, lost locks, release.
import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeEach, describe, expect, test } from 'vitest'
import { FSDB } from '../../src/fsdb/fsdb.ts'
import { thisProcess } from '../../src/fsdb/owner.ts'
import { scratchFolder } from '../support/scratch.ts'

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

test('two processes never hold it together: 600 turns, 30 of which end in a kill', async () => {
  const folder = join(work, 'turns')
  mkdirSync(folder)
  const lane = async (): Promise<void> => {
    for (let i = 0; i < 10; i++) {
      const [, signal] = await ended(start('lock-user.ts', root, folder, '20'))
      expect(signal).toBe('SIGKILL')
    }
  }
  await Promise.all([lane(), lane(), lane()])
  const turns = readFileSync(join(folder, 'log'), 'utf8').trim().split('\n')
  expect(turns).toHaveLength(600)
  expect(new Set(turns)).toEqual(new Set(['alone']))
  const db = new FSDB(root)
  await db.connect()
  await db.disconnect()
  expect(existsSync(lock)).toBe(false)
})

describe('a second run', () => {
  test('is refused while the first lives, and told who it is', async () => {
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

  test('may wait until the first is done', async () => {
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

  test('is refused by a process that is too busy to refresh its lock, however long', async () => {
    const holder = start('holder.ts', root)
    await once(holder, 'message')
    utimesSync(lock, longAgo, longAgo)
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

describe('the owner of a lock', () => {
  const own = thisProcess({})
  const write = (owner: object, mtime = new Date()): void => {
    writeFileSync(lock, JSON.stringify(owner))
    utimesSync(lock, mtime, mtime)
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
    return true
  }

  test('that has our process number but began at another time is dead', async () => {
    write({ ...own, started: '1' })
    expect(await connects()).toBe(true)
  })

  test.each([
    ['host', { host: 'elsewhere' }],
    ['start of the machine', { boot: 'another' }],
    ['container', { pidNamespace: 'pid:[1]' }],
  ])('on another %s is dead only when it does not refresh its lock', async (_, other) => {
    write({ ...own, ...other, pid: 1, started: '1' })
    expect(await connects()).toBe(false)
    write({ ...own, ...other, pid: 1, started: '1' }, longAgo)
    expect(await connects()).toBe(true)
  })

  test('that died while it succeeded a dead one is succeeded in turn', async () => {
    const dead = (uuid: string) => ({ ...own, started: '1', uuid })
    write(dead('first'))
    mkdirSync(join(root, '.romi', 'locks'), { recursive: true })
    for (const [before, next] of [
      ['first', 'second'],
      ['second', 'third'],
    ])
      writeFileSync(join(root, '.romi', 'locks', `after-${before}`), JSON.stringify(dead(next)))
    expect(await connects()).toBe(true)
  })

  test('that lives and succeeds a dead one is not overtaken', async () => {
    write({ ...own, started: '1', uuid: 'first' })
    mkdirSync(join(root, '.romi', 'locks'), { recursive: true })
    writeFileSync(join(root, '.romi', 'locks', 'after-first'), JSON.stringify(own))
    expect(await connects()).toBe(false)
  })
})

describe("another program's lock", () => {
  test.each([
    ['an empty file, as ROMI makes', ''],
    ['a text', 'pid 1'],
    ['JSON that is none of ours', '{"pid":1}'],
  ])('is never taken over, however old: %s', async (_, text) => {
    writeFileSync(lock, text)
    utimesSync(lock, longAgo, longAgo)
    for (const options of [{}, { wait: true }])
      await expect(new FSDB(root).connect(options)).rejects.toMatchObject({
        code: 'store/foreign-lock',
        facts: { path: lock, since: longAgo.toISOString() },
      })
    expect(readFileSync(lock, 'utf8')).toBe(text)
  })

  test('may be a folder', async () => {
    mkdirSync(lock)
    await expect(new FSDB(root).connect()).rejects.toThrow(code('store/foreign-lock'))
    expect(existsSync(lock)).toBe(true)
  })
})

describe('a writer whose lock is lost', () => {
  test.each([
    ['taken by another', () => writeFileSync(lock, JSON.stringify(thisProcess({ run: 'thief' })))],
    ['removed', () => rmSync(lock)],
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
