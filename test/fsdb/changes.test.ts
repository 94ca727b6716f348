// What changes of a scan's index and folders come to, and what is refused in which words.
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeEach, describe, expect, test } from 'vitest'
import { FSDB } from '../../src/fsdb/fsdb.ts'
import type { Fileset } from '../../src/fsdb/fileset.ts'
import type { Scan } from '../../src/fsdb/scan.ts'
import { scratchFolder } from '../support/scratch.ts'

const work = scratchFolder('changes')
afterAll(() => rmSync(work, { recursive: true }))

let turn = 0
let scan: Scan
let images: Fileset
beforeEach(async () => {
  const db = await FSDB.create(join(work, `db${turn++}`))
  await db.connect()
  scan = await db.createScan('plant')
  images = await scan.createFileset('images', { channel: 'rgb' })
  await write('a', 'a', 'txt')
  return () => db.disconnect()
})

const at = (...names: string[]): string => join(scan.path, ...names)
const write = async (id: string, text: string, extension: string): Promise<void> =>
  (await images.createFile(id, { of: id })).write(Buffer.from(text), extension)
/** What lies in the scan's folder for work in the making, or in another of ours. */
const own = (folder: string): string[] =>
  existsSync(at('.romi', folder)) ? readdirSync(at('.romi', folder)) : []

describe('is refused, with what is in the way and what to do', () => {
  test('a fileset by an id that is taken', async () => {
    await expect(scan.createFileset('images')).rejects.toMatchObject({
      code: 'store/fileset-exists',
      message:
        'the scan plant has a fileset images already: delete or retire it first, or choose another id',
      facts: { id: 'images' },
    })
  })

  test('an id that a filesystem may take for another', async () => {
    const clash = (id: string, twin: string) => ({
      code: 'store/id-clash',
      message: `the ids ${id} and ${twin} differ only in case, or in how their accents are stored, and some filesystems take them for the same: choose another`,
      facts: { id, twin },
    })
    await expect(scan.createFileset('Images')).rejects.toMatchObject(clash('Images', 'images'))
    await expect(images.createFile('A')).rejects.toMatchObject(clash('A', 'a'))
  })

  test('a fileset in the place of a folder that nothing lists', async () => {
    mkdirSync(at('mine'))
    await expect(scan.createFileset('mine')).rejects.toMatchObject({
      code: 'store/path-taken',
      message: `${at('mine')} is there already though nothing lists it: move it away, or choose another id`,
      facts: { path: at('mine') },
    })
  })

  test('a file by an id that is taken', async () => {
    await expect(images.createFile('a')).rejects.toMatchObject({
      code: 'store/file-exists',
      message:
        'the fileset images of plant has a file a already: delete it first, or choose another id',
      facts: { id: 'a', fileset: 'images' },
    })
  })

  test('a file by the name of another, that is there or comes at the same time', async () => {
    await write('b.c', 'first', 'd')
    const second = await images.createFile('b')
    const taken = (user: string) => ({
      code: 'store/filename-taken',
      message: `the file name b.c.d is used in images by ${user}: choose another id than b`,
      facts: { filename: 'b.c.d', fileset: 'images' },
    })
    await expect(second.write(Buffer.from('second'), 'c.d')).rejects.toMatchObject(taken('b.c'))
    await images.deleteFile('b.c')
    const both = [await images.createFile('b.c'), await images.createFile('b')]
    const outcomes = await Promise.allSettled([
      both[0].write(Buffer.from('first'), 'd'),
      both[1].write(Buffer.from('second'), 'c.d'),
    ])
    expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
    expect(await images.fileIds()).toHaveLength(2)
  })

  test('to look for what is not there, whatever name the folder has', async () => {
    await expect(scan.getFileset('none')).rejects.toMatchObject({
      code: 'store/fileset-missing',
      message: expect.stringContaining('the scan plant') as unknown,
    })
    await expect(images.deleteFile('none')).rejects.toMatchObject({
      code: 'store/file-missing',
      message: expect.stringContaining('the fileset images') as unknown,
    })
  })
})

