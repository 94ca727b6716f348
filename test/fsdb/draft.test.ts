// Drafts: nothing before they are published, then a fileset; resumable ones survive their writer.
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { afterAll, beforeEach, describe, expect, test } from 'vitest'
import { sha256 } from '../../src/base/digest.ts'
import { realDisk } from '../../src/base/system.ts'
import { Draft } from '../../src/fsdb/draft.ts'
import { FSDB } from '../../src/fsdb/fsdb.ts'
import type { Scan } from '../../src/fsdb/scan.ts'
import { code } from '../support/coded.ts'
import { scratchFolder } from '../support/scratch.ts'

const work = scratchFolder('draft')
afterAll(() => rmSync(work, { recursive: true }))

let turn = 0
let db: FSDB
let scan: Scan
beforeEach(async () => {
  db = await FSDB.create(join(work, `db${turn++}`))
  await db.connect()
  scan = await db.createScan('plant')
  return () => db.disconnect()
})
/** What the next writer finds. */
async function reconnect(): Promise<void> {
  await db.disconnect()
  db = new FSDB(db.path)
  await db.connect()
  scan = await db.getScan('plant')
}

test('a draft is nothing before it is published, and then a fileset with all it was given', async () => {
  const draft = await scan.draft('Masks')
  const written = await draft.writeFile('b', Buffer.from('bytes of b'), 'png', { channel: 'rgb' })
  expect(written).toMatchObject({
    filename: 'b.png',
    size: 10,
    digest: sha256('bytes of b'),
  })
  await draft.writeFile('a', Buffer.from('a'), 'png')
  await draft.setMetadata({ task_name: 'Masks', version: 1 })
  await draft.setMetadata({ version: 2 })
  expect(await scan.filesetIds()).toEqual([])
  expect(await scan.problems()).toEqual([])
  const masks = await draft.publish('Masks_1')
  expect(await masks.fileIds()).toEqual(['a', 'b'])
  expect(await masks.getMetadata()).toEqual({ task_name: 'Masks', version: 2 })
  expect(await (await masks.getFile('b')).getMetadata()).toEqual({ channel: 'rgb' })
  expect(await (await masks.getFile('b')).read()).toEqual(Buffer.from('bytes of b'))
  expect(existsSync(draft.path)).toBe(false)
  await expect(draft.writeFile('c', Buffer.from('c'), 'png')).rejects.toThrow(
    code('store/draft-gone'),
  )
  await expect(draft.publish('Masks_2')).rejects.toThrow(code('store/draft-gone'))
})

test('a draft that nobody can find by a key holds nothing before something is written into it', async () => {
  const draft = await scan.draft('Masks')
  expect(readdirSync(draft.path)).toEqual(['files'])
  await draft.writeFile('a', Buffer.from('a'), 'png')
  expect(readdirSync(draft.path).sort()).toEqual(['files', 'journal.ndjson'])
  await draft.writeFile('b', Buffer.from('b'), 'png', { channel: 'rgb' })
  await draft.setMetadata({ version: 1 })
  expect(readdirSync(draft.path).sort()).toEqual([
    'files',
    'journal.ndjson',
    'metadata',
    'metadata.json',
  ])
  await reconnect()
  expect(existsSync(draft.path)).toBe(false)
})

test('a draft that is swept while it is filled is gone, and stays so', async () => {
  const draft = await Draft.openAt((await scan.draft('Masks')).path, {
    ...realDisk,
    async createLoose(path, bytes) {
      await realDisk.createLoose(path, bytes)
      rmSync(draft.path, { recursive: true })
    },
  })
  const write = draft.writeFile('a', Buffer.from('a'), 'png', { channel: 'rgb' })
  await expect(write).rejects.toThrow(code('store/draft-gone'))
  expect(existsSync(draft.path)).toBe(false)
})

