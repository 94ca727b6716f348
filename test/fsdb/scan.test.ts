// A scan: its filesets in their order, what lies where, and folders that people laid there by hand.
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeEach, describe, expect, test } from 'vitest'
import { sha256 } from '../../src/base/digest.ts'
import { realDisk } from '../../src/base/system.ts'
import { FSDB } from '../../src/fsdb/fsdb.ts'
import { parseFilesetId } from '../../src/fsdb/ids.ts'
import type { Scan } from '../../src/fsdb/scan.ts'
import { code } from '../support/coded.ts'
import { backwards } from '../support/backwards.ts'
import { scratchFolder } from '../support/scratch.ts'

const work = scratchFolder('scan')
afterAll(() => rmSync(work, { recursive: true }))
const id = parseFilesetId

let root: string
let scan: Scan
/** What the disk does wrong, by the beginning of what it is asked. */
let broken: string | undefined
/** How often something was written. */
let writes: number
beforeEach(async () => {
  root = join(mkdtempSync(join(work, 'db-')), 'db')
  broken = undefined
  writes = 0
  const failed = (): never => {
    throw Object.assign(new Error('EIO: by the test'), { code: 'EIO' })
  }
  const db = await FSDB.create(root, {
    disk: {
      ...backwards,
      create: async (path, bytes) => {
        if (broken !== undefined && path.endsWith(broken)) failed()
        writes++
        await realDisk.createLoose(path, bytes)
      },
      sync: async () => undefined,
      rename: (from, to) => {
        writes++
        realDisk.rename(from, to)
      },
    },
  })
  await db.connect()
  scan = await db.createScan('plant', { species: 'Arabidopsis', unit: 'mm' })
  await scan.createFileset('images', { channel: 'rgb', object: { plant: 7 } })
  await scan.createFileset('masks', { channel: 'mask' })
  await scan.createFileset('empty')
  return () => db.disconnect()
})
const at = (...names: string[]): string => join(scan.path, ...names)
function put(path: string, text = path): void {
  mkdirSync(join(at(path), '..'), { recursive: true })
  writeFileSync(at(path), text)
}
const aside = (): string[] =>
  existsSync(at('.romi', 'tmp')) ? readdirSync(at('.romi', 'tmp')) : []

describe('the filesets of a scan', () => {
  test('are told in the order of the index, with their metadata', async () => {
    expect([scan.id, scan.path]).toEqual(['plant', join(root, 'plant')])
    expect(await scan.filesetIds()).toEqual(['images', 'masks', 'empty'])
    expect([...(await scan.filesetsMetadata())]).toEqual([
      ['images', { channel: 'rgb', object: { plant: 7 } }],
      ['masks', { channel: 'mask' }],
      ['empty', {}],
    ])
    expect(await scan.contents()).toEqual(
      ['images', 'masks', 'empty'].map((fileset) => ({ id: fileset, files: [] })),
    )
  })

  test('are found by their metadata; without a question all are, unread', async () => {
    const found = async (...asked: Parameters<Scan['getFilesets']>): Promise<string[]> =>
      (await scan.getFilesets(...asked)).map((fileset) => fileset.id)
    expect(await found({ channel: 'mask' })).toEqual(['masks'])
    expect(await found({ channel: 'm.*' }, { fuzzy: true })).toEqual(['masks'])
    expect(await found({ channel: 'none' })).toEqual([])
    put('metadata/masks.json', '{')
    expect(await found()).toEqual(['images', 'masks', 'empty'])
    await expect(found({ channel: 'mask' })).rejects.toThrow(code('store/metadata-damaged'))
  })

  test('are there by their names, whichever way their accents are stored', async () => {
    await scan.createFileset('Bl\u00e9')
    expect(await scan.hasFileset('images')).toBe(true)
    expect(await scan.hasFileset('none')).toBe(false)
    expect(await scan.hasFileset('Ble\u0301')).toBe(true)
    expect((await scan.getFileset('Ble\u0301')).id).toBe('Bl\u00e9')
    await expect(scan.getFileset('none')).rejects.toThrow(code('store/fileset-missing'))
  })

  test('are not read through a link that leads out of the database', async () => {
    rmSync(at('masks'), { recursive: true })
    symlinkSync(work, at('masks'))
    await expect(scan.getFileset('masks')).rejects.toThrow(code('store/link-outside'))
  })

  test('occupy the place of their name, be they listed or not', () => {
    mkdirSync(at('unlisted'))
    put('file')
    expect(['images', 'unlisted', 'file', 'none'].map((name) => scan.isOccupied(id(name)))).toEqual(
      [true, true, true, false],
    )
  })

  test('can be moved to the end, if they are not there already', async () => {
    const [images, masks, empty, none] = ['images', 'masks', 'empty', 'none'].map(id)
    expect(scan.areAtEnd([masks, empty])).toBe(true)
    expect(scan.areAtEnd([empty])).toBe(true)
    expect(scan.areAtEnd([empty, masks])).toBe(false)
    expect(scan.areAtEnd([images])).toBe(false)
    expect(scan.areAtEnd([none])).toBe(true)
    expect(scan.areAtEnd([])).toBe(true)
    await scan.moveToEnd([none, masks, images])
    expect(await scan.filesetIds()).toEqual(['empty', 'masks', 'images'])
    const before = writes
    await scan.moveToEnd([none, masks, images])
    expect(writes).toBe(before)
  })
})

