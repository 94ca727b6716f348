// The file of a writer: others see by it who is there, and it never takes the place of another's.
import { mkdtempSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeEach, expect, test } from 'vitest'
import { HolderFile } from '../../../src/fsdb/locks/holder-file.ts'
import { parseHolder, type Holder } from '../../../src/fsdb/locks/holder.ts'
import { thisProcess } from '../../../src/fsdb/locks/owner.ts'
import { scratchFolder } from '../../support/scratch.ts'

const work = scratchFolder('holder-file')
afterAll(() => rmSync(work, { recursive: true }))

let path: string
let file: HolderFile
beforeEach(() => {
  path = join(mkdtempSync(join(work, 'db-')), 'holder')
  file = new HolderFile(path)
})

const holder: Holder = {
  ...thisProcess({}),
  folder: { path: '/db', device: 1, inode: 2 },
  ticket: 3,
  claims: [],
  waits: ['plant'],
}
const text = (): string => readFileSync(path, 'utf8')
const counter = (): number => Number(parseHolder(text())?.counter)

test('it tells who is there, by a counter that begins at nought', () => {
  file.create(holder)
  expect(parseHolder(text())).toEqual({ holder, counter: '0000000000000000' })
  expect(file.isInPlace()).toBe(true)
})

test('it is not made where another file lies', () => {
  writeFileSync(path, 'precious')
  expect(() => file.create(holder)).toThrow(expect.objectContaining({ code: 'EEXIST' }))
  expect(file.isInPlace()).toBe(false)
  expect(text()).toBe('precious')
})

test('its counter is raised in place: the file stays the same, and so does all else in it', () => {
  file.create(holder)
  const { ino } = statSync(path)
  file.raise()
  file.raise()
  expect(parseHolder(text())?.holder).toEqual(holder)
  expect(counter()).toBe(2)
  expect(statSync(path).ino).toBe(ino)
})

test('another text in its place goes on with the counter, and is still ours', () => {
  file.create(holder)
  file.raise()
  file.replace({ ...holder, waits: [] })
  expect(parseHolder(text())?.holder.waits).toEqual([])
  expect(counter()).toBe(1)
  expect(file.isInPlace()).toBe(true)
  file.raise()
  expect(counter()).toBe(2)
})

test('once others removed it, it is not in place, and a raised counter does not bring it back', () => {
  file.create(holder)
  rmSync(path)
  expect(file.isInPlace()).toBe(false)
  file.raise()
  file.remove()
  expect(statSync(path, { throwIfNoEntry: false })).toBeUndefined()
})

test('a file that another put in its place is not ours, and is not removed', () => {
  file.create(holder)
  writeFileSync(`${path}-other`, 'another’s')
  renameSync(`${path}-other`, path)
  expect(file.isInPlace()).toBe(false)
  file.remove()
  expect(text()).toBe('another’s')
})

test('it is removed when its writer leaves', () => {
  file.create(holder)
  file.remove()
  expect(statSync(path, { throwIfNoEntry: false })).toBeUndefined()
})
