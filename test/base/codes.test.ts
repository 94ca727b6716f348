// The table of codes: what is thrown stands in it, what stands in it is thrown.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { fates, lasts } from '../../src/base/codes.ts'
import { RomiError } from '../../src/base/errors.ts'

test('a code that nobody classified does not compile', () => {
  // @ts-expect-error it is not in the table
  const unknown = new RomiError('task/never-heard-of', 'it happened')
  const ofUsers = new RomiError('user/no-leaf', 'no leaf')
  expect([unknown.code, ofUsers.code]).toEqual(['task/never-heard-of', 'user/no-leaf'])
})

test('what the machine did may pass; what a person must change, and messages of users, last', () => {
  for (const code of ['store/disk-full', 'task/threw', 'task/program-failed'])
    expect(lasts(code), code).toBe(false)
  for (const code of ['task/no-label', 'io/unreadable', 'user/no-leaf', 'leaf/of-before'])
    expect(lasts(code), code).toBe(true)
})

test('every code of the table is used', () => {
  const folders = ['src', 'tasks'].map((name) => new URL(`../../${name}/`, import.meta.url))
  const files = folders.flatMap((folder) =>
    readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts') && name !== join('base', 'codes.ts'))
      .map((name) => new URL(name, folder)),
  )
  const sources = files.map((file) => readFileSync(file, 'utf8')).join('\n')
  // These are put together from the kind of thing that is missing.
  const composed = ['scan', 'fileset', 'file'].map((kind) => `store/${kind}-missing`)
  const unused = Object.keys(fates).filter((code) => !sources.includes(`'${code}'`))
  expect(unused.filter((code) => !composed.includes(code))).toEqual([])
})
