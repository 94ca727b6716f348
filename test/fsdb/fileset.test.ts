// A fileset and its files: what they tell of themselves, and what an import leaves that did not come off.
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeEach, describe, expect, test } from 'vitest'
import { realDisk } from '../../src/base/system.ts'
import { FSDB } from '../../src/fsdb/fsdb.ts'
import type { Fileset } from '../../src/fsdb/fileset.ts'
import type { Scan } from '../../src/fsdb/scan.ts'
import { scratchFolder } from '../support/scratch.ts'

const work = scratchFolder('fileset')
afterAll(() => rmSync(work, { recursive: true }))

let turn = 0
let db: FSDB
let scan: Scan
let images: Fileset
beforeEach(async () => {
  db = await FSDB.create(join(work, `db${turn++}`))
  await db.connect()
  scan = await db.createScan('plant')
  images = await scan.createFileset('images', { channel: 'rgb' })
  for (const id of ['b', 'a'])
    await (await images.createFile(id, { of: id })).write(Buffer.from(id), 'txt')
  return () => db.disconnect()
})
/** What lies in the folder for work in the making. */
const staged = (): string[] => readdirSync(join(scan.path, '.romi', 'tmp'))
const reader = async (): Promise<Scan> => (await FSDB.open(db.path)).getScan('plant')

describe('a fileset', () => {
  test('tells its scan, its folder and its files in the order of the index', async () => {
    expect(images.scan).toBe('plant')
    expect(images.path).toBe(join(db.path, 'plant', 'images'))
    expect(await images.fileIds()).toEqual(['b', 'a'])
    expect((await images.getFiles()).map(({ id }) => id)).toEqual(['b', 'a'])
  })

  test('tells all that it lists at once', async () => {
    const listing = (await reader()).look({ stamps: false }).fileset('images')
    expect(listing.files.map(({ filename }) => filename)).toEqual(['b.txt', 'a.txt'])
    expect(listing.metadata).toEqual({ channel: 'rgb' })
    expect([...listing.filesMetadata]).toEqual([
      ['b', { of: 'b' }],
      ['a', { of: 'a' }],
    ])
    expect(listing.problems).toEqual([])
  })

  test('lists entries that cannot be used apart', async () => {
    const index = { filesets: [{ id: 'images', files: [{ id: 'a', file: 'a.txt' }, { id: 'c' }] }] }
    writeFileSync(join(scan.path, 'files.json'), JSON.stringify(index))
    const listing = (await reader()).look({ stamps: false }).fileset('images')
    expect(listing.files.map(({ id }) => id)).toEqual(['a'])
    expect(listing.problems).toMatchObject([{ at: 'filesets[0].files[1]' }])
  })

  test('does not read the metadata of files where nothing is asked of them', async () => {
    writeFileSync(join(scan.path, 'metadata', 'images', 'a.json'), '{"torn')
    const fresh = await (await reader()).getFileset('images')
    expect(await fresh.getFiles()).toHaveLength(2)
    await expect(fresh.getFiles({ of: 'b' })).rejects.toMatchObject({
      code: 'store/metadata-damaged',
    })
  })

  test('takes no metadata once it is deleted', async () => {
    await scan.deleteFileset('images')
    await expect(images.setMetadata('late', true)).rejects.toMatchObject({
      code: 'store/fileset-missing',
    })
    expect(readdirSync(join(scan.path, 'metadata'))).not.toContain('images.json')
  })

  test('says which of its files there are when one is looked for in vain', async () => {
    await expect(images.getFile('c')).rejects.toMatchObject({
      message: expect.stringContaining('the fileset images of plant') as unknown,
      facts: { id: 'c', there: ['b', 'a'] },
    })
  })
})

describe('an import that does not come off', () => {
  test('leaves nothing behind, neither bytes nor metadata', async () => {
    const from = join(work, `from${turn}`)
    mkdirSync(from)
    for (const name of ['c.txt', 'a.txt']) writeFileSync(join(from, name), name)
    const paths = ['c.txt', 'a.txt'].map((name) => join(from, name))
    await expect(images.importFiles(paths, { metadata: { new: true } })).rejects.toMatchObject({
      code: 'store/file-exists',
    })
    expect(await images.fileIds()).toEqual(['b', 'a'])
    expect(staged()).toEqual([])
  })

  test('leaves a file where it lies that somebody put into the folder of the fileset', async () => {
    const there = join(images.path, 'c.txt')
    writeFileSync(there, 'mine')
    const outside = join(work, `a${turn}`, 'a.txt')
    mkdirSync(join(outside, '..'))
    writeFileSync(outside, 'a')
    await expect(images.importFiles([there, outside])).rejects.toMatchObject({
      code: 'store/file-exists',
    })
    expect(readFileSync(there, 'utf8')).toBe('mine')
    expect(staged()).toEqual([])
  })
})

describe('a file', () => {
  test('says what to do when it has no bytes yet', async () => {
    const file = await images.createFile('c')
    expect(() => file.filename).toThrow('the file c of images has no bytes yet: write it first')
  })

  test('that is listed but gone is named with its path', async () => {
    const file = await images.getFile('a')
    rmSync(file.path)
    await expect(file.read()).rejects.toThrow(
      `${file.path} is listed but missing: restore it, or delete the file a`,
    )
  })

  test('that could not be written leaves nothing behind, neither bytes nor metadata', async () => {
    writeFileSync(join(images.path, 'c.txt'), 'mine')
    const file = await images.createFile('c', { new: true })
    await expect(file.write(Buffer.from('c'), 'txt')).rejects.toMatchObject({
      code: 'store/path-taken',
    })
    expect(staged()).toEqual([])
  })

  test('takes no metadata once it is deleted, and says which files there are', async () => {
    const file = await images.getFile('a')
    await images.deleteFile('a')
    await expect(file.setMetadata('late', true)).rejects.toMatchObject({
      code: 'store/file-missing',
      message: expect.stringContaining('the fileset images') as unknown,
      facts: { there: ['b'] },
    })
  })

  test('loses one key of its metadata, and keeps the others', async () => {
    const file = await images.getFile('a')
    await file.setMetadata({ blurred: true })
    await file.removeMetadata('of')
    expect(await file.getMetadata()).toEqual({ blurred: true })
  })
})

test('a fileset has the files that it lists, and no others', async () => {
  writeFileSync(join(images.path, 'c.txt'), 'c')
  const has = ['a', 'b', 'c', 'none'].map((id) => images.hasFile(id))
  expect(await Promise.all(has)).toEqual([true, true, false, false])
})

test('an import of no files is none', async () => {
  expect(await images.importFiles([])).toEqual([])
  expect(await images.fileIds()).toEqual(['b', 'a'])
})

test('an import whose metadata cannot be written leaves nothing of its files', async () => {
  const from = join(work, `unwritten${turn}`)
  mkdirSync(from)
  writeFileSync(join(from, 'c.txt'), 'c')
  const create = (): Promise<never> =>
    Promise.reject(Object.assign(new Error('EIO: by the test'), { code: 'EIO' }))
  await db.disconnect()
  await using broken = new FSDB(db.path, { disk: { ...realDisk, create } })
  await broken.connect()
  const there = await (await broken.getScan('plant')).getFileset('images')
  const imported = there.importFiles([join(from, 'c.txt')], { metadata: { of: 'c' } })
  await expect(imported).rejects.toMatchObject({ code: 'store/disk-error' })
  expect(staged()).toEqual([])
  expect(await there.fileIds()).toEqual(['b', 'a'])
})
