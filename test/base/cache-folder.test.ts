// What is kept for the next start lies where nobody but the user may write.
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { ownCacheFolder } from '../../src/base/cache-folder.ts'
import { keepText, keptText } from '../../src/base/kept-text.ts'

let home: string
beforeEach(() => (home = mkdtempSync(join(tmpdir(), 'romi-run-home-'))))
afterEach(() => rmSync(home, { recursive: true }))

test('the folder is made for the user alone, where caches are', () => {
  const folder = ownCacheFolder({ HOME: home })
  expect(folder).toBe(join(home, '.cache', 'romi-run'))
  expect(statSync(folder!).mode & 0o777).toBe(0o700)
  expect(ownCacheFolder({ HOME: '/nowhere', XDG_CACHE_HOME: home })).toBe(join(home, 'romi-run'))
})

test('a folder where others may write is not used, nor a link to one', () => {
  const folder = ownCacheFolder({ XDG_CACHE_HOME: home })!
  chmodSync(folder, 0o777)
  expect(ownCacheFolder({ XDG_CACHE_HOME: home })).toBeUndefined()
  rmSync(folder, { recursive: true })
  mkdirSync(join(home, 'elsewhere'))
  symlinkSync(join(home, 'elsewhere'), folder)
  expect(ownCacheFolder({ XDG_CACHE_HOME: home })).toBeUndefined()
})

test('without a home, or with a path that depends on where one stands, there is none', () => {
  expect(ownCacheFolder({})).toBeUndefined()
  expect(ownCacheFolder({ HOME: 'home', XDG_CACHE_HOME: '' })).toBeUndefined()
})

test('a text is found under its name; what cannot be kept is no error', () => {
  keepText(home, 'a', 'text')
  expect(keptText(home, 'a')).toBe('text')
  expect(keptText(home, 'b')).toBeUndefined()
  keepText(join(home, 'nowhere'), 'a', 'text')
  expect(keptText(join(home, 'nowhere'), 'a')).toBeUndefined()
})

test('a text of which a power cut left a part is none', () => {
  keepText(home, 'a', 'first()\nsecond()\n')
  const { size } = statSync(join(home, 'a'))
  for (const left of [size - 1, size - 'second()\n'.length, 1, 0]) {
    truncateSync(join(home, 'a'), left)
    expect(keptText(home, 'a')).toBeUndefined()
  }
})
