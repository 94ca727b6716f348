// Which folders of a database are scans, and by what name they are found.
import { mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeEach, describe, expect, test } from 'vitest'
import { FSDB } from '../../src/fsdb/fsdb.ts'
import { backwards } from '../support/backwards.ts'
import { scratchFolder } from '../support/scratch.ts'

const work = scratchFolder('scan-folders')
afterAll(() => rmSync(work, { recursive: true }))

let turn = 0
let root: string
let db: FSDB
beforeEach(async () => {
  root = join(work, `db${turn++}`)
  db = await FSDB.create(root)
  for (const name of ['b', 'a']) put(name)
})
/** Puts a folder with an index. */
function put(name: string): void {
  mkdirSync(join(root, name))
  writeFileSync(join(root, name, 'files.json'), '{"filesets":[]}')
}

describe('a scan', () => {
  test('is a folder with an index, or a link to one elsewhere in the database; they are told in order', async () => {
    mkdirSync(join(root, 'no-index'))
    writeFileSync(join(root, 'file'), '')
    put('.hidden')
    symlinkSync(join(root, 'nowhere'), join(root, 'dangling'))
    symlinkSync(join(root, 'circle'), join(root, 'circle'))
    expect(await db.scanIds()).toEqual(['a', 'b'])
    expect(await (await FSDB.open(root, { disk: backwards })).scanIds()).toEqual(['a', 'b'])
  })

  test('is none by a second name, which a link gives it', async () => {
    symlinkSync(join(root, 'a'), join(root, 'other'))
    expect(await db.scanIds()).toEqual(['a', 'b'])
    expect(await db.hasScan('other')).toBe(false)
    mkdirSync(join(root, 'archive'))
    put('archive/old')
    symlinkSync(join(root, 'archive', 'old'), join(root, 'linked'))
    expect(await db.scanIds()).toEqual(['a', 'b', 'linked'])
  })

  test('is found whichever way the accents of its name are stored', async () => {
    put('Bl\u00e9')
    expect((await db.getScan('Ble\u0301')).id).toBe('Bl\u00e9')
  })

  test('that is not there is missed with the names of those that are', async () => {
    await expect(db.getScan('none')).rejects.toMatchObject({
      code: 'store/scan-missing',
      message: expect.stringContaining(root) as unknown,
      facts: { id: 'none', there: ['a', 'b'] },
    })
  })
})

describe('a new scan', () => {
  test('is refused, with what to do, where something bears its name', async () => {
    mkdirSync(join(root, 'mine'))
    await db.connect()
    await expect(db.createScan('a')).rejects.toMatchObject({
      code: 'store/scan-exists',
      message: `${root} has a scan a already: get it`,
      facts: { id: 'a' },
    })
    await expect(db.createScan('A')).rejects.toMatchObject({ code: 'store/id-clash' })
    await expect(db.createScan('mine')).rejects.toMatchObject({
      code: 'store/path-taken',
      message: `${join(root, 'mine')} is there already though it is no scan: move it away, or choose another id`,
      facts: { path: join(root, 'mine') },
    })
    await db.disconnect()
  })
})

test('a database whose folder is gone is none any more', async () => {
  rmSync(root, { recursive: true })
  await expect(db.scanIds()).rejects.toMatchObject({ code: 'store/not-a-database' })
})

test('folders that would be scans but for their name are told, and no others', async () => {
  for (const name of ['what?', 'a..b', '.dotted?']) put(name)
  mkdirSync(join(root, 'empty?'))
  mkdirSync(join(root, 'odd?', 'files.json'), { recursive: true })
  writeFileSync(join(root, 'file?'), '')
  expect(await db.misnamedFolders()).toEqual(['a..b', 'what?'])
  const reader = await FSDB.open(root, { disk: backwards })
  expect(await reader.misnamedFolders()).toEqual(['a..b', 'what?'])
})
