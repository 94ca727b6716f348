// ROMI's own databases are read, and what we write ROMI's tools read and may rewrite.
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { FSDB } from '../../src/fsdb/fsdb.ts'
import { scratchFolder } from '../support/scratch.ts'
import { sharedData } from '../support/shared.ts'

const work = scratchFolder('compatible')
afterAll(() => rmSync(work, { recursive: true }))

describe.skipIf(!sharedData)("ROMI's published scans (skipped where they are absent)", () => {
  const path = sharedData ?? ''

  test("ROMI's published scans (skipped where they are absent) are read completely", async () => {
    const db = await FSDB.open(path)
    expect(await db.scanIds()).toEqual(['real_plant', 'virtual_plant'])
    expect(await db.problems()).toEqual(new Map())
    const real = await db.getScan('real_plant')
    const images = await real.getFileset('images')
    expect(await images.getFiles()).toHaveLength(60)
    const metadata = await images.filesMetadata()
    expect([...metadata.values()].every(({ approximate_pose: pose }) => Array.isArray(pose))).toBe(
      true,
    )
    const measures = await real.measures()
    expect(measures?.angles).toHaveLength(29)
    expect(measures?.internodes).toHaveLength(29)
    const virtual = await (await db.getScan('virtual_plant')).getFileset('images')
    expect(await virtual.getFiles({ channel: 'rgb' })).toHaveLength(18)
    expect(await virtual.getFiles()).toHaveLength(126)
    for (const file of await virtual.getFiles({ channel: 'rgb' }))
      expect((await file.read()).length).toBeGreaterThan(1_000)
  })

  test("ROMI's published scans (skipped where they are absent) are written again byte by byte as ROMI wrote them", async () => {
    const root = join(work, 'copy')
    mkdirSync(root)
    writeFileSync(join(root, 'romidb'), '')
    cpSync(join(path, 'real_plant'), join(root, 'real_plant'), { recursive: true })
    const index = join(root, 'real_plant', 'files.json')
    // Someone's editor ended this one with a newline, which ROMI does not write.
    const before = readFileSync(index, 'utf8').trimEnd()
    await using db = new FSDB(root)
    await db.connect()
    const scan = await db.getScan('real_plant')
    await scan.createFileset('new')
    expect(readFileSync(index, 'utf8')).not.toBe(before)
    await scan.deleteFileset('new')
    expect(readFileSync(index, 'utf8')).toBe(before)
  })
})

test('files lie where ROMI looks for them, with its keys, sorted and indented by four', async () => {
  const root = join(work, 'layout')
  await using db = await FSDB.create(root)
  await db.connect()
  const scan = await db.createScan('myscan_001', { species: 'Arabidopsis' })
  const images = await scan.createFileset('images', { task_name: 'Scan' })
  const file = await images.createFile('scan_img_01')
  await file.write(Buffer.from('bytes'), 'jpg')
  await file.setMetadata({ shot_id: '1', pose: [1, 2.5] })
  const read = (path: string): string => readFileSync(join(root, 'myscan_001', path), 'utf8')
  expect(readFileSync(join(root, 'romidb'), 'utf8')).toBe('')
  expect(read('files.json')).toBe(`{
    "filesets": [
        {
            "files": [
                {
                    "file": "scan_img_01.jpg",
                    "id": "scan_img_01"
                }
            ],
            "id": "images"
        }
    ]
}`)
  expect(read('images/scan_img_01.jpg')).toBe('bytes')
  expect(read('metadata/metadata.json')).toBe('{\n    "species": "Arabidopsis"\n}')
  expect(read('metadata/images.json')).toBe('{\n    "task_name": "Scan"\n}')
  expect(read('metadata/images/scan_img_01.json')).toBe(
    '{\n    "pose": [\n        1,\n        2.5\n    ],\n    "shot_id": "1"\n}',
  )
})

test('keys that we do not know are kept in the index', async () => {
  const root = join(work, 'unknown')
  mkdirSync(join(root, 'plant', 'images'), { recursive: true })
  writeFileSync(join(root, 'romidb'), '')
  const index = join(root, 'plant', 'files.json')
  const file = { id: 'a', file: 'a.txt', checked: true }
  const images = { id: 'images', files: [file], owner: 'me' }
  writeFileSync(index, JSON.stringify({ filesets: [images], version: 2 }))
  writeFileSync(join(root, 'plant', 'images', 'a.txt'), 'a')
  await using db = new FSDB(root)
  await db.connect()
  const scan = await db.getScan('plant')
  await scan.createFileset('b')
  const listed = await (await scan.getFileset('images')).getFile('a')
  await listed.write(Buffer.from('b'), 'bin')
  expect(JSON.parse(readFileSync(index, 'utf8'))).toEqual({
    version: 2,
    filesets: [
      { ...images, files: [{ ...file, file: 'a.bin' }] },
      { id: 'b', files: [] },
    ],
  })
})

test("Python's NaN and Infinity in metadata read as null", async () => {
  const root = join(work, 'nan')
  await using db = await FSDB.create(root)
  await db.connect()
  const scan = await db.createScan('plant')
  const path = join(root, 'plant', 'metadata', 'metadata.json')
  writeFileSync(path, '{"a": NaN, "b": [-Infinity, 1], "c": "NaN and \\" Infinity"}')
  expect(await scan.getMetadata()).toEqual({ a: null, b: [null, 1], c: 'NaN and " Infinity' })
})

test('a change of another program is seen by the next call', async () => {
  const root = join(work, 'rewritten')
  await using db = await FSDB.create(root)
  await db.connect()
  const scan = await db.createScan('plant')
  await scan.createFileset('a')
  expect(await scan.filesetIds()).toEqual(['a'])
  const other = '{"filesets":[{"id":"a","files":[]},{"id":"b","files":[]}]}'
  writeFileSync(join(root, 'plant', 'files.json'), other)
  expect(await scan.filesetIds()).toEqual(['a', 'b'])
  await scan.createFileset('c')
  expect(await scan.filesetIds()).toEqual(['a', 'b', 'c'])
})

describe('measures', () => {
  const root = join(work, 'measures')
  test.each([
    ['measures.csv', 'angle,internode\n137.5,2\n130,1.5\n'],
    ['measures.csv', 'Internodes (mm);Angles (deg)\r\n2;137.5\r\n1.5;130\r\n'],
    ['measures.csv', '137.5\t2\n130\t1.5'],
    ['measures.json', '{"angles":[137.5,130],"internodes":[2,1.5]}'],
  ])('measures of %s are two lists: %j', async (name, text) => {
    rmSync(root, { recursive: true, force: true })
    await using db = await FSDB.create(root)
    await db.connect()
    const scan = await db.createScan('plant')
    expect(await scan.measures()).toBe(undefined)
    writeFileSync(join(scan.path, name), text)
    expect(await scan.measures()).toMatchObject({ angles: [137.5, 130], internodes: [2, 1.5] })
    writeFileSync(join(scan.path, name), 'angle,internode\nmany,2')
    await expect(scan.measures()).rejects.toMatchObject({ code: 'store/measures-damaged' })
  })
})
