// Damage stays local: one bad scan, entry or file is told with its path, the rest is usable.
import { mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeEach, describe, expect, test } from 'vitest'
import { realDisk, type Disk } from '../../src/base/system.ts'
import { FSDB } from '../../src/fsdb/fsdb.ts'
import type { Scan } from '../../src/fsdb/scan.ts'
import { code } from '../support/coded.ts'
import { scratchFolder } from '../support/scratch.ts'

const work = scratchFolder('damage')
afterAll(() => rmSync(work, { recursive: true }))

let turn = 0
let root: string
let index: string
beforeEach(async () => {
  root = join(work, `db${turn++}`)
  index = join(root, 'bad', 'files.json')
  await using db = await FSDB.create(root)
  await db.connect()
  for (const id of ['bad', 'good']) {
    const scan = await db.createScan(id, { id })
    const images = await scan.createFileset('images', { channel: 'rgb' })
    await (await images.createFile('a')).write(Buffer.from('a'), 'txt')
  }
})

/** That the other scan still works, for readers and for a writer. */
async function goodIsUsable(): Promise<void> {
  await using db = new FSDB(root)
  await db.connect()
  expect(await db.scanIds()).toEqual(['bad', 'good'])
  expect((await db.getScans()).map(({ id }) => id)).toEqual(['bad', 'good'])
  const good = await db.getScan('good')
  await good.setMetadata('touched', true)
  await good.createFileset(`more_${turn}`)
  expect((await db.getScans({ id: 'good' })).map(({ id }) => id)).toEqual(['good'])
  await (await (await good.getFileset('images')).getFile('a')).read()
}

test('a folder in the place of an index makes that scan an error with its path', async () => {
  rmSync(index)
  mkdirSync(index)
  const error = { code: 'store/no-file', facts: { path: index } }
  await expect((await FSDB.open(root)).getScan('bad')).rejects.toMatchObject(error)
  await goodIsUsable()
})

describe('an index that is', () => {
  test.each([
    ['empty', ''],
    ['truncated', '{"filesets":[{"id":"ima'],
    ['no JSON', 'filesets = []'],
    ['no map', '[]'],
    ['without filesets', '{}'],
    ['with filesets that are no list', '{"filesets":{}}'],
  ])('%s makes that scan an error with its path', async (_, text) => {
    writeFileSync(index, text)
    const damaged = { code: 'store/scan-damaged', facts: { path: index } }
    await using db = new FSDB(root)
    await db.connect()
    await expect(db.getScan('bad')).rejects.toMatchObject(damaged)
    const bad = (await db.getScans())[0]
    await expect(bad.getFilesets()).rejects.toMatchObject(damaged)
    await expect(bad.createFileset('x')).rejects.toMatchObject(damaged)
    expect((await db.problems()).get(bad.id)).toMatchObject([{ is: 'scan-damaged', path: index }])
    // Nothing is deleted or written over.
    expect(readFileSync(index, 'utf8')).toBe(text)
    await db.disconnect()
    await goodIsUsable()
  })
})

