// The cache of digests: never wrong, kept between runs, safe to lose.
import { readdirSync, renameSync, rmSync, truncateSync, utimesSync, writeFileSync } from 'node:fs'
import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeEach, describe, expect, test } from 'vitest'
import { sha256 } from '../../src/base/digest.ts'
import { realDisk, type Disk } from '../../src/base/system.ts'
import { FSDB } from '../../src/fsdb/fsdb.ts'
import { calmDisk } from '../support/calm-disk.ts'
import { scratchFolder } from '../support/scratch.ts'

const work = scratchFolder('digests')
afterAll(() => rmSync(work, { recursive: true }))

let turn = 0
let root: string
let path: string
beforeEach(async () => {
  root = join(work, `db${turn++}`)
  await using db = await FSDB.create(root)
  await db.connect()
  const images = await (await db.createScan('plant')).createFileset('images')
  const file = await images.createFile('a')
  await file.write(Buffer.from('first'), 'txt')
  path = file.path
})

const open = (disk: Disk = calmDisk) => FSDB.open(root, { disk })

test('a digest is computed once and known to the next run', async () => {
  const db = await open()
  expect(db.digests.cached(path)).toBe(undefined)
  expect(await db.digests.digest(path)).toBe(sha256('first'))
  expect(db.digests.cached(path)).toBe(sha256('first'))
  await db.digests.save()
  expect((await open()).digests.cached(path)).toBe(sha256('first'))
})

test('a file that was changed, replaced or touched is digested again', async () => {
  const db = await open()
  await db.digests.digest(path)
  writeFileSync(path, 'other')
  expect(await db.digests.digest(path)).toBe(sha256('other'))
  rmSync(path)
  writeFileSync(path, 'third')
  expect(await db.digests.digest(path)).toBe(sha256('third'))
  utimesSync(path, new Date(), new Date('2020-01-01'))
  expect(db.digests.cached(path)).toBe(undefined)
})

test('a file that is replaced while it is digested is digested again', async () => {
  const db = await open()
  const other = `${path}.other`
  writeFileSync(other, 'second')
  // Large enough that it is still being read when the other one takes its place.
  truncateSync(path, 1 << 28)
  const digesting = db.digests.digest(path)
  await stat(path)
  renameSync(other, path)
  await digesting
  expect(await db.digests.digest(path)).toBe(sha256('second'))
})

test('a file that changed just now is not trusted: it may change within the same tick', async () => {
  const db = await open(realDisk)
  writeFileSync(path, 'right now')
  // A second ahead: however long this machine takes, it is not yet in the past.
  utimesSync(path, new Date(), new Date(Date.now() + 60_000))
  await db.digests.digest(path)
  expect(db.digests.cached(path)).toBe(undefined)
})

test('how a file stood before it changed just now is not told as how it stands', async () => {
  let isCalm = true
  const disk: Disk = { ...realDisk, stat: (at) => (isCalm ? calmDisk : realDisk).stat(at) }
  const db = await open(disk)
  await db.digests.digest(path)
  expect(db.digests.stampOf(path)).toMatch(/^\d+ 5 /)
  isCalm = false
  writeFileSync(path, 'another')
  expect(await db.digests.digest(path)).toBe(sha256('another'))
  expect(db.digests.stampOf(path)).toBe(undefined)
})

test('a cache that is damaged or gone is made anew', async () => {
  const db = await open()
  await db.digests.digest(path)
  await db.digests.save()
  const folder = join(root, '.romi', 'digests')
  const [name] = readdirSync(folder)
  for (const text of ['', '{"images/a.txt":[1,2', '[]', '{"images/a.txt":["x"]}', 'null']) {
    writeFileSync(join(folder, name), text)
    expect(await (await open()).digests.digest(path)).toBe(sha256('first'))
  }
  rmSync(folder, { recursive: true })
  expect(await (await open()).digests.digest(path)).toBe(sha256('first'))
})

test('a database that cannot be written to is digested all the same', async () => {
  const refuse = (): never => {
    throw Object.assign(new Error('read-only'), { code: 'EROFS' })
  }
  const db = await open({ ...calmDisk, makeFolder: refuse, create: refuse, rename: refuse })
  expect(await db.digests.digest(path)).toBe(sha256('first'))
  await db.digests.save()
})

describe('a file outside the database', () => {
  test('a file outside the database is digested and not remembered', async () => {
    const outside = join(work, 'outside.txt')
    writeFileSync(outside, 'outside')
    const db = await open()
    expect(await db.digests.digest(outside)).toBe(sha256('outside'))
    expect(db.digests.cached(outside)).toBe(undefined)
  })
})

test('what a draft wrote is known when it is published', async () => {
  await using db = new FSDB(root, { disk: calmDisk })
  await db.connect()
  const draft = await (await db.getScan('plant')).draft('Masks')
  await draft.writeFile('m', Buffer.from('mask'), 'png')
  const masks = await draft.publish('masks')
  expect(db.digests.cached((await masks.getFile('m')).path)).toBe(sha256('mask'))
})

test('what another program rewrites the moment it is published is not known by its old content', async () => {
  const rewriting: Disk = {
    ...calmDisk,
    rename(from, to) {
      calmDisk.rename(from, to)
      // Of the same length, in place: inode and size are as they were.
      if (to.endsWith('/masks')) writeFileSync(join(to, 'm.png'), 'edit')
    },
  }
  await using db = new FSDB(root, { disk: rewriting })
  await db.connect()
  const draft = await (await db.getScan('plant')).draft('Masks')
  await draft.writeFile('m', Buffer.from('mask'), 'png')
  const { path: made } = await (await draft.publish('masks')).getFile('m')
  expect(db.digests.cached(made)).not.toBe(sha256('mask'))
  expect(await db.digests.digest(made)).toBe(sha256('edit'))
})

test('a file that is missing is an error of its own', async () => {
  const db = await open()
  await expect(db.digests.digest(`${path}.gone`)).rejects.toMatchObject({ code: 'store/file-gone' })
})
