// Scans that come and go by one rename, and what is left when that is not sure to last.
import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { afterAll, beforeEach, describe, expect, test } from 'vitest'
import { realDisk, type Disk } from '../../src/base/system.ts'
import { FSDB } from '../../src/fsdb/fsdb.ts'
import { databaseLayout } from '../../src/fsdb/layout.ts'
import type { Scan } from '../../src/fsdb/scan.ts'
import { code } from '../support/coded.ts'
import { scratchFolder } from '../support/scratch.ts'

const work = scratchFolder('whole-scans')
afterAll(() => rmSync(work, { recursive: true }))
const failed = (): Error => Object.assign(new Error('EIO: by the test'), { code: 'EIO' })

let turn = 0
let root: string
let db: FSDB
let scan: Scan
/** What goes wrong at the database's folder. */
let fault: Partial<Pick<Disk, 'sync' | 'rename'>>
beforeEach(async () => {
  root = join(work, `db${turn++}`)
  fault = {}
  const disk: Disk = {
    ...realDisk,
    sync: (path) => (path === root && fault.sync ? fault.sync(path) : realDisk.sync(path)),
    rename: (from, to) =>
      fault.rename && [join(root, 'plant'), join(root, 'new')].some((at) => [from, to].includes(at))
        ? fault.rename(from, to)
        : realDisk.rename(from, to),
  }
  db = await FSDB.create(root, { disk })
  await db.connect()
  scan = await db.createScan('plant')
  const images = await scan.createFileset('images')
  await (await images.createFile('a')).write(Buffer.from('a'), 'txt')
  return () => db.disconnect()
})
const aside = (): string[] => readdirSync(join(root, '.romi', 'tmp'))
const isWhole = async (): Promise<void> => {
  const images = await (await db.getScan('plant')).getFileset('images')
  expect(await (await images.getFile('a')).read()).toEqual(Buffer.from('a'))
}

test('a scan that is deleted leaves nothing: neither aside nor digests of its files', async () => {
  const digests = databaseLayout(root).digests(scan.id)
  mkdirSync(dirname(digests), { recursive: true })
  writeFileSync(digests, '')
  await db.deleteScan('plant')
  expect(existsSync(join(root, 'plant'))).toBe(false)
  expect(aside()).toEqual([])
  expect(readdirSync(dirname(digests))).toEqual([])
})

describe('where the disk fails once the folder has moved', () => {
  beforeEach(() => {
    fault = { sync: () => Promise.reject(failed()) }
  })

  test('a scan is not deleted, and is there as before', async () => {
    await expect(db.deleteScan('plant')).rejects.toThrow(code('store/disk-error'))
    await isWhole()
    expect(aside()).toEqual([])
  })

  test('a scan is not made, and nothing of it is left', async () => {
    await expect(db.createScan('new')).rejects.toThrow(code('store/disk-error'))
    expect(await db.scanIds()).toEqual(['plant'])
    expect(aside()).toEqual([])
    fault = {}
    await db.createScan('new')
  })
})

describe('where the folder cannot be moved', () => {
  test('a scan is not deleted, and the disk’s own error is told', async () => {
    let moves = 0
    fault.rename = () => {
      moves++
      throw failed()
    }
    await expect(db.deleteScan('plant')).rejects.toThrow(code('store/disk-error'))
    expect(moves).toBe(1)
    await isWhole()
  })

  test('a scan is not made, and what lies in its place is left to whoever put it there', async () => {
    let moves = 0
    fault.rename = (_from, to) => {
      moves++
      mkdirSync(to)
      writeFileSync(join(to, 'theirs.txt'), 'theirs')
      throw failed()
    }
    await expect(db.createScan('new')).rejects.toThrow(code('store/disk-error'))
    expect(moves).toBe(1)
    expect(readdirSync(join(root, 'new'))).toEqual(['theirs.txt'])
    expect(aside()).toEqual([])
  })
})