describe('an entry that', () => {
  const problemsOf = async (): Promise<unknown[]> =>
    (await (await FSDB.open(root)).getScan('bad')).problems()

  test.each([
    ['is no map', 'text', 'filesets[1]'],
    ['has no id', { files: [] }, 'filesets[1]'],
    ['leaves the scan', { id: '../good', files: [] }, 'filesets[1]'],
    ['is there twice', { id: 'images', files: [] }, 'filesets[1]'],
    ['has files that are no list', { id: 'b', files: 3 }, 'filesets[1]'],
    ['has a file without a name', { id: 'b', files: [{ id: 'x' }] }, 'filesets[1].files[0]'],
    [
      'has a file that leaves the fileset',
      { id: 'b', files: [{ id: 'x', file: '../../good/files.json' }] },
      'filesets[1].files[0]',
    ],
    [
      'has a file twice',
      {
        id: 'b',
        files: [
          { id: 'x', file: 'x.txt' },
          { id: 'x', file: 'y.txt' },
        ],
      },
      'filesets[1].files[1]',
    ],
  ])('%s is told with its place and kept; the others are usable', async (_, entry, at) => {
    const images = { id: 'images', files: [{ id: 'a', file: 'a.txt' }] }
    writeFileSync(index, JSON.stringify({ filesets: [images, entry] }))
    expect(await problemsOf()).toContainEqual(
      expect.objectContaining({ is: 'bad-entry', at, path: index }),
    )
    await using db = new FSDB(root)
    await db.connect()
    const bad = await db.getScan('bad')
    await (await (await bad.getFileset('images')).getFile('a')).read()
    await bad.createFileset('new')
    // What cannot be understood is not ours to remove.
    const kept = JSON.parse(readFileSync(index, 'utf8')) as { filesets: unknown[] }
    expect(kept.filesets).toContainEqual(entry)
  })

  test('names a missing file is told as such', async () => {
    const path = join(root, 'bad', 'images', 'a.txt')
    rmSync(path)
    expect(await problemsOf()).toEqual([{ is: 'missing-file', path, fileset: 'images', file: 'a' }])
    const images = await (await (await FSDB.open(root)).getScan('bad')).getFileset('images')
    const file = await images.getFile('a')
    await expect(file.read()).rejects.toMatchObject({ code: 'store/file-gone', facts: { path } })
    await expect(file.digest()).rejects.toThrow(code('store/file-gone'))
    await goodIsUsable()
  })

  test('names a missing folder is told as such, and can be deleted', async () => {
    const path = join(root, 'bad', 'images')
    rmSync(path, { recursive: true })
    expect(await problemsOf()).toEqual([{ is: 'missing-folder', path, fileset: 'images' }])
    await using db = new FSDB(root)
    await db.connect()
    await (await db.getScan('bad')).deleteFileset('images')
    expect(await problemsOf()).toEqual([])
  })
})

test.each([
  ['scan', 'metadata.json', (scan: Scan) => scan.getMetadata()],
  ['fileset', 'images.json', async (scan: Scan) => (await scan.getFileset('images')).getMetadata()],
  [
    'file',
    'images/a.json',
    async (scan: Scan) => (await scan.getFileset('images')).filesMetadata(),
  ],
])('damaged metadata of a %s is told with its path', async (_, name, read) => {
  const path = join(root, 'bad', 'metadata', name)
  mkdirSync(join(root, 'bad', 'metadata', 'images'), { recursive: true })
  for (const text of ['', '{"a":', '[1]', '"text"', 'null']) {
    writeFileSync(path, text)
    await using db = new FSDB(root)
    await db.connect()
    const bad = await db.getScan('bad')
    await expect(read(bad)).rejects.toMatchObject({
      code: 'store/metadata-damaged',
      facts: { path },
    })
    expect(await bad.problems()).toMatchObject([{ is: 'metadata-damaged', path }])
  }
  const damaged: unknown[] = []
  const db = await FSDB.open(root)
  await db.getScans({ id: 'good' }, { onDamaged: (error) => damaged.push(error.facts.path) })
  // A query looks at the metadata of scans, of which those of their photographs' fileset are a part.
  expect(damaged).toEqual(name === 'images/a.json' ? [] : [path])
  await goodIsUsable()
})

describe('what nobody listed', () => {
  test('what nobody listed is left alone and told', async () => {
    const folder = join(root, 'bad', 'mine')
    const file = join(root, 'bad', 'images', 'mine.txt')
    mkdirSync(folder)
    writeFileSync(file, 'mine')
    await using db = new FSDB(root)
    await db.connect()
    const scan = await db.getScan('bad')
    await scan.setMetadata('a', 1)
    expect(await scan.problems()).toEqual([
      { is: 'stray-folder', path: folder },
      { is: 'stray-file', path: file },
    ])
    // Neither a fileset nor a file takes its place.
    await expect(scan.createFileset('mine')).rejects.toThrow(code('store/path-taken'))
    const draft = await scan.draft('mine')
    await expect(draft.publish('mine')).rejects.toThrow(code('store/path-taken'))
    const images = await scan.getFileset('images')
    const mine = await images.createFile('mine')
    await expect(mine.write(Buffer.from('theirs'), 'txt')).rejects.toThrow(code('store/path-taken'))
    expect(readFileSync(file, 'utf8')).toBe('mine')
    mkdirSync(join(root, 'no-scan'))
    await expect(db.createScan('no-scan')).rejects.toThrow(code('store/path-taken'))
  })

  test('metadata under a new id is retired, never merged', async () => {
    mkdirSync(join(root, 'bad', 'metadata', 'b'), { recursive: true })
    writeFileSync(join(root, 'bad', 'metadata', 'b.json'), '{"old":1}')
    writeFileSync(join(root, 'bad', 'metadata', 'b', 'x.json'), '{"old":2}')
    await using db = new FSDB(root)
    await db.connect()
    const scan = await db.getScan('bad')
    const b = await scan.createFileset('b', { new: 1 })
    await (await b.createFile('x')).write(Buffer.from('x'), 'txt')
    expect(await b.getMetadata()).toEqual({ new: 1 })
    expect(await (await b.getFile('x')).getMetadata()).toEqual({})
    const [retired] = await scan.retired()
    expect(readFileSync(join(retired, 'metadata.json'), 'utf8')).toBe('{"old":1}')
    expect(readFileSync(join(retired, 'metadata', 'x.json'), 'utf8')).toBe('{"old":2}')
  })
})

