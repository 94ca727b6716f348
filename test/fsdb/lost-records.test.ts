// What a folder must say of itself to be a fileset that was lost from the index.
import { mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { afterAll, beforeEach, expect, test } from 'vitest'
import { sha256 } from '../../src/base/digest.ts'
import { realDisk, type Disk } from '../../src/base/system.ts'
import type { Json } from '../../src/base/types.ts'
import { FSDB } from '../../src/fsdb/fsdb.ts'
import { backwards } from '../support/backwards.ts'
import { scratchFolder } from '../support/scratch.ts'

const work = scratchFolder('lost-records')
afterAll(() => rmSync(work, { recursive: true }))

const key = sha256('a key')
const mark = key.slice(0, 10)
const id = `Masks_${mark}`
const outputs = {
  a: { file: 'a.txt', digest: sha256('a') },
  b: { file: 'b.txt', digest: sha256('b') },
}
const record = { task_name: 'Masks', romi: { key, outputs } }

let turn = 0
let db: FSDB
let scan: string
beforeEach(async () => {
  db = await FSDB.create(join(work, `db${turn++}`))
  await db.connect()
  scan = (await db.createScan('plant')).path
  await db.disconnect()
})

function write(path: string, text: string): void {
  mkdirSync(dirname(join(scan, path)), { recursive: true })
  writeFileSync(join(scan, path), text)
}
/** Puts a folder that nothing lists, with both files and a record. */
function put(name = id, metadata: Json = record): void {
  for (const file of ['a', 'b']) write(`${name}/${file}.txt`, file)
  write(`metadata/${name}.json`, JSON.stringify(metadata))
}
const lost = async (): Promise<string[]> => (await db.getScan('plant')).lost()

test('a folder whose record names it, and all of whose files are as it says, was lost', async () => {
  put()
  expect(await lost()).toEqual([id])
})

test('what was lost is told in order, whatever the disk lists first', async () => {
  const all = ['c', 'a', 'd', 'b'].map((name) => `Masks_${name}_${mark}`)
  for (const name of all) put(name)
  for (const disk of [realDisk, backwards]) {
    const reader = await FSDB.open(db.path, { disk })
    expect(await (await reader.getScan('plant')).lost()).toEqual(all.toSorted())
  }
})

test.each<readonly [string, string, Json]>([
  ['without the name of a task', id, { romi: record.romi }],
  ['whose task is no text', 'undefined_' + mark, { romi: record.romi }],
  ['of another task', id, { ...record, task_name: 'Other' }],
  ['of a task whose name only begins so', id, { ...record, task_name: 'Mask' }],
  ['without our own record', id, { task_name: 'Masks' }],
  ['whose own record is a text', id, { ...record, romi: 'made' }],
  ['without a key', id, { ...record, romi: { outputs } }],
  ['whose key is no digest', id, { ...record, romi: { key: `${mark}!`, outputs } }],
  ['of another key', id, { ...record, romi: { key: sha256('another'), outputs } }],
  ['that bears too little of the key', `Masks_${key.slice(0, 9)}`, record],
  ['that says of no files', id, { ...record, romi: { key } }],
  ['whose files are a list', id, { ...record, romi: { key, outputs: [outputs.a] } }],
  ['that says of an empty list of files', id, { ...record, romi: { key, outputs: {} } }],
  [
    'of one file that is a text',
    id,
    { ...record, romi: { key, outputs: { ...outputs, c: 'c.txt' } } },
  ],
  [
    'of a file outside of it',
    id,
    { ...record, romi: { key, outputs: { a: { ...outputs.a, file: '../a.txt' } } } },
  ],
  [
    'of a file without a digest',
    id,
    { ...record, romi: { key, outputs: { ...outputs, b: { file: 'b.txt' } } } },
  ],
])('a folder with a record %s is none that was lost', async (_, name, metadata) => {
  put(name, metadata)
  expect(await lost()).toEqual([])
})

test('a folder that no fileset can be named like, or with a record that nobody can read, is passed over', async () => {
  put()
  put('no fileset: by its name')
  put(`Others_${mark}`)
  write(`metadata/Others_${mark}.json`, '{"task_name":')
  mkdirSync(join(scan, '.Masks'))
  write(`Files_${mark}`, 'a file')
  expect(await lost()).toEqual([id])
})

test('one with a folder in the place of a file, or with a link out of the database, is none', async () => {
  put()
  rmSync(join(scan, id, 'a.txt'))
  mkdirSync(join(scan, id, 'a.txt'))
  expect(await lost()).toEqual([])
  rmSync(join(scan, id), { recursive: true })
  const outside = join(work, `outside${turn}`)
  mkdirSync(outside)
  for (const file of ['a', 'b']) writeFileSync(join(outside, `${file}.txt`), file)
  symlinkSync(outside, join(scan, id))
  expect(await lost()).toEqual([])
})

test('one that a listed fileset may be taken for is none: names that differ only in case are one', async () => {
  put()
  await db.connect()
  const own = await db.getScan('plant')
  await db.disconnect()
  write('files.json', JSON.stringify({ filesets: [{ id: id.toUpperCase(), files: [] }] }))
  mkdirSync(join(scan, id.toUpperCase()))
  expect(await own.lost()).toEqual([])
})

test.each([
  ['a file', 'a.txt'],
  ['a record', `${id}.json`],
])('a fault of the program while it looks at %s is told, not taken for damage', async (_, name) => {
  put()
  const faulty: Disk = {
    ...realDisk,
    stat(path) {
      if (path.endsWith(name)) throw new TypeError('a fault')
      return realDisk.stat(path)
    },
  }
  const reader = await FSDB.open(db.path, { disk: faulty })
  await expect((await reader.getScan('plant')).lost()).rejects.toThrow(TypeError)
})