describe('a fileset', () => {
  test('that is deleted leaves nothing, on the disk or aside', async () => {
    await scan.deleteFileset('images')
    expect(existsSync(at('images'))).toBe(false)
    expect(readdirSync(at('metadata'))).toEqual([])
    expect(own('tmp')).toEqual([])
    expect(own('retired')).toEqual([])
    expect(await scan.filesetIds()).toEqual([])
  })

  test('that is retired lies aside with all that is of it, under a number of its own', async () => {
    await scan.retireFileset('images')
    images = await scan.createFileset('images')
    await write('b', 'b', 'txt')
    await scan.retireFileset('images')
    expect(await scan.filesetIds()).toEqual([])
    expect(own('retired').sort()).toEqual(['images-1', 'images-2'])
    const [first, second] = ['images-1', 'images-2'].map((name) => at('.romi', 'retired', name))
    expect(readdirSync(join(first, 'files'))).toEqual(['a.txt'])
    expect(readdirSync(join(first, 'metadata'))).toEqual(['a.json'])
    expect(JSON.parse(readFileSync(join(first, 'metadata.json'), 'utf8'))).toEqual({
      channel: 'rgb',
    })
    // What it did not have is not there either.
    expect(readdirSync(second).sort()).toEqual(['files', 'metadata'])
  })

  test('that is published has its metadata only if it was given some, and leaves no draft', async () => {
    const draft = await scan.draft('Masks')
    await draft.writeFile('m', Buffer.from('m'), 'txt')
    await draft.publish('masks')
    expect(readdirSync(at('metadata')).sort()).toEqual(['images', 'images.json'])
    expect(own('drafts')).toEqual([])
    expect(own('retired')).toEqual([])
  })
})

describe('a file', () => {
  test('that is written anew under another extension leaves nothing of the old one', async () => {
    const file = await images.getFile('a')
    await file.write(Buffer.from('A'), 'bin')
    expect(readdirSync(at('images'))).toEqual(['a.bin'])
    expect(await file.getMetadata()).toEqual({ of: 'a' })
    expect(own('tmp')).toEqual([])
  })

  test('that is written anew under its name takes the place of the old one', async () => {
    const file = await images.getFile('a')
    await file.write(Buffer.from('A'), 'txt')
    expect(readFileSync(at('images', 'a.txt'), 'utf8')).toBe('A')
    expect(await images.fileIds()).toEqual(['a'])
    expect(await file.getMetadata()).toEqual({ of: 'a' })
  })

  test('finds metadata of an earlier one by its id put aside, not merged', async () => {
    writeFileSync(at('metadata', 'images', 'b.json'), '{"old":1}')
    await write('b', 'b', 'txt')
    expect(await (await images.getFile('b')).getMetadata()).toEqual({ of: 'b' })
    const [folder] = await scan.retired()
    expect(readFileSync(join(folder, 'metadata', 'b.json'), 'utf8')).toBe('{"old":1}')
  })

  test('without such metadata puts nothing aside', async () => {
    await write('b', 'b', 'txt')
    await (await images.getFile('a')).write(Buffer.from('A'), 'txt')
    expect(await scan.retired()).toEqual([])
  })

  test('that lies in its fileset already is listed where it is', async () => {
    writeFileSync(at('images', 'c.txt'), 'c')
    const [file] = await images.importFiles([at('images', 'c.txt')])
    expect(Buffer.from(await file.read()).toString()).toBe('c')
    expect(readdirSync(at('images')).sort()).toEqual(['a.txt', 'c.txt'])
    expect(own('tmp')).toEqual([])
  })

  test('that is deleted leaves nothing, with metadata or without', async () => {
    await images.deleteFile('a')
    await (await images.createFile('b')).write(Buffer.from('b'), 'txt')
    await images.deleteFile('b')
    expect(readdirSync(at('images'))).toEqual([])
    expect(readdirSync(at('metadata', 'images'))).toEqual([])
    expect(own('tmp')).toEqual([])
    expect(own('journal.json')).toEqual([])
    expect(await images.fileIds()).toEqual([])
  })
})
