// What was not used for longest leaves a cache that grows too large.
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { markUsed, trimCache, trimDaily } from '../../src/base/cache-limit.ts'
import { keepText, keptText } from '../../src/base/kept-text.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'romi-run-limit-'))
  mkdirSync(join(folder, 'v22'))
})
afterEach(() => rmSync(folder, { recursive: true }))

/** A file of 100 bytes that was last used some days ago. */
function file(name: string, days: number): void {
  writeFileSync(join(folder, name), 'x'.repeat(100))
  const then = Date.now() / 1000 - days * 86_400
  utimesSync(join(folder, name), then, then)
}

const left = () =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name !== 'v22')
    .sort()

test('the oldest leave, in folders too, until there is room again', () => {
  file('a', 3)
  file('v22/b', 9)
  file('c', 5)
  file('d', 1)
  trimCache(folder, 400)
  expect(left()).toEqual(['a', 'c', 'd', 'v22/b'])
  trimCache(folder, 399)
  expect(left()).toEqual(['a', 'd'])
})

test('what is used is young again', () => {
  file('a', 3)
  const before = statSync(join(folder, 'a')).mtimeMs
  markUsed(join(folder, 'a'))
  expect(statSync(join(folder, 'a')).mtimeMs).toBeGreaterThan(before)
  keepText(folder, 'text', 'kept')
  const then = Date.now() / 1000 - 9 * 86_400
  utimesSync(join(folder, 'text'), then, then)
  expect(keptText(folder, 'text')).toBe('kept')
  trimCache(folder, 100)
  expect(left()).toEqual(['text'])
})

test('once a day is enough', () => {
  trimDaily(folder, 150)
  file('a', 2)
  file('b', 1)
  trimDaily(folder, 150)
  expect(left()).toEqual(['a', 'b', 'trimmed'])
  const then = Date.now() / 1000 - 2 * 86_400
  utimesSync(join(folder, 'trimmed'), then, then)
  trimDaily(folder, 150)
  expect(left()).toEqual(['b', 'trimmed'])
})
