// What was seen of those who cannot be seen but by a counter, and what of it is left to others.
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { afterAll, beforeEach, expect, test } from 'vitest'
import { thisBoot } from '../../../src/fsdb/locks/owner.ts'
import { monotonicMs } from '../../../src/base/monotonic.ts'
import { Sightings } from '../../../src/fsdb/locks/sightings.ts'
import { scratchFolder } from '../../support/scratch.ts'

const work = scratchFolder('sightings')
afterAll(() => rmSync(work, { recursive: true }))

let folder: string
let path: string
let ms: number
beforeEach(() => {
  folder = mkdtempSync(join(work, 'locks-'))
  path = join(folder, `seen-${thisBoot}`)
  ms = 1_000_000
})
const sightings = () => new Sightings(folder, () => ms)
const kept = (): unknown => JSON.parse(readFileSync(path, 'utf8'))

test('time is told in milliseconds, and by no clock that can be set', async () => {
  const before = monotonicMs()
  await wait(30)
  const took = monotonicMs() - before
  expect(took).toBeGreaterThanOrEqual(29)
  expect(took).toBeLessThan(10_000)
})

test('a counter that stood and then moved stands anew from there on', () => {
  const reader = sightings()
  expect(reader.look('a', '1')).toBe('watched')
  ms += 29_000
  expect(reader.look('a', '2')).toBe('moved')
  ms += 29_999
  expect(reader.look('a', '2')).toBe('moved')
  ms += 1
  expect(reader.look('a', '2')).toBe('dead')
})

test('what was seen is left for later processes, under the start of the machine', () => {
  const reader = sightings()
  reader.look('a', '1')
  ms += 10
  reader.look('b', '7')
  reader.save()
  expect(kept()).toEqual({ a: { mark: '1', atMs: 1_000_000 }, b: { mark: '7', atMs: 1_000_010 } })
  expect(readdirSync(folder)).toEqual([`seen-${thisBoot}`])
})

test('who saw nobody leaves nothing', () => {
  sightings().save()
  expect(existsSync(path)).toBe(false)
})

test('a counter that still stands is kept with the time of whoever saw it first', () => {
  const seen = {
    a: { mark: '1', atMs: 5 },
    moved: { mark: '1', atMs: 5 },
    gone: { mark: '1', atMs: 5 },
  }
  writeFileSync(path, JSON.stringify(seen))
  const reader = sightings()
  reader.look('a', '1')
  reader.look('moved', '2')
  reader.save()
  expect(kept()).toEqual({ a: { mark: '1', atMs: 5 }, moved: { mark: '2', atMs: 1_000_000 } })
})

test('a sighting of a time that has not come yet, as after a restore, gives way to one’s own', () => {
  writeFileSync(path, JSON.stringify({ a: { mark: '1', atMs: 2_000_000 } }))
  const reader = sightings()
  reader.look('a', '1')
  reader.save()
  expect(kept()).toEqual({ a: { mark: '1', atMs: 1_000_000 } })
})

test.each([
  ['torn', '{"a":{"mark"'],
  ['of another form', '{"a":{"mark":1,"atMs":0}}'],
  ['without times', '{"a":{"mark":"1"}}'],
  ['a list', '[]'],
])('what earlier processes left counts for nothing where it is %s', (_, text) => {
  writeFileSync(path, text)
  const reader = sightings()
  reader.look('a', '1')
  ms += 6_000
  expect(reader.look('a', '1')).toBe('watched')
})

test('others’ sightings count from 6 s of our own on, if theirs are 30 s old', () => {
  writeFileSync(path, JSON.stringify({ a: { mark: '1', atMs: ms - 24_000 } }))
  const reader = sightings()
  expect(reader.look('a', '1')).toBe('watched')
  ms += 5_999
  expect(reader.look('a', '1')).toBe('watched')
  ms += 1
  expect(reader.look('a', '1')).toBe('dead')
})

test('others’ sightings of less than 30 s ago do not count', () => {
  writeFileSync(path, JSON.stringify({ a: { mark: '1', atMs: ms - 23_999 } }))
  const reader = sightings()
  reader.look('a', '1')
  ms += 6_000
  expect(reader.look('a', '1')).toBe('watched')
})

test('a note that cannot be kept stops nobody', () => {
  const reader = sightings()
  reader.look('a', '1')
  rmSync(folder, { recursive: true })
  reader.save()
  expect(existsSync(folder)).toBe(false)
})

test('the note is removed when nobody is left that could be watched', () => {
  const reader = sightings()
  reader.look('a', '1')
  reader.save()
  reader.forget()
  expect(existsSync(path)).toBe(false)
})
