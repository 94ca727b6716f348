// A database as a whole: where it lies, who writes in it, and what it says where something is missing.
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeEach, describe, expect, test } from 'vitest'
import type { RomiError } from '../../src/base/errors.ts'
import { realDisk, type Disk } from '../../src/base/system.ts'
import { FSDB } from '../../src/fsdb/fsdb.ts'
import { folderOf, formatHolder } from '../../src/fsdb/locks/holder.ts'
import { thisProcess } from '../../src/fsdb/locks/owner.ts'
import { OuterScratch } from '../../src/fsdb/scratch.ts'
import { code } from '../support/coded.ts'
import { scratchFolder } from '../support/scratch.ts'

const work = scratchFolder('database')
afterAll(() => rmSync(work, { recursive: true }))

let root: string
beforeEach(async () => {
  root = join(mkdtempSync(join(work, 'db-')), 'db')
  await FSDB.create(root)
})
const at = (...names: string[]): string => join(root, ...names)
function putScan(name: string, metadata?: string): void {
  mkdirSync(at(name, 'metadata'), { recursive: true })
  writeFileSync(at(name, 'files.json'), '{"filesets":[]}')
  if (metadata !== undefined) writeFileSync(at(name, 'metadata', 'metadata.json'), metadata)
}
async function connected(disk?: Disk): Promise<FSDB> {
  const db = new FSDB(root, { disk })
  await db.connect()
  return db
}

describe('a folder', () => {
  test('is a database by its marker, and a scan by its index if a database is above it', () => {
    putScan('plant')
    expect([FSDB.isDatabase(root), FSDB.isDatabase(at('plant'))]).toEqual([true, false])
    expect(FSDB.isScan(at('plant'))).toBe(true)
    mkdirSync(at('empty'))
    expect(FSDB.isScan(at('empty'))).toBe(false)
    mkdirSync(join(root, '..', 'elsewhere'))
    writeFileSync(join(root, '..', 'elsewhere', 'files.json'), '{"filesets":[]}')
    expect(FSDB.isScan(join(root, '..', 'elsewhere'))).toBe(false)
  })

  test('is not made a database where it is one, or has something in it, which is told', async () => {
    await expect(FSDB.create(root)).rejects.toMatchObject({
      code: 'store/database-exists',
      message: `${root} is a database already: open it`,
    })
    const full = join(root, '..', 'full')
    mkdirSync(full)
    writeFileSync(join(full, 'letter.txt'), 'Dear')
    await expect(FSDB.create(full)).rejects.toMatchObject({
      code: 'store/folder-not-empty',
      message: `${full} is not empty: choose a new folder, or put an empty file romidb into this one`,
    })
    expect(readdirSync(full)).toEqual(['letter.txt'])
  })

  test('that is empty becomes a database', async () => {
    const empty = join(root, '..', 'empty')
    mkdirSync(empty)
    await FSDB.create(empty)
    expect(statSync(join(empty, 'romidb')).size).toBe(0)
  })
})

describe('the place of a database', () => {
  test('is its path without links, and the folder of this machine: that of a copy is another', () => {
    const { dev, ino } = statSync(root)
    expect(new FSDB(root).place()).toEqual({ path: root, device: dev, inode: ino })
    const link = join(root, '..', 'link')
    symlinkSync(root, link)
    expect(new FSDB(link).path).toBe(link)
    expect(new FSDB(link).place()).toEqual({ path: root, device: dev, inode: ino })
    const copy = join(root, '..', 'copy')
    mkdirSync(copy)
    expect(new FSDB(copy).place().inode).not.toBe(ino)
  })

  test('names its scratch folder on another disk, if there is one', () => {
    const link = join(root, '..', 'link')
    symlinkSync(root, link)
    expect(new FSDB(root).outerScratch(undefined)).toBe(undefined)
    expect(new FSDB(link).outerScratch('/big')?.path).toBe(
      new OuterScratch(realDisk, root, '/big').path,
    )
  })
})

