// The text of a holder's file, and which folder it is of.
import { mkdtempSync, realpathSync, renameSync, rmSync, statSync, symlinkSync } from 'node:fs'
import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import {
  folderOf,
  formatHolder,
  isOfAnother,
  isUuid,
  parseHolder,
  type Holder,
} from '../../../src/fsdb/locks/holder.ts'
import { thisProcess } from '../../../src/fsdb/locks/owner.ts'
import { scratchFolder } from '../../support/scratch.ts'

const work = scratchFolder('holder')
afterAll(() => rmSync(work, { recursive: true }))

const holder: Holder = {
  ...thisProcess({ run: '7' }),
  folder: { path: '/db', device: 1, inode: 2 },
  ticket: 3,
  claims: [{ of: 'plant', since: '2026-01-01T00:00:00.000Z' }],
  waits: ['other'],
}

describe('the text of a holder', () => {
  test('is read as it was written, by any version: a counter of sixteen digits, then JSON', () => {
    const text = formatHolder(holder, 42)
    expect(text).toBe(`0000000000000042\n${JSON.stringify(holder)}\n`)
    expect(parseHolder(text)).toEqual({ holder, counter: '0000000000000042' })
  })

  test('is read, too, when another version spread it over lines and added to it', () => {
    const more = { ...holder, later: true }
    const text = `0000000000000042\n${JSON.stringify(more, undefined, 2)}\n`
    expect(parseHolder(text)?.holder).toEqual(holder)
  })

  test.each([
    ['empty', ''],
    ['nothing but a counter', '0000000000000042'],
    ['torn', formatHolder(holder, 1).slice(0, -20)],
    ['without a counter', JSON.stringify(holder)],
    ['with a counter that was torn', `00042\n${JSON.stringify(holder)}\n`],
  ])('is none when it is %s', (_, text) => {
    expect(parseHolder(text)).toBeUndefined()
  })

  test.each<readonly [string, object]>([
    ['no folder', { folder: undefined }],
    ['a folder without a number', { folder: { path: '/db', device: 1 } }],
    ['a folder without a device', { folder: { path: '/db', inode: 1 } }],
    ['a folder without a path', { folder: { device: 1, inode: 1 } }],
    ['no place in the queue', { ticket: undefined }],
    ['a place before the first', { ticket: -1 }],
    ['half a place', { ticket: 0.5 }],
    ['no claims', { claims: undefined }],
    ['a claim of nothing', { claims: [{ since: 'now' }] }],
    ['a claim since never', { claims: [{ of: 'plant' }] }],
    ['no wishes', { waits: undefined }],
    ['a wish that is no text', { waits: [1] }],
    ['no process', { pid: undefined }],
  ])('is none with %s', (_, changes) => {
    expect(parseHolder(formatHolder({ ...holder, ...changes }, 1))).toBeUndefined()
  })
})

describe('a folder', () => {
  test('is told by its path without links and by what the disk calls it', () => {
    const root = mkdtempSync(join(work, 'db-'))
    const { dev, ino } = statSync(root)
    const here = { path: realpathSync(root), device: dev, inode: ino }
    expect(folderOf(root)).toEqual(here)
    symlinkSync(root, `${root}-link`)
    expect(folderOf(`${root}-link`)).toEqual(here)
  })

  test('stays the same when it is renamed', () => {
    const root = mkdtempSync(join(work, 'db-'))
    const before = folderOf(root)
    renameSync(root, `${root}-renamed`)
    expect(isOfAnother(holder, before, folderOf(`${root}-renamed`))).toBe(false)
  })
})

describe('a lock', () => {
  const here = { path: '/here', device: 1, inode: 1 }

  test.each([
    ['of another folder of the disk', { path: '/there', device: 1, inode: 2 }, true],
    ['of another disk', { path: '/there', device: 2, inode: 1 }, true],
    ['of this very folder', here, false],
    ['of this folder by another path', { ...here, path: '/there' }, false],
    ['of this path, when what lies there was put anew', { ...here, inode: 2 }, false],
  ])('%s: that it is of another is certain %j → %s', (_, its, expected) => {
    expect(isOfAnother(holder, its, here)).toBe(expected)
  })

  test('of another start of a machine, or of one that does not tell, may be of this folder', () => {
    const there = { path: '/there', device: 1, inode: 2 }
    expect(isOfAnother({ ...holder, boot: 'another' }, there, here)).toBe(false)
    expect(isOfAnother({ ...holder, boot: '' }, there, here)).toBe(false)
  })
})

test('the name of a holder’s file is a UUID and nothing besides', () => {
  const uuid = randomUUID()
  expect(isUuid(uuid)).toBe(true)
  for (const name of [
    `${uuid}.tmp`,
    `x${uuid}`,
    uuid.slice(1),
    uuid.slice(0, -1),
    uuid.replaceAll('-', ''),
    uuid.replace('-', '-0'),
    'g'.repeat(8) + uuid.slice(8),
    uuid.toUpperCase().replace(/^./, 'A'),
    '',
  ])
    expect(isUuid(name)).toBe(false)
})
