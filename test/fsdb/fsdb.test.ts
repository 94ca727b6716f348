// Every call of the store, as a user of ROMI's data-storage manual makes it.
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { afterAll, beforeEach, describe, expect, test } from 'vitest'
import type { Disk } from '../../src/base/system.ts'
import { realDisk } from '../../src/base/system.ts'
import { FSDB } from '../../src/fsdb/fsdb.ts'
import { code } from '../support/coded.ts'
import { scratchFolder } from '../support/scratch.ts'

const work = scratchFolder('fsdb')
afterAll(() => rmSync(work, { recursive: true }))

let turn = 0
let root: string
beforeEach(() => {
  root = join(work, `db${turn++}`)
})
async function connected(disk?: Disk): Promise<FSDB> {
  const db = await FSDB.create(root, { disk })
  await db.connect()
  return db
}

describe('a database', () => {
  test('a database is a folder with a marker', async () => {
    const db = await FSDB.create(join(root, 'deep', 'down'))
    expect(db.isConnected).toBe(false)
    expect(readdirSync(db.path)).toEqual(['romidb'])
    expect(await (await FSDB.open(db.path)).scanIds()).toEqual([])
  })

  test('keeps the index of a scan in memory until work on the scan is done', async () => {
    await using db = await connected()
    await db.createScan('plant')
    await setTimeout(50) // an index that changed just now is read again in any case
    let reads = 0
    const readText = (path: string) => {
      reads += Number(path.endsWith('files.json'))
      return realDisk.readText(path)
    }
    const reader = await FSDB.open(root, { disk: { ...realDisk, readText } })
    const scan = await reader.getScan('plant')
    const readsOf = async (work: () => Promise<unknown>) => {
      const before = reads
      await work()
      return reads - before
    }
    await scan.filesetIds()
    expect(await readsOf(() => scan.filesetIds())).toBe(0)
    await reader.release('plant')
    expect(await readsOf(() => scan.filesetIds())).toBe(1)
  })

  test('a database is not made where something else is, nor opened where there is none', async () => {
    mkdirSync(root)
    await expect(FSDB.open(root)).rejects.toThrow(code('store/not-a-database'))
    await expect(new FSDB(root).connect()).rejects.toThrow(code('store/not-a-database'))
    writeFileSync(join(root, 'letter.txt'), 'Dear')
    await expect(FSDB.create(root)).rejects.toThrow(code('store/folder-not-empty'))
    writeFileSync(join(root, 'romidb'), '')
    await expect(FSDB.create(root)).rejects.toThrow(code('store/database-exists'))
  })

  test('opens without reading more than the marker', async () => {
    const looked: string[] = []
    const disk: Disk = {
      ...realDisk,
      stat: (path) => (looked.push(path), realDisk.stat(path)),
      list: (path) => (looked.push(path), realDisk.list(path)),
      readText: (path) => (looked.push(path), realDisk.readText(path)),
    }
    await FSDB.create(root)
    await FSDB.open(root, { disk })
    expect(looked).toEqual([join(root, 'romidb')])
  })

  test('that is open for reading refuses every change', async () => {
    await using db = await connected()
    const scan = await db.createScan('plant')
    await scan.createFileset('images')
    const readOnly = await FSDB.open(root)
    const reader = await readOnly.getScan('plant')
    const images = await reader.getFileset('images')
    for (const attempt of [
      () => readOnly.createScan('x'),
      () => readOnly.deleteScan('plant'),
      () => reader.createFileset('x'),
      () => reader.deleteFileset('images'),
      () => reader.setMetadata('a', 1),
      () => reader.draft('x'),
      () => images.createFile('x'),
      () => images.setMetadata('a', 1),
    ])
      await expect(attempt()).rejects.toThrow(code('store/not-connected'))
  })

  test('a database can be disconnected and connected again', async () => {
    await using db = await connected()
    await db.connect()
    const scan = await db.createScan('plant')
    await db.disconnect()
    await db.disconnect()
    expect(db.isConnected).toBe(false)
    await db.connect()
    await scan.setMetadata('again', true)
    expect(await scan.getMetadata('again')).toBe(true)
  })
})

describe('what is looked for and absent', () => {
  test('what is looked for and absent is an error that lists what there is', async () => {
    await using db = await connected()
    for (const id of ['b', 'a']) await db.createScan(id)
    const scan = await db.getScan('a')
    await scan.createFileset('images')
    const images = await scan.getFileset('images')
    await (await images.createFile('f')).write(Buffer.from('f'), 'txt')
    const missing = (what: string, there: string[]) => ({
      code: `store/${what}-missing`,
      facts: { id: 'x', there },
    })
    await expect(db.getScan('x')).rejects.toMatchObject(missing('scan', ['a', 'b']))
    await expect(scan.getFileset('x')).rejects.toMatchObject(missing('fileset', ['images']))
    await expect(images.getFile('x')).rejects.toMatchObject(missing('file', ['f']))
    await expect(db.deleteScan('x')).rejects.toMatchObject(missing('scan', ['a', 'b']))
    await expect(scan.deleteFileset('x')).rejects.toMatchObject(missing('fileset', ['images']))
    await expect(images.deleteFile('x')).rejects.toMatchObject(missing('file', ['f']))
    expect(await db.hasScan('x')).toBe(false)
    expect(await db.hasScan('../a')).toBe(false)
    expect(await scan.hasFileset('x')).toBe(false)
    expect(await images.hasFile('x')).toBe(false)
  })
})