describe('who writes in a database', () => {
  /** A writer that nobody here can see dead or alive. */
  function elsewhere(ticket: number, command: string): void {
    const owner = { ...thisProcess({ command }), host: 'elsewhere' }
    const holder = { ...owner, folder: folderOf(root), ticket, claims: [], waits: [] }
    mkdirSync(at('.romi', 'locks', 'holders'), { recursive: true })
    writeFileSync(at('.romi', 'locks', 'holders', owner.uuid), formatHolder(holder, 1))
  }

  test('is nobody before somebody comes, and who is connected is its owner', async () => {
    const reader = new FSDB(root)
    expect([reader.owner(), reader.writers()]).toEqual([undefined, []])
    elsewhere(1, 'first')
    const db = new FSDB(root)
    await db.connect({ share: true, info: { command: 'second' } })
    expect(db.owner()?.info).toEqual({ command: 'second' })
    expect(reader.owner()?.info).toEqual({ command: 'first' })
    expect(reader.writers().map(({ info }) => info.command)).toEqual(['first', 'second'])
    await db.disconnect()
  })

  test('is the process of version 0.1 as long as that has the lock', () => {
    writeFileSync(at('lock'), JSON.stringify(thisProcess({ command: 'old' })))
    expect(new FSDB(root).writers()).toMatchObject([{ info: { command: 'old' } }])
  })

  test('is asked of those who are connected: others are told to connect', async () => {
    const db = new FSDB(root)
    const refused = expect.objectContaining({
      code: 'store/not-connected',
      message: `${root} is open for reading only: connect() first`,
    }) as unknown
    expect(() => db.assertLock()).toThrow(refused)
    expect(() => db.plantdb()).toThrow(refused)
    expect(() => db.foundDeadWriters()).toThrow(refused)
    for (const attempt of [
      () => db.livingWriters(),
      () => db.reserveScan('new'),
      () => db.letGoOfScan('new'),
    ])
      await expect(attempt()).rejects.toThrow(refused)
    await db.connect()
    expect(db.assertLock()).toBe(undefined)
    expect(db.plantdb()).toBe('absent')
    await db.disconnect()
    expect(() => db.assertLock()).toThrow(refused)
  })

  test('may come again while it is still leaving, and is there then', async () => {
    const db = await connected()
    const leaving = db.disconnect()
    await db.disconnect()
    await db.connect({ wait: true })
    await leaving
    expect(db.isConnected).toBe(true)
    await db.disconnect()
  })

  test('leaves at the end of a block, and is not there any more though its leaving failed', async () => {
    let left: FSDB
    {
      await using db = await connected()
      left = db
      expect(db.isConnected).toBe(true)
    }
    expect(left.isConnected).toBe(false)
    expect(existsSync(at('lock'))).toBe(false)
    await left.connect()
    // Its way out leads through the lock of the index.
    mkdirSync(at('.romi', 'locks', 'index'))
    await expect(left.disconnect()).rejects.toThrow(code('store/path-taken'))
    expect(left.isConnected).toBe(false)
  })
})

