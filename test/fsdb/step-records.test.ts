// The records of steps that a scan keeps: which files they are, and who may change them.
import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeEach, expect, test } from 'vitest'
import { FSDB } from '../../src/fsdb/fsdb.ts'
import type { Scan } from '../../src/fsdb/scan.ts'
import { code } from '../support/coded.ts'
import { backwards } from '../support/backwards.ts'
import { scratchFolder } from '../support/scratch.ts'

const work = scratchFolder('step-records')
afterAll(() => rmSync(work, { recursive: true }))

let turn = 0
let root: string
let scan: Scan
beforeEach(async () => {
  root = join(work, `db${turn++}`)
  const db = await FSDB.create(root, { disk: backwards })
  await db.connect()
  scan = await db.createScan('plant')
  return () => db.disconnect()
})
const folder = (): string => join(scan.path, '.romi', 'records')

test('a scan without records has none, and no folder for them', () => {
  expect(scan.records.names()).toEqual([])
  expect(existsSync(folder())).toBe(false)
})

test('records are kept by their names, told in order, and read as they were written', async () => {
  await scan.records.write('20260102.json', '{"b":2}\n')
  await scan.records.write('20260101.json', '{"a":1}\n')
  expect(scan.records.names()).toEqual(['20260101.json', '20260102.json'])
  expect(scan.records.read('20260102.json')).toBe('{"b":2}\n')
  expect(scan.records.read('20260101.json')).toBe('{"a":1}\n')
})

test('a record that is written again takes the place of the old one, and nothing stays aside', async () => {
  await scan.records.write('20260101.json', 'old')
  await scan.records.write('20260101.json', 'new')
  expect(scan.records.read('20260101.json')).toBe('new')
  expect(readdirSync(folder())).toEqual(['20260101.json'])
  expect(readdirSync(join(scan.path, '.romi', 'tmp'))).toEqual([])
})

test('what has the name of no record is none: of another kind, hidden, or only an ending', async () => {
  await scan.records.write('20260101.json', '{}')
  for (const name of ['notes.txt', 'json', '.hidden.json', '.json'])
    writeFileSync(join(folder(), name), '{}')
  expect(scan.records.names()).toEqual(['20260101.json'])
})

test('those that are named are removed, and no others', async () => {
  for (const name of ['a.json', 'b.json', 'c.json']) await scan.records.write(name, '{}')
  await scan.records.remove(['a.json', 'c.json', 'gone.json'])
  expect(scan.records.names()).toEqual(['b.json'])
})

test('a name that leads elsewhere is neither written nor removed', async () => {
  mkdirSync(folder(), { recursive: true })
  writeFileSync(join(scan.path, 'mine.json'), 'mine')
  await scan.records.write('../../mine.json', 'theirs')
  await scan.records.remove(['../../mine.json'])
  expect(scan.records.read('../../mine.json')).toBe('mine')
})

test('a writer that does not hold the scan changes no record', async () => {
  await scan.records.write('a.json', 'old')
  const reader = await (await FSDB.open(root)).getScan('plant')
  expect(reader.records.read('a.json')).toBe('old')
  await expect(reader.records.write('a.json', 'new')).rejects.toThrow(code('store/not-connected'))
  await expect(reader.records.remove(['a.json'])).rejects.toThrow(code('store/not-connected'))
  expect(scan.records.read('a.json')).toBe('old')
})

test('who changes no record need not hold the scan', async () => {
  const reader = await (await FSDB.open(root)).getScan('plant')
  await reader.records.remove([])
  await reader.records.remove(['../a.json'])
  await reader.records.write('../a.json', '')
})