describe('scans, filesets and files', () => {
  test('scans, filesets and files are made, listed, found by a query and deleted', async () => {
    await using db = await connected()
    const scan = await db.createScan('plant_1', { species: 'Arabidopsis', pot: { n: 1, at: [2] } })
    await db.createScan('plant_0', { species: 'Tomato' })
    expect(await db.scanIds()).toEqual(['plant_0', 'plant_1'])
    const found = await db.getScans({ pot: { at: [2], n: 1 } })
    expect(found.map(({ id }) => id)).toEqual(['plant_1'])
    const images = await scan.createFileset('images', { channels: ['rgb'] })
    await scan.createFileset('empty')
    expect((await scan.getFilesets({ channels: ['rgb'] })).map(({ id }) => id)).toEqual(['images'])
    for (const id of ['a', 'b']) {
      const file = await images.createFile(id)
      await file.write(Buffer.from(id), 'txt')
      await file.setMetadata('channel', id)
    }
    expect((await images.getFiles({ channel: 'b' })).map(({ filename }) => filename)).toEqual([
      'b.txt',
    ])
    await images.deleteFile('a')
    expect(await images.fileIds()).toEqual(['b'])
    expect(readdirSync(images.path)).toEqual(['b.txt'])
    await scan.deleteFileset('images')
    expect(await scan.filesetIds()).toEqual(['empty'])
    expect(readdirSync(join(scan.path, 'metadata'))).not.toContain('images.json')
    await db.deleteScan('plant_1')
    expect(await db.scanIds()).toEqual(['plant_0'])
    await expect(scan.getFilesets()).rejects.toThrow(code('store/scan-missing'))
  })

  test('scans, filesets and files are not made twice', async () => {
    await using db = await connected()
    const scan = await db.createScan('plant')
    await expect(db.createScan('plant')).rejects.toThrow(code('store/scan-exists'))
    const images = await scan.createFileset('images')
    await expect(scan.createFileset('images')).rejects.toThrow(code('store/fileset-exists'))
    await (await images.createFile('a')).write(Buffer.from('a'), 'txt')
    await expect(images.createFile('a')).rejects.toThrow(code('store/file-exists'))
    const twice = await Promise.allSettled([scan.createFileset('b'), scan.createFileset('b')])
    expect(twice.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
  })

  test('two files never share a name', async () => {
    await using db = await connected()
    const images = await (await db.createScan('plant')).createFileset('images')
    await (await images.createFile('a.b')).write(Buffer.from('1'), 'c')
    const other = await images.createFile('a')
    await expect(other.write(Buffer.from('2'), 'b.c')).rejects.toThrow(code('store/filename-taken'))
    expect(await (await images.getFile('a.b')).read()).toEqual(Buffer.from('1'))
  })

  test('a file has no name and no bytes before it is written', async () => {
    await using db = await connected()
    const images = await (await db.createScan('plant')).createFileset('images')
    const file = await images.createFile('a')
    expect(() => file.filename).toThrow(code('store/file-not-written'))
    await expect(file.read()).rejects.toThrow(code('store/file-not-written'))
    await expect(file.setMetadata('a', 1)).rejects.toThrow(code('store/file-missing'))
    expect(await images.hasFile('a')).toBe(false)
    await file.write(Buffer.from('a'), 'txt')
    await file.write(Buffer.from('b'), 'bin')
    expect(file.extension).toBe('bin')
    expect(readdirSync(images.path)).toEqual(['a.bin'])
  })

  test('files from elsewhere are imported all or none', async () => {
    const outside = join(work, `outside${turn}`)
    mkdirSync(outside)
    const paths = ['a.jpg', 'b.png'].map((name) => join(outside, name))
    for (const path of paths) writeFileSync(path, path)
    await using db = await connected()
    const images = await (await db.createScan('plant')).createFileset('images')
    const gone = [...paths, join(outside, 'gone.jpg')]
    await expect(images.importFiles(gone)).rejects.toMatchObject({ code: 'ENOENT' })
    expect(await images.fileIds()).toEqual([])
    for (const twin of ['a.png', 'A.tif']) {
      const twins = [...paths, join(outside, twin)]
      await expect(images.importFiles(twins)).rejects.toThrow(code('store/file-exists'))
    }
    expect(await images.fileIds()).toEqual([])
    const files = await images.importFiles(paths, { metadata: (path, id) => ({ path, id }) })
    expect(files.map(({ filename }) => filename)).toEqual(['a.jpg', 'b.png'])
    expect(await files[1].getMetadata()).toEqual({ path: paths[1], id: 'b' })
    await expect(images.importFiles(paths)).rejects.toThrow(code('store/file-exists'))
    const single = await images.createFile('c')
    await single.import(paths[0])
    expect(single.filename).toBe('c.jpg')
    expect(await (await FSDB.open(root)).problems()).toEqual(new Map())
  })
})

describe('metadata', () => {
  test('metadata is merged key by key on all three levels', async () => {
    await using db = await connected()
    const scan = await db.createScan('plant', { a: 1 })
    const images = await scan.createFileset('images')
    const file = await images.createFile('f')
    await file.write(Buffer.from('f'), 'txt')
    for (const level of [scan, images, file]) {
      await level.setMetadata({ a: 2, b: { c: null } })
      await level.setMetadata('d', [1])
      expect(await level.getMetadata()).toEqual({ a: 2, b: { c: null }, d: [1] })
      expect(await level.getMetadata('b')).toEqual({ c: null })
      expect(await level.getMetadata('toString')).toBe(undefined)
    }
  })

  test('that is set at the same time is all there', async () => {
    await using db = await connected()
    const scan = await db.createScan('plant')
    const keys = Array.from({ length: 40 }, (_, i) => `k${i}`)
    await Promise.all(keys.map((key, i) => scan.setMetadata(key, i)))
    expect(Object.keys(await scan.getMetadata())).toHaveLength(40)
  })

  test.each([
    ['NaN', Number.NaN],
    ['a function', () => 1],
    ['nothing', undefined],
    ['a date', new Date()],
    ['a bigint', 1n],
  ])('metadata is JSON: %s is refused', async (_, value) => {
    await using db = await connected()
    const scan = await db.createScan('plant')
    // Cast: callers without types may give anything.
    await expect(scan.setMetadata('deep', [value] as never)).rejects.toThrow(code('json/not-json'))
    await expect(scan.setMetadata([1] as never)).rejects.toThrow(code('json/not-a-map'))
    expect(await scan.getMetadata()).toEqual({})
  })
})

describe('the order of filesets', () => {
  test('ends with those that are moved there, written once and only if it changes', async () => {
    let rewrites = 0
    await using db = await connected({
      ...realDisk,
      rename: (from, to) => {
        if (to.endsWith('files.json')) rewrites++
        realDisk.rename(from, to)
      },
    })
    const scan = await db.createScan('plant')
    const [a, b, c] = [
      await scan.createFileset('a'),
      await scan.createFileset('b'),
      await scan.createFileset('c'),
    ]
    rewrites = 0
    await scan.moveToEnd([b.id, a.id])
    expect(await scan.filesetIds()).toEqual([c.id, b.id, a.id])
    await scan.moveToEnd([b.id, a.id])
    expect(rewrites).toBe(1)
  })
})

describe('changes that come together', () => {
  test('share one rewrite of the index', async () => {
    let rewrites = 0
    await using db = await connected({
      ...realDisk,
      rename: (from, to) => {
        if (to.endsWith('files.json')) rewrites++
        realDisk.rename(from, to)
      },
    })
    const scan = await db.createScan('plant')
    const images = await scan.createFileset('images')
    const drafts = await Promise.all(Array.from({ length: 10 }, (_, i) => scan.draft(`d${i}`)))
    rewrites = 0
    await Promise.all(
      Array.from({ length: 200 }, async (_, i) => {
        const file = await images.createFile(`f${i}`)
        await file.write(Buffer.from(String(i)), 'txt')
      }),
    )
    expect(await images.fileIds()).toHaveLength(200)
    // Those written while an index was on its way share the next one.
    expect(rewrites).toBeLessThan(50)
    rewrites = 0
    await Promise.all(drafts.map((draft, i) => draft.publish(`fileset_${i}`)))
    expect(rewrites).toBeLessThan(5)
    expect(await scan.filesetIds()).toHaveLength(11)
  })

  test('changes that come together do not spoil one another: one that cannot be done fails alone', async () => {
    await using db = await connected()
    const scan = await db.createScan('plant')
    const outcomes = await Promise.allSettled(
      ['a', 'b', 'a', 'A', 'c'].map((id) => scan.createFileset(id)),
    )
    const [a, b, a2, A, c] = outcomes.map(({ status }) => status)
    expect([b, c]).toEqual(['fulfilled', 'fulfilled'])
    expect([a, a2, A].sort()).toEqual(['fulfilled', 'rejected', 'rejected'])
    const ids = await scan.filesetIds()
    expect(ids.map((id) => id.toLowerCase()).sort()).toEqual(['a', 'b', 'c'])
    expect(await scan.problems()).toEqual([])
  })
})
