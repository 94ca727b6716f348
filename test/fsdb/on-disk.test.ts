// What is on the disk before what: a power cut between any two steps must leave a whole database.
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { afterAll, beforeEach, expect, test } from 'vitest'
import { realDisk, type Disk } from '../../src/base/system.ts'
import { FSDB } from '../../src/fsdb/fsdb.ts'
import type { Scan } from '../../src/fsdb/scan.ts'
import { scratchFolder } from '../support/scratch.ts'

const work = scratchFolder('on-disk')
afterAll(() => rmSync(work, { recursive: true }))

let turn = 0
let root: string
/** What was done, in order: `sync`, `create` (which syncs) and `rename`, with paths in the database. */
let did: string[]
const told = (path: string): string =>
  relative(root, path).replace(/[0-9a-f]{8}-[0-9a-f-]{27}/g, 'uuid')
const disk: Disk = {
  ...realDisk,
  async create(path, bytes) {
    await realDisk.create(path, bytes)
    did.push(`create ${told(path)}`)
  },
  sync(path) {
    did.push(`sync ${told(path)}`)
    return Promise.resolve()
  },
  rename(from, to) {
    realDisk.rename(from, to)
    did.push(`rename ${told(from)} ${told(to)}`)
  },
  async remove(path) {
    await realDisk.remove(path)
    did.push(`remove ${told(path)}`)
  },
}
let db: FSDB
let scan: Scan
beforeEach(async () => {
  root = join(work, `db${turn++}`)
  did = []
  db = await FSDB.create(root, { disk })
  await db.connect()
  scan = await db.createScan('plant')
  did = []
  return () => db.disconnect()
})
/** Where something was done first. @throws Error if it was not */
function when(what: string): number {
  const at = did.indexOf(what)
  if (at < 0) throw new Error(`not done: ${what}, but ${did.join('; ')}`)
  return at
}

test('all of a draft is on the disk before it is published, its folders last', async () => {
  const draft = await scan.draft('Masks')
  await draft.writeFile('a', Buffer.from('a'), 'txt', { of: 'a' })
  await draft.setMetadata({ task_name: 'Masks' })
  const own = told(draft.path)
  await draft.publish('masks')
  const published = when(`rename ${own}/files plant/masks`)
  const synced = (name: string): number => when(`sync ${own}${name}`)
  for (const name of [
    '/files/a.txt',
    '/metadata/a.json',
    '/metadata.json',
    '/files',
    '/metadata',
    '',
  ])
    expect(synced(name)).toBeLessThan(published)
  const above = when('sync plant/.romi/drafts')
  expect(above).toBeLessThan(published)
  expect(above).toBeGreaterThan(synced(''))
})

test('what a change does is on the disk before it is done, and done before that is forgotten', async () => {
  const draft = await scan.draft('Masks')
  await draft.writeFile('a', Buffer.from('a'), 'txt')
  const own = told(draft.path)
  await draft.publish('masks')
  did.splice(0, when('create plant/.romi/journal.json'))
  let at = 0
  for (const what of [
    'create plant/.romi/journal.json',
    'sync plant/.romi',
    `rename ${own}/files plant/masks`,
    'sync plant',
    'rename plant/.romi/tmp/uuid plant/files.json',
    `remove ${own}`,
    'remove plant/.romi/journal.json',
  ]) {
    const found = did.indexOf(what, at)
    expect(found, what).toBeGreaterThanOrEqual(at)
    at = found
  }
})

test('what a change moves away is not listed any more before it moves, and its new place is on the disk', async () => {
  const images = await scan.createFileset('images')
  await (await images.createFile('a')).write(Buffer.from('a'), 'txt')
  did = []
  await scan.retireFileset('images')
  const unlisted = when('rename plant/.romi/tmp/uuid plant/files.json')
  const moved = when('rename plant/images plant/.romi/retired/images-1/files')
  expect(unlisted).toBeLessThan(moved)
  for (const folder of ['plant/.romi/retired/images-1', 'plant/.romi/retired', 'plant'])
    expect(did.indexOf(`sync ${folder}`, moved)).toBeGreaterThan(moved)
})

test('all of a new scan is on the disk before it is one', async () => {
  const from = join(work, `from${turn}`)
  mkdirSync(from)
  writeFileSync(join(from, 'a.jpg'), 'a')
  await db.createScan('new', { species: 'any' }, [
    { id: 'images', files: [join(from, 'a.jpg')], metadata: { shot: 1 } },
  ])
  const there = when('rename .romi/tmp/uuid.uuid new')
  const own = '.romi/tmp/uuid.uuid'
  for (const what of [
    `sync ${own}/images/a.jpg`,
    `create ${own}/metadata/images/a.json`,
    `sync ${own}/images`,
    `sync ${own}/metadata/images`,
    `sync ${own}/metadata`,
    `create ${own}/metadata/metadata.json`,
    `create ${own}/files.json`,
    `sync ${own}`,
  ])
    expect(when(what)).toBeLessThan(there)
  expect(did.indexOf('sync ', there)).toBeGreaterThan(there)
})
