// Locks that are there when a writer comes: those of version 0.1, and what a power cut left of ours.
import { randomUUID } from 'node:crypto'
import { existsSync, linkSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeEach, describe, expect, test } from 'vitest'
import { FSDB } from '../../../src/fsdb/fsdb.ts'
import { thisProcess } from '../../../src/fsdb/locks/owner.ts'
import { plainText } from '../../../src/fsdb/locks/plain-lock.ts'
import { monotonicMs } from '../../../src/base/monotonic.ts'
import { staleMs } from '../../../src/fsdb/locks/sightings.ts'
import { freshDatabases } from './fresh-database.ts'
import { code } from '../../support/coded.ts'

const fresh = freshDatabases('old-lock')
const { work } = fresh
let root: string
let lock: string
beforeEach(async () => void ({ root, lock } = await fresh.make()))

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
