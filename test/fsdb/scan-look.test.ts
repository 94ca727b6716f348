// One look at a scan: what it finds, what it costs, and that no change after it is missed.
import { rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeEach, describe, expect, test } from 'vitest'
import { realDisk } from '../../src/base/system.ts'
import { FSDB } from '../../src/fsdb/fsdb.ts'
import { scratchFolder } from '../support/scratch.ts'

const work = scratchFolder('scan-look')
afterAll(() => rmSync(work, { recursive: true }))

let turn = 0
let root: string
beforeEach(async () => {
  root = join(work, `db${turn++}`)
  await using db = await FSDB.create(root)
  await db.connect()
  const scan = await db.createScan('s')
  const images = await scan.createFileset('images', { channels: ['rgb'] })
  await (await images.createFile('a', { shot: 1 })).write(Buffer.from('a'), 'txt')
  await (await images.createFile('b')).write(Buffer.from('b'), 'txt')
  await scan.createFileset('empty')
})

/** The scan, and how often each path in it was looked at. */
async function counted() {
  const looks = new Map<string, number>()
  const stat = (path: string) => {
    looks.set(path, (looks.get(path) ?? 0) + 1)
    return realDisk.stat(path)
  }
  const db = await FSDB.open(root, { disk: { ...realDisk, stat } })
  const looksAt = (path: string): number => looks.get(join(root, 's', path)) ?? 0
  return { scan: await db.getScan('s'), looksAt, forget: () => looks.clear() }
}

test('finds what the index lists, with all metadata, and how each file lies', async () => {
  const { scan } = await counted()
  for (const stamps of [true, false]) {
    const look = scan.look({ stamps })
    expect(look.contents()).toEqual([
      { id: 'images', files: ['a', 'b'] },
      { id: 'empty', files: [] },
    ])
    expect(await scan.contents()).toEqual(look.contents())
    const { id, files, stats, metadata, filesMetadata } = look.fileset('images')
    expect([id, ...files.map(({ filename }) => filename)]).toEqual(['images', 'a.txt', 'b.txt'])
    expect([...stats.values()].map((stat) => stat?.size)).toEqual([1, 1])
    expect(metadata).toEqual({ channels: ['rgb'] })
    expect(look.filesetMetadata(id)).toEqual(metadata)
    expect(Object.fromEntries(filesMetadata)).toEqual({ a: { shot: 1 }, b: {} })
    expect(look.fileset('empty').files).toEqual([])
    expect(() => look.fileset('masks')).toThrow(
      expect.objectContaining({ code: 'store/fileset-missing' }),
    )
  }
})

test('looks at the index no more, and at each file once', async () => {
  const { scan, looksAt, forget } = await counted()
  const look = scan.look({ stamps: true })
  forget()
  look.contents()
  const [images] = look.contents()
  look.filesetMetadata(images.id)
  look.fileset('images')
  expect(looksAt('files.json')).toBe(0)
  expect(looksAt('images/a.txt')).toBe(1)
  expect(looksAt('metadata/images/b.json')).toBe(1)
})

test('a file that is listed but gone has no stat', async () => {
  const { scan } = await counted()
  rmSync(join(root, 's', 'images', 'a.txt'))
  const { stats } = scan.look({ stamps: true }).fileset('images')
  expect([...stats.values()].map((stat) => stat !== undefined)).toEqual([false, true])
})

test('an empty fileset whose folder is a link that leads out of the database is refused', async () => {
  const { scan } = await counted()
  rmSync(join(root, 's', 'empty'), { recursive: true })
  symlinkSync(work, join(root, 's', 'empty'))
  expect(() => scan.look({ stamps: false }).fileset('empty')).toThrow(
    expect.objectContaining({ code: 'store/link-outside' }),
  )
})

describe('the stamp of a fileset', () => {
  const changes: readonly (readonly [what: string, change: () => void])[] = [
    ['a file', () => writeFileSync(join(root, 's', 'images', 'a.txt'), 'another')],
    ['the metadata of a file', () => writeFileSync(join(root, 's/metadata/images/b.json'), '{}')],
    ['its metadata', () => writeFileSync(join(root, 's/metadata/images.json'), '{"unit": "mm"}')],
    ['the index', () => writeFileSync(join(root, 's', 'files.json'), '{"filesets": []}')],
  ]

  test('is that of an own look while nothing changes', async () => {
    const { scan } = await counted()
    const { stamp } = scan.look({ stamps: true }).fileset('images')
    expect(stamp).toBe(scan.stamps.ofFilesets(['images']).get('images'))
    expect(scan.look({ stamps: false }).fileset('images').stamp).toBe('')
  })

  test.each(changes)('tells of a change of %s after it was read', async (_what, change) => {
    const { scan } = await counted()
    const { stamp } = scan.look({ stamps: true }).fileset('images')
    change()
    expect(scan.stamps.ofFilesets(['images']).get('images')).not.toBe(stamp)
  })

  test.each(changes)('tells of a change of %s between look and reading', async (what, change) => {
    const { scan } = await counted()
    const look = scan.look({ stamps: true })
    for (const { id } of look.contents()) look.filesetMetadata(id)
    change()
    const { stamp } = look.fileset('images')
    const now = scan.stamps.ofFilesets(['images']).get('images')
    // Files are looked at when they are read: what is read is what is there by then.
    if (what.includes('file')) expect(now).toBe(stamp)
    else expect(now).not.toBe(stamp)
  })
})