describe('a fileset that is made', () => {
  test('has its metadata, if it is given some, and is empty', async () => {
    const made = await scan.createFileset('made', { of: 'me' })
    expect(await made.getMetadata()).toEqual({ of: 'me' })
    expect(readdirSync(at('made'))).toEqual([])
    expect(readdirSync(at('metadata')).filter((name) => name.startsWith('empty'))).toEqual([])
    expect(aside()).toEqual([])
  })

  test('by an id or of metadata that are none is refused, and nothing is left of it', async () => {
    await expect(scan.createFileset('../x')).rejects.toThrow(code('store/bad-id'))
    // Cast: callers without types may give anything.
    await expect(scan.createFileset('x', { f: () => 1 } as never)).rejects.toThrow(
      code('json/not-json'),
    )
    await expect(scan.createFileset('images')).rejects.toThrow(code('store/fileset-exists'))
    broken = 'metadata.json'
    await expect(scan.createFileset('x', { of: 'x' })).rejects.toThrow(code('store/disk-error'))
    expect(aside()).toEqual([])
    expect(await scan.filesetIds()).toEqual(['images', 'masks', 'empty'])
    broken = undefined
    await scan.createFileset('x', { of: 'x' })
  })
})

describe('a folder that somebody laid into the scan', () => {
  beforeEach(() => {
    for (const name of ['b.jpg', 'a.ome.tiff', '.DS_Store']) put(`mine/${name}`)
    mkdirSync(at('mine', 'deep'))
  })

  test('has unlisted files, which are told in order', async () => {
    expect(await scan.unlistedFiles('mine')).toEqual(['a.ome.tiff', 'b.jpg'])
    expect(await scan.unlistedFiles('none')).toEqual([])
    await expect(scan.unlistedFiles('../x')).rejects.toThrow(code('store/bad-id'))
    await scan.listFolder('mine', ['b.jpg'])
    expect(await scan.unlistedFiles('mine')).toEqual(['a.ome.tiff'])
  })

  test('is a fileset once its files are listed, by ids that are their names', async () => {
    const listed = await scan.listFolder('mine', ['b.jpg', 'a.ome.tiff'])
    expect(listed.id).toBe('mine')
    expect(await listed.fileIds()).toEqual(['b', 'a.ome'])
    expect(Buffer.from(await (await listed.getFile('b')).read()).toString()).toBe('mine/b.jpg')
  })

  test('is not listed with a file that is not there, or that nobody asks for', async () => {
    await expect(scan.listFolder('mine', ['b.jpg', 'c.jpg'])).rejects.toMatchObject({
      code: 'store/file-gone',
      message: `there is no file c.jpg in ${scan.path}/mine`,
    })
    expect(await scan.hasFileset('mine')).toBe(false)
    await expect(scan.listFolder('images', [])).rejects.toThrow(code('store/fileset-exists'))
  })

  test('has its unlisted files by whichever spelling its fileset is called', async () => {
    await scan.createFileset('Bl\u00e9')
    put('Bl\u00e9/a.txt')
    expect(await scan.unlistedFiles('Ble\u0301')).toEqual(['a.txt'])
  })
})