test('what could not be written is not there, and may be written after all', async () => {
  let isFull = true
  const { path } = await scan.draft('Masks')
  const draft = await Draft.openAt(path, {
    ...realDisk,
    async createLoose(path, bytes) {
      await realDisk.createLoose(path, isFull ? bytes.subarray(0, 1) : bytes)
      if (isFull) throw Object.assign(new Error('full'), { code: 'ENOSPC' })
    },
  })
  const write = () => draft.writeFile('a', Buffer.from('all of a'), 'png', { channel: 'rgb' })
  await expect(write()).rejects.toThrow()
  await expect(draft.setMetadata({ version: 1 })).rejects.toThrow()
  expect([readdirSync(path), readdirSync(join(path, 'files'))]).toEqual([['files'], []])
  isFull = false
  await write()
  await draft.writeFile('a', Buffer.from('a again'), 'png', { channel: 'red' })
  await draft.setMetadata({ version: 1 })
  await draft.setMetadata({ label: 'leaf' })
  expect(readFileSync(join(path, 'files', 'a.png'), 'utf8')).toBe('a again')
  expect(JSON.parse(readFileSync(join(path, 'metadata', 'a.json'), 'utf8'))).toEqual({
    channel: 'red',
  })
  expect(JSON.parse(readFileSync(join(path, 'metadata.json'), 'utf8'))).toEqual({
    version: 1,
    label: 'leaf',
  })
})

test('what a kill left half written in a draft is gone when it is opened again', async () => {
  const resumable = { key: 'k' }
  const { path } = await scan.draft('Masks', { resumable })
  const left = join(path, randomUUID())
  writeFileSync(left, 'half')
  await reconnect()
  await scan.draft('Masks', { resumable })
  expect(existsSync(left)).toBe(false)
})

test('a draft that was refused is as it was and may be published under another id', async () => {
  await scan.createFileset('taken')
  const draft = await scan.draft('Masks')
  await draft.writeFile('a', Buffer.from('a'), 'png')
  await expect(draft.publish('taken')).rejects.toThrow(code('store/fileset-exists'))
  expect(await (await draft.publish('free')).fileIds()).toEqual(['a'])
})

test('a fileset that is replaced is retired, not lost', async () => {
  for (const text of ['old', 'new']) {
    const draft = await scan.draft('Masks')
    await draft.writeFile('a', Buffer.from(text), 'txt')
    await draft.publish('masks', { replace: true })
  }
  const file = await (await scan.getFileset('masks')).getFile('a')
  expect(await file.read()).toEqual(Buffer.from('new'))
  const [retired] = await scan.retired()
  expect(readFileSync(join(retired, 'files', 'a.txt'), 'utf8')).toBe('old')
  await scan.clean({ retired: true })
  expect(await scan.retired()).toEqual([])
})

test('several writers, without the lock, fill one draft', async () => {
  const draft = await scan.draft('Masks')
  await Promise.all(
    ['a', 'b', 'c', 'd'].map(async (id) => {
      const own = await Draft.openAt(draft.path)
      await own.writeFile(id, Buffer.from(id), 'txt')
      await expect(own.publish('masks')).rejects.toThrow(code('store/not-connected'))
    }),
  )
  expect((await draft.finished()).map(({ id }) => id)).toEqual(['a', 'b', 'c', 'd'])
  expect(await (await draft.publish('masks')).fileIds()).toEqual(['a', 'b', 'c', 'd'])
  await expect(Draft.openAt(draft.path)).rejects.toThrow(code('store/draft-gone'))
})

test('a file written again counts as it was written last', async () => {
  const draft = await scan.draft('Masks')
  await draft.writeFile('a', Buffer.from('first'), 'txt', { n: 1 })
  await draft.writeFile('a', Buffer.from('second'), 'bin')
  const masks = await draft.publish('masks')
  const [file] = await masks.getFiles()
  expect(file.filename).toBe('a.bin')
  expect(await file.getMetadata()).toEqual({})
  expect(await scan.problems()).toEqual([])
})

test('a file that lost bytes is not published', async () => {
  const draft = await scan.draft('Masks')
  await draft.writeFile('a', Buffer.from('whole'), 'txt')
  writeFileSync(join(draft.path, 'files', 'a.txt'), 'w')
  await expect(draft.publish('masks')).rejects.toThrow(code('store/draft-damaged'))
  expect(await scan.filesetIds()).toEqual([])
})