describe('a symbolic link that leaves the database', () => {
  const outside = join(work, 'outside')
  test('a symbolic link that leaves the database is not followed, whether a scan, a fileset or a file', async () => {
    mkdirSync(join(outside, 'images'), { recursive: true })
    writeFileSync(join(outside, 'files.json'), '{"filesets":[]}')
    writeFileSync(join(outside, 'images', 'a.txt'), 'outside')
    symlinkSync(outside, join(root, 'linked'))
    const db = await FSDB.open(root)
    await expect(db.getScan('linked')).rejects.toThrow(code('store/link-outside'))
    const bad = await db.getScan('bad')
    const file = await (await bad.getFileset('images')).getFile('a')
    rmSync(file.path)
    symlinkSync(join(outside, 'images', 'a.txt'), file.path)
    await expect(file.read()).rejects.toThrow(code('store/link-outside'))
    await expect(file.digest()).rejects.toThrow(code('store/link-outside'))
    rmSync(join(root, 'bad', 'images'), { recursive: true })
    symlinkSync(join(outside, 'images'), join(root, 'bad', 'images'))
    await expect(bad.getFileset('images')).rejects.toThrow(code('store/link-outside'))
    expect((await bad.problems()).map(({ is }) => is)).toContain('link-outside')
  })

  test('a symbolic link that stays within the database is followed', async () => {
    const path = join(root, 'bad', 'images', 'a.txt')
    rmSync(path)
    symlinkSync(join(root, 'good', 'images', 'a.txt'), path)
    const images = await (await (await FSDB.open(root)).getScan('bad')).getFileset('images')
    expect(await (await images.getFile('a')).read()).toEqual(Buffer.from('a'))
  })
})

describe('ids that a filesystem may take for the same', () => {
  test('ids that a filesystem may take for the same are refused on all three levels', async () => {
    await using db = new FSDB(root)
    await db.connect()
    await expect(db.createScan('GOOD')).rejects.toThrow(code('store/id-clash'))
    const scan = await db.getScan('good')
    await expect(scan.createFileset('Images')).rejects.toThrow(code('store/id-clash'))
    const images = await scan.getFileset('images')
    await expect(images.createFile('A')).rejects.toThrow(code('store/id-clash'))
    const twice = [images.createFile('n'), images.createFile('N')]
    const writes = (await Promise.all(twice)).map((file) => file.write(Buffer.from('n'), 'txt'))
    const outcomes = (await Promise.allSettled(writes)).map(({ status }) => status)
    expect(outcomes.sort()).toEqual(['fulfilled', 'rejected'])
  })
})

describe('what is wrong is told', () => {
  test('of a change that was begun and that nobody can read', async () => {
    const journal = join(root, 'bad', '.romi', 'journal.json')
    mkdirSync(join(journal, '..'), { recursive: true })
    writeFileSync(journal, '{"torn')
    const bad = await (await FSDB.open(root)).getScan('bad')
    expect(await bad.problems()).toContainEqual(expect.objectContaining({ is: 'scan-damaged' }))
  })

  test('of a file that is a link to nothing', async () => {
    const path = join(root, 'bad', 'images', 'a.txt')
    rmSync(path)
    symlinkSync(join(root, 'nowhere'), path)
    const bad = await (await FSDB.open(root)).getScan('bad')
    expect(await bad.problems()).toMatchObject([{ is: 'link-outside', path }])
  })

  test('but a fault of the program is not taken for damage', async () => {
    const disk: Disk = {
      ...realDisk,
      list() {
        throw new TypeError('a fault')
      },
    }
    const bad = await (await FSDB.open(root, { disk })).getScan('bad')
    await expect(bad.problems()).rejects.toThrow(TypeError)
  })
})
