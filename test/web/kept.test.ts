// Small pictures and reduced shapes are made once: kept in memory, and in a folder for the next start.
import { mkdtempSync, readdirSync, rmSync, statSync, truncateSync, utimesSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { KeptBytes } from '../../src/web/kept-bytes.ts'
import { KeptFolder } from '../../src/web/kept-folder.ts'
import { io } from '../../src/index.ts'
import { published } from '../support/published.ts'
import { Serving } from '../support/serving.ts'

let folder: string
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'romi-kept-'))))
afterEach(() => rmSync(folder, { recursive: true }))

const room = 1000
const some = new Uint8Array([1, 2, 3])
const fails = () => Promise.reject(new Error('it is made again'))
const files = () => readdirSync(folder).map((name) => join(folder, name))

test('what was made is taken from memory, and by the next start from the folder', async () => {
  const kept = new KeptBytes(room, new KeptFolder(folder))
  expect(await kept.get('a', () => Promise.resolve(some))).toEqual(some)
  expect(await kept.get('a', fails)).toEqual(some)
  await kept.close()
  const next = new KeptBytes(room, new KeptFolder(folder))
  expect(new Uint8Array(await next.get('a', fails))).toEqual(some)
  await expect(next.get('b', fails)).rejects.toThrow('it is made again')
})

test('only the user can read what is kept', async () => {
  await new KeptFolder(folder).put('a', some)
  expect(files().map((path) => statSync(path).mode & 0o777)).toEqual([0o600])
})

test('a file of which a power cut left a part is none', async () => {
  const kept = new KeptFolder(folder)
  await kept.put('a', some)
  const [path] = files()
  for (const left of [statSync(path).size - 1, 64, 10, 0]) {
    truncateSync(path, left)
    expect(await kept.get('a')).toBeUndefined()
  }
})

test('a folder that is gone is no error', async () => {
  const kept = new KeptFolder(join(folder, 'nowhere'))
  await kept.put('a', some)
  expect(await kept.get('a')).toBeUndefined()
})

test('what was not used for longest leaves, as soon as there is more than the limit', async () => {
  const kept = new KeptFolder(folder, 1000)
  await kept.put('old', new Uint8Array(400))
  for (const path of files()) utimesSync(path, 1, 1)
  await kept.put('new', new Uint8Array(200))
  await kept.put('newest', new Uint8Array(400))
  expect(await kept.get('old')).toBeUndefined()
  expect(await kept.get('new')).toHaveLength(200)
  expect(await kept.get('newest')).toHaveLength(400)
})

test('a server keeps its small pictures there, and writes nothing into the database', async () => {
  await using serving = await Serving.make()
  await serving.write(async (db) => {
    const images = await (await db.createScan('plant')).createFileset('images')
    const data = new Uint8Array(3 * 40 * 30).fill(90)
    const picture = { width: 40, height: 30, channels: 3, depth: 8, data } as const
    await io.writeImage(await images.createFile('00000_rgb'), picture)
  })
  const before = published(serving.db.path)
  await serving.start({ cache: folder })
  const { status } = await serving.get('image/plant/images/00000_rgb?size=20')
  expect(status).toBe(200)
  await expect.poll(() => files().length).toBe(1)
  expect(published(serving.db.path)).toEqual(before)
})
