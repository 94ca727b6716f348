// The store's calls as programs written for ROMI's plantdb make them.
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { FSDB } from '../../src/fsdb/fsdb.ts'
import { scratchFolder } from '../support/scratch.ts'

const work = scratchFolder('as-plantdb')
afterAll(() => rmSync(work, { recursive: true }))
const path = join(work, 'db')

beforeAll(async () => {
  await using db = await FSDB.create(path)
  await db.connect()
  const scan = await db.createScan('s1', { nothing: null })
  const images = await scan.createFileset('images', {
    object: { species: 'Arabidopsis thaliana', environment: 'virtual' },
  })
  await db.createScan('s2')
  for (const [id, tags] of [
    ['a', ['rgb', 'top']],
    ['b', ['rgb']],
  ] as const) {
    const file = await images.createFile(id, { camera: { model: 'OPENCV', f: 9 }, tags: [...tags] })
    await file.write(Buffer.from('{}'), '.json')
  }
})

const images = async () => (await (await FSDB.open(path)).getScan('s1')).getFileset('images')

test('a file is made with its metadata, and its extension may have a dot', async () => {
  const file = await (await images()).getFile('a')
  expect(file.filename).toBe('a.json')
  expect(await file.getMetadata('tags')).toEqual(['rgb', 'top'])
})

test('metadata of a file that never had bytes are not kept', async () => {
  await using db = await FSDB.open(path)
  await db.connect()
  const fileset = await (await db.getScan('s1')).getFileset('images')
  await fileset.createFile('c', { channel: 'rgb' })
  expect(await fileset.fileIds()).toEqual(['a', 'b'])
  expect(await db.problems()).toEqual(new Map())
  await expect(fileset.createFile('d', [] as never)).rejects.toMatchObject({
    code: 'json/not-a-map',
  })
})

test('a key that is absent has the value that was given for it; null is a value', async () => {
  const scan = await (await FSDB.open(path)).getScan('s1')
  expect(await scan.getMetadata('absent', 7)).toBe(7)
  expect(await scan.getMetadata('absent')).toBeUndefined()
  expect(await scan.getMetadata('nothing', 7)).toBeNull()
  expect(await (await images()).getMetadata('absent', 'x')).toBe('x')
  expect(await (await (await images()).getFile('a')).getMetadata('absent', [])).toEqual([])
})

describe('a query', () => {
  test.each([
    [{ camera: { model: 'OPENCV' } }, {}, ['a', 'b']],
    [{ camera: { model: 'OPENCV', f: 8 } }, {}, []],
    [{ camera: { model: 'OPEN.*' } }, {}, []],
    [{ camera: { model: 'OPEN.*' } }, { fuzzy: true }, ['a', 'b']],
    [{ camera: { model: 'PEN' } }, { fuzzy: true }, []],
    [{ tags: ['top'] }, {}, ['a']],
    [{ tags: ['rgb', 'top', 'rgb'] }, {}, []],
    [{ tags: ['t.p'] }, { fuzzy: true }, ['a']],
  ])('%j with %j finds %j', async (query, options, found) => {
    const files = await (await images()).getFiles(query, options)
    expect(files.map(({ id }) => id)).toEqual(found)
  })

  test('a query of scans sees what their photographs say of the plant', async () => {
    const db = await FSDB.open(path)
    const found = await db.getScans({ object: { species: 'Arabid.*' } }, { fuzzy: true })
    expect(found.map(({ id }) => id)).toEqual(['s1'])
    expect(await db.getScans({ object: { environment: 'field' } })).toEqual([])
  })

  test.each([
    ['an option that is not known', {}, { fuzy: true }],
    ['an option that is no map', {}, true],
    ['no map', 'rgb', {}],
    ['an expression that is none', { tags: ['('] }, { fuzzy: true }],
  ])('a query with %s is refused', async (_, query, options) => {
    const asking = (await images()).getFiles(query as never, options as never)
    await expect(asking).rejects.toMatchObject({ code: 'store/bad-query' })
  })
})

test('a file is found whichever way the accents of its name are stored', async () => {
  await using db = await FSDB.open(path)
  await db.connect()
  const fileset = await (await db.getScan('s2')).createFileset('images')
  await (await fileset.createFile('Bl\u00e9_1')).write(Buffer.from('{}'), 'json')
  expect((await fileset.getFile('Ble\u0301_1')).id).toBe('Bl\u00e9_1')
})