describe('a scan', () => {
  beforeEach(() => {
    for (const name of ['b', 'a']) putScan(name)
  })

  test('that is not there is missed by whoever asks for it, takes it or deletes it', async () => {
    await using db = await connected()
    for (const attempt of [
      () => db.getScan('none'),
      () => db.takeScan('none'),
      () => db.deleteScan('none'),
    ])
      await expect(attempt()).rejects.toMatchObject({
        code: 'store/scan-missing',
        facts: { id: 'none', there: ['a', 'b'] },
      })
    expect([await db.hasScan('none'), await db.hasScan('a')]).toEqual([false, true])
    await db.letGoOfScan('none')
    await db.letGoOfScan('../a')
  })

  test('whose place is reserved can be made by no other', async () => {
    const [one, two] = [new FSDB(root), new FSDB(root)]
    for (const db of [one, two]) await db.connect({ share: true })
    await one.reserveScan('new')
    await expect(two.createScan('new')).rejects.toThrow(code('store/locked'))
    await expect(one.reserveScan('../new')).rejects.toThrow(code('store/bad-id'))
    await one.createScan('new')
    expect(await one.scanIds()).toEqual(['a', 'b', 'new'])
    for (const db of [one, two]) await db.disconnect()
  })

  test('whose index is damaged is told as that when it is asked for', async () => {
    writeFileSync(at('a', 'files.json'), '{')
    const db = await FSDB.open(root)
    await expect(db.getScan('a')).rejects.toThrow(code('store/scan-damaged'))
    expect((await db.getScans()).map(({ id }) => id)).toEqual(['a', 'b'])
  })

  test('is not made of metadata that are none, nor by a name that is no id', async () => {
    await using db = await connected()
    // Casts: callers without types may give anything.
    await expect(db.createScan('new', { at: new Date() } as never)).rejects.toThrow(
      code('json/not-json'),
    )
    await expect(db.createScan('../b')).rejects.toThrow(code('store/bad-id'))
    expect(await db.scanIds()).toEqual(['a', 'b'])
  })

  test('of which nothing is to be kept in memory is read again, by whichever spelling it is called', async () => {
    putScan('Bl\u00e9')
    let reads = 0
    const disk: Disk = {
      ...realDisk,
      // An index that changed just now is read again in any case.
      stat(path) {
        const stat = realDisk.stat(path)
        return stat && Object.assign(stat, { mtimeMs: 0, ctimeMs: 0 })
      },
      readText(path) {
        reads += Number(path.endsWith('files.json'))
        return realDisk.readText(path)
      },
    }
    const db = await FSDB.open(root, { disk })
    await db.getScan('Bl\u00e9')
    await db.getScan('Bl\u00e9')
    expect(reads).toBe(1)
    await db.release('Ble\u0301')
    await db.getScan('Bl\u00e9')
    expect(reads).toBe(2)
  })
})

describe('scans that are looked for by their metadata', () => {
  beforeEach(() => {
    putScan('bad', '{')
    putScan('good', '{"species":"Arabidopsis","pot":{"n":1,"at":[2]}}')
    putScan('other', '{"species":"Tomato"}')
    putScan('none')
  })
  const ids = async (...asked: Parameters<FSDB['getScans']>): Promise<string[]> =>
    (await (await FSDB.open(root)).getScans(...asked)).map(({ id }) => id)

  test('are those with all that is asked for, in order; without a question all are, unread', async () => {
    expect(await ids()).toEqual(['bad', 'good', 'none', 'other'])
    expect(await ids({})).toEqual(['bad', 'good', 'none', 'other'])
    expect(await ids({ pot: { n: 1 } })).toEqual(['good'])
    expect(await ids({ species: 'Arab.*' }, { fuzzy: true })).toEqual(['good'])
    expect(await ids({ species: 'Arab.*' })).toEqual([])
  })

  test('leave out those that are damaged, of which whoever wants to know is told', async () => {
    const damaged: RomiError[] = []
    expect(await ids({ species: 'Tomato' }, { onDamaged: (error) => damaged.push(error) })).toEqual(
      ['other'],
    )
    expect(damaged).toMatchObject([
      { code: 'store/metadata-damaged', facts: { path: at('bad', 'metadata', 'metadata.json') } },
    ])
    expect(await ids({ species: 'Tomato' })).toEqual(['other'])
  })

  test('do not hide a fault of the program as damage', async () => {
    const fault = new TypeError('by the test')
    const readText = (): never => {
      throw fault
    }
    const db = await FSDB.open(root, { disk: { ...realDisk, readText } })
    await expect(db.getScans({ species: 'Tomato' })).rejects.toBe(fault)
  })

  test('are not looked for in a way that is none', async () => {
    await expect(ids({}, { exact: true } as never)).rejects.toThrow(code('store/bad-query'))
  })
})

test('problems are told of scans that have some, and of no others', async () => {
  putScan('whole')
  putScan('odd')
  mkdirSync(at('odd', 'unlisted'))
  const problems = await (await FSDB.open(root)).problems()
  expect([...problems.keys()]).toEqual(['odd'])
  expect(problems.get('odd' as never)).toHaveLength(1)
})