test('a file made before is adopted as a copy of its own', async () => {
  const source = join(work, `source${turn}.txt`)
  writeFileSync(source, 'made before')
  const draft = await scan.draft('Masks')
  const digest = sha256('made before')
  const file = await draft.adoptFile('a', source, { n: 1 }, { key: 'k', digest })
  expect(file).toMatchObject({ id: 'a', filename: 'a.txt', size: 11, digest, key: 'k' })
  const masks = await draft.publish('masks')
  const path = (await masks.getFile('a')).path
  expect(statSync(path).ino).not.toBe(statSync(source).ino)
  expect(statSync(path).nlink).toBe(1)
})

test('a file made before keeps the whole of its extension', async () => {
  const draft = await scan.draft('Masks')
  const digest = sha256('made before')
  const folder = join(work, `earlier${turn}`)
  mkdirSync(folder)
  for (const [id, name] of [
    ['a', 'a.ome.tiff'],
    ['b.2', 'b.2'],
    ['c.2', 'c.2.png'],
  ]) {
    writeFileSync(join(folder, name), 'made before')
    expect(await draft.adoptFile(id, join(folder, name), {}, { digest })).toMatchObject({
      id,
      filename: name,
    })
  }
})

test('a file that was edited since its digest was taken is not adopted', async () => {
  const source = join(work, `source${turn}.txt`)
  writeFileSync(source, 'edited since')
  const draft = await scan.draft('Masks')
  expect(await draft.adoptFile('a', source, {}, { digest: sha256('made before') })).toBe(undefined)
  expect(await draft.finished()).toEqual([])
  await draft.writeFile('a', Buffer.from('anew'), 'png')
  const masks = await draft.publish('masks')
  expect(readdirSync(join(scan.path, masks.id))).toEqual(['a.png'])
})

describe('a draft that its writer left', () => {
  test('a draft that its writer left is swept when the next one connects', async () => {
    const draft = await scan.draft('Masks')
    await draft.writeFile('a', Buffer.from('a'), 'txt')
    await reconnect()
    expect(existsSync(draft.path)).toBe(false)
  })

  test('a draft that its writer left is found again with its finished files if it is resumable', async () => {
    const options = { resumable: { key: 'masks of 60 images' } }
    const draft = await scan.draft('Masks', options)
    await draft.writeFile('a', Buffer.from('a'), 'txt', { n: 1 }, { key: 'ka' })
    await draft.writeFile('b', Buffer.from('b'), 'txt', {}, { key: 'kb' })
    await draft.writeFile('c', Buffer.from('c'), 'txt', {}, { key: 'kc' })
    // A file whose bytes changed, one that was not finished, a line that was torn.
    writeFileSync(join(draft.path, 'files', 'b.txt'), 'B')
    writeFileSync(join(draft.path, 'files', 'd.txt'), 'unfinished')
    appendFileSync(join(draft.path, 'journal.ndjson'), '\n{"id":"e","filena')
    await reconnect()
    expect(await scan.drafts()).toEqual([
      { label: 'Masks', key: 'masks of 60 images', path: draft.path },
    ])
    const again = await scan.draft('Masks', options)
    expect(await again.finished()).toMatchObject([
      { id: 'a', key: 'ka' },
      { id: 'c', key: 'kc' },
    ])
    await again.writeFile('b', Buffer.from('b'), 'txt', {}, { key: 'kb' })
    const masks = await again.publish('masks')
    expect(await masks.fileIds()).toEqual(['a', 'b', 'c'])
    expect(await (await masks.getFile('a')).getMetadata()).toEqual({ n: 1 })
    expect(await scan.drafts()).toEqual([])
    expect(await scan.problems()).toEqual([])
  })

  test('a draft that its writer left is removed by clean even if it is resumable', async () => {
    await scan.draft('Masks', { resumable: { key: 'k' } })
    await scan.clean({ drafts: true })
    expect(await scan.drafts()).toEqual([])
  })
})