describe('what lies of a fileset', () => {
  test('is told as it lies, listed or not', async () => {
    put('images/a.jpg')
    put('metadata/images/a.json', '{"shot":1}')
    expect(await scan.parts('images')).toEqual({
      files: [{ name: 'a.jpg', path: at('images', 'a.jpg') }],
      metadata: { channel: 'rgb', object: { plant: 7 } },
      filesMetadata: new Map([['a', sha256('{"shot":1}')]]),
    })
    await expect(scan.parts('none')).rejects.toThrow(code('store/fileset-missing'))
  })

  test('goes when it is deleted, and aside when it is retired', async () => {
    await scan.retireFileset('masks')
    await scan.deleteFileset('images')
    expect(await scan.filesetIds()).toEqual(['empty'])
    const [retired] = await scan.retired()
    expect(scan.retiredParts(retired).metadata).toEqual({ channel: 'mask' })
    for (const attempt of [() => scan.retireFileset('none'), () => scan.deleteFileset('none')])
      await expect(attempt()).rejects.toThrow(code('store/fileset-missing'))
    for (const attempt of [() => scan.retireFileset('../x'), () => scan.deleteFileset('../x')])
      await expect(attempt()).rejects.toThrow(code('store/bad-id'))
  })
})

describe('a draft', () => {
  test('that waits for a key has a folder that is found by that key', async () => {
    const draft = await scan.draft('Masks', { resumable: { key: 'k' } })
    expect(draft.path).toBe(at('.romi', 'drafts', scan.draftName('k')))
    expect(await scan.drafts()).toEqual([{ label: 'Masks', key: 'k', path: draft.path }])
    expect(scan.draftName('other')).not.toBe(scan.draftName('k'))
  })

  test('without a key is one that nobody goes on with', async () => {
    await scan.draft('Masks')
    expect(await scan.drafts()).toEqual([])
    expect(readdirSync(at('.romi', 'drafts'))).toHaveLength(1)
    await scan.clean({ drafts: true })
    expect(readdirSync(at('.romi', 'drafts'))).toEqual([])
  })
})

describe('a scan that is taken', () => {
  test('tells the filesets that were lost from the index and are listed again', async () => {
    expect(await scan.lost()).toEqual([])
    expect(await scan.take()).toEqual([])
  })
})

describe('the metadata of a scan', () => {
  test('are its own, with what its photographs tell of the plant laid over them', async () => {
    expect(await scan.getMetadata()).toEqual({
      species: 'Arabidopsis',
      unit: 'mm',
      object: { plant: 7 },
    })
    expect(await scan.getMetadata('object')).toEqual({ plant: 7 })
    expect(await scan.getMetadata('none')).toBe(undefined)
    expect(await scan.getMetadata('none', 3)).toBe(3)
    expect(await scan.ownMetadata()).toEqual({ species: 'Arabidopsis', unit: 'mm' })
  })

  test('are changed key by key', async () => {
    await scan.setMetadata('unit', 'cm')
    await scan.setMetadata({ pot: 1 })
    expect(JSON.parse(readFileSync(at('metadata', 'metadata.json'), 'utf8'))).toEqual({
      species: 'Arabidopsis',
      unit: 'cm',
      pot: 1,
    })
  })
})

describe('what was measured by hand', () => {
  test('is nothing where nobody measured', async () => {
    expect(await scan.measures()).toBe(undefined)
  })

  test('is in the unit that the metadata tell, if they tell one', async () => {
    put('measures.csv', 'angle,internode (mm)\n137,1\n')
    expect((await scan.measures())?.internodes).toEqual([1])
    await scan.setMetadata('unit', 'cm')
    await expect(scan.measures()).rejects.toThrow(code('store/measures-damaged'))
    await scan.setMetadata('unit', 3)
    expect((await scan.measures())?.internodes).toEqual([1])
  })
})

test('one look at a scan has stamps only if they are asked for', () => {
  expect(scan.look({ stamps: true }).fileset('images').stamp).toMatch(/^[0-9a-f]{64}$/)
  expect(scan.look({ stamps: false }).fileset('images').stamp).toBe('')
})

test('problems are told with where they are', async () => {
  mkdirSync(at('unlisted'))
  expect((await scan.problems()).map(({ path }) => path)).toEqual([at('unlisted')])
})
