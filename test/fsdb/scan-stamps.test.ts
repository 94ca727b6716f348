// Stamps: whatever changes in a scan, they are others, and they are the same while nothing does.
import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeEach, describe, expect, test } from 'vitest'
import { FSDB } from '../../src/fsdb/fsdb.ts'
import type { Fileset } from '../../src/fsdb/fileset.ts'
import type { Scan } from '../../src/fsdb/scan.ts'
import { scratchFolder } from '../support/scratch.ts'

const work = scratchFolder('scan-stamps')
afterAll(() => rmSync(work, { recursive: true }))

let turn = 0
let scan: Scan
let images: Fileset
beforeEach(async () => {
  const db = await FSDB.create(join(work, `db${turn++}`))
  await db.connect()
  scan = await db.createScan('plant')
  images = await scan.createFileset('images')
  await (await images.createFile('a')).write(Buffer.from('a'), 'txt')
  await scan.createFileset('other')
  return () => db.disconnect()
})

const outside = (name: string, text: string): void =>
  writeFileSync(join(work, `db${turn - 1}`, 'plant', name), text)

/** Whether each of the stamps is another after something was done. */
async function changedBy(work: () => unknown) {
  const look = () => ({
    images: scan.stamps.ofFilesets(['images']).get('images'),
    other: scan.stamps.ofFilesets(['other']).get('other'),
    metadata: scan.stamps.ofMetadata(),
    index: scan.stamps.ofIndex(),
  })
  const before = look()
  expect(look()).toEqual(before)
  await work()
  const now = look()
  return (['images', 'other', 'metadata', 'index'] as const).filter((of) => now[of] !== before[of])
}

describe('another stamp', () => {
  test('is that of a fileset when bytes of a file of it change', async () => {
    expect(await changedBy(() => outside('images/a.txt', 'A'))).toEqual(['images'])
  })

  test('is that of a fileset when the metadata of a file of it change', async () => {
    const change = async () => (await images.getFile('a')).setMetadata({ blurred: true })
    expect(await changedBy(change)).toEqual(['images'])
  })

  test('is that of a fileset when its own metadata change', async () => {
    expect(await changedBy(() => images.setMetadata('channel', 'rgb'))).toEqual(['images'])
  })

  test('is that of a fileset, and of the index, when a file comes', async () => {
    const add = async () => (await images.createFile('b')).write(Buffer.from('b'), 'txt')
    expect(await changedBy(add)).toEqual(['images', 'index'])
  })

  test('is that of the metadata, and of the index, when those of the scan change', async () => {
    const change = () => scan.setMetadata('species', 'Arabidopsis')
    expect(await changedBy(change)).toEqual(['metadata', 'index'])
  })

  test.each(['measures.json', 'measures.csv'])(
    'is that of the metadata, and of the index, when %s comes',
    async (name) => {
      expect(await changedBy(() => outside(name, '{}'))).toEqual(['metadata', 'index'])
    },
  )

  test('is that of the index alone when a fileset comes', async () => {
    expect(await changedBy(() => scan.createFileset('new'))).toEqual(['index'])
  })
})

test('stamps are told by fileset; that of one which is not there is empty', () => {
  const stamps = scan.stamps.ofFilesets(['images', 'none'])
  expect([...stamps.keys()]).toEqual(['images', 'none'])
  expect(stamps.get('images')).not.toBe('')
  expect(stamps.get('none')).toBe('')
})
