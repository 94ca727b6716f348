// Several writers of a database: each writes the scans that it took, and no other.
import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeEach, expect, test } from 'vitest'
import { temporaryName } from '../../../src/fsdb/own-names.ts'
import { FSDB } from '../../../src/fsdb/fsdb.ts'
import { formatHolder, folderOf } from '../../../src/fsdb/locks/holder.ts'
import { thisProcess } from '../../../src/fsdb/locks/owner.ts'
import { code } from '../../support/coded.ts'
import { scratchFolder } from '../../support/scratch.ts'

const work = scratchFolder('share')
afterAll(() => rmSync(work, { recursive: true }))

let turn = 0
let root: string
let one: FSDB
let two: FSDB
beforeEach(async () => {
  root = join(work, `db${turn++}`)
  await using db = await FSDB.create(root)
  await db.connect()
  for (const id of ['a', 'b']) await db.createScan(id)
  ;[one, two] = [new FSDB(root), new FSDB(root)]
  await one.connect({ share: true, info: { command: 'run p.toml' } })
  await two.connect({ share: true })
  return async () => {
    await one.disconnect()
    await two.disconnect()
    expect(existsSync(join(root, 'lock'))).toBe(false)
  }
})

test('two writers change two scans, and neither the scan of the other', async () => {
  await one.takeScan('a')
  await two.takeScan('b')
  await (await one.getScan('a')).setMetadata({ by: 'one' })
  await (await two.getScan('b')).setMetadata({ by: 'two' })
  await expect(two.takeScan('a')).rejects.toMatchObject({
    code: 'store/locked',
    facts: { owner: { pid: process.pid, info: { command: 'run p.toml' } } },
  })
  for (const attempt of [
    async () => (await two.getScan('a')).setMetadata({ by: 'two' }),
    async () => (await two.getScan('a')).createFileset('images'),
    async () => (await two.getScan('a')).draft('Masks'),
    () => two.deleteScan('a'),
  ])
    await expect(attempt()).rejects.toThrow(code('store/scan-not-taken'))
  expect(await (await two.getScan('a')).getMetadata()).toEqual({ by: 'one' })
})

test('a scan that was let go is free, and one that is made belongs to its maker', async () => {
  await one.takeScan('a')
  const waiting = two.takeScan('a', { wait: true })
  await one.letGoOfScan('a')
  await waiting
  await expect(one.takeScan('a')).rejects.toThrow(code('store/locked'))
  await one.createScan('c')
  await expect(two.takeScan('c')).rejects.toThrow(code('store/locked'))
  await expect(two.createScan('c')).rejects.toThrow(code('store/locked'))
})

test('the whole database waits for all, and all wait for it', async () => {
  await one.takeScan('a')
  const whole = new FSDB(root)
  await expect(whole.connect()).rejects.toThrow(code('store/locked'))
  const waiting = whole.connect({ wait: true })
  await one.disconnect()
  await waiting
  await expect(two.takeScan('b')).rejects.toThrow(code('store/locked'))
  await whole.disconnect()
  await two.takeScan('b')
})

test('what a killed writer left in a scan is finished when the scan is taken', async () => {
  const marks = join(root, '.romi', 'touched')
  mkdirSync(marks, { recursive: true })
  writeFileSync(join(marks, 'a'), '')
  mkdirSync(join(root, 'a', '.romi'))
  const journal = { before: [], moves: [], after: [], trash: ['images/left.txt'] }
  mkdirSync(join(root, 'a', 'images'), { recursive: true })
  writeFileSync(join(root, 'a', 'images', 'left.txt'), '')
  writeFileSync(join(root, 'a', '.romi', 'journal.json'), JSON.stringify(journal))
  await one.takeScan('b')
  expect(existsSync(join(root, 'a', '.romi', 'journal.json'))).toBe(true)
  await one.takeScan('a')
  expect(existsSync(join(root, 'a', '.romi', 'journal.json'))).toBe(false)
  expect(existsSync(join(root, 'a', 'images', 'left.txt'))).toBe(false)
})

test('scans in the making of those who live stay; those of the dead are removed', async () => {
  const folder = join(root, '.romi', 'tmp')
  const living = temporaryName(one.owner()?.uuid)
  for (const name of [living, temporaryName(thisProcess({}).uuid), temporaryName()])
    mkdirSync(join(folder, name), { recursive: true })
  const third = new FSDB(root)
  await third.connect({ share: true })
  await third.disconnect()
  expect(readdirSync(folder)).toEqual([living])
  rmSync(folder, { recursive: true })
})

test('the scans of a killed writer are free at once, and its death is told once', async () => {
  const since = new Date().toISOString()
  const dead = { ...thisProcess({}), started: '1' }
  const claims = [{ of: 'a', since }]
  const holder = { ...dead, folder: folderOf(root), ticket: 1, claims, waits: [] }
  writeFileSync(join(root, '.romi', 'locks', 'holders', dead.uuid), formatHolder(holder, 3))
  expect(one.writers().map(({ uuid }) => uuid)).not.toContain(dead.uuid)
  await one.takeScan('a')
  expect(one.foundDeadWriters()).toBe(true)
  expect(one.foundDeadWriters()).toBe(false)
  expect(await one.livingWriters()).toEqual(new Set([one.owner()?.uuid, two.owner()?.uuid]))
})
