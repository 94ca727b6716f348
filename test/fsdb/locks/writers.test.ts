// Writers of a whole database in one process: a second one, copies, other programs' locks, lost locks.
import { randomUUID } from 'node:crypto'
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { beforeEach, describe, expect, test } from 'vitest'
import { FSDB } from '../../../src/fsdb/fsdb.ts'
import { thisProcess } from '../../../src/fsdb/locks/owner.ts'
import { freshDatabases } from './fresh-database.ts'
import { code } from '../../support/coded.ts'

const fresh = freshDatabases('writers')
let root: string
let lock: string
beforeEach(async () => void ({ root, lock } = await fresh.make()))

const longAgo = new Date('2020-01-01')

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

describe('a link', () => {
  test.each(['.romi', '.romi/locks', '.romi/locks/holders'])(
    'in the place of %s, if it leads out, is refused',
    async (name) => {
      const outside = `${root}-outside`
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
  test('at the end of its block', async () => {
    {
      await using db = new FSDB(root)
      await db.connect()
      expect(existsSync(lock)).toBe(true)
    }
    expect(existsSync(lock)).toBe(false)
  })
})
