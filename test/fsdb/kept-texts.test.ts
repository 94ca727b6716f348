// Texts of metadata are read once: a run with nothing to do finds them where digests are kept.
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeEach, expect, test } from 'vitest'
import { realDisk, type Disk } from '../../src/base/system.ts'
import { DigestCache, marksOf } from '../../src/fsdb/digests.ts'
import { calmDisk } from '../support/calm-disk.ts'
import { scratchFolder } from '../support/scratch.ts'

const work = scratchFolder('kept-texts')
afterAll(() => rmSync(work, { recursive: true }))

let root: string
let path: string
let kept: string
let read: string[]
beforeEach(() => {
  root = mkdtempSync(join(work, 'db-'))
  mkdirSync(join(root, 'plant/metadata/images'), { recursive: true })
  path = join(root, 'plant/metadata/images/a.json')
  kept = join(root, '.romi/digests/plant.json')
  write('{"shot": 1}')
  read = []
})

/** An hour ago, so that nothing may change within the same tick of the clock. */
const long = new Date(Date.now() - 3_600_000)
const write = (text: string, at = path): void => writeFileSync(at, text)

/** A disk that is calm, and notes what is read of metadata. */
const calm: Disk = {
  ...calmDisk,
  readText: (at) => {
    if (at.includes('metadata')) read.push(at)
    return calmDisk.readText(at)
  },
}
const cache = (disk: Disk = calm): DigestCache => new DigestCache(disk, root)
/** What a cache tells of a file by how it lies now. */
const textIn = (of: DigestCache, disk: Disk = calm, at = path): string => {
  const stat = disk.stat(at)
  if (!stat) throw new Error(`${at} is missing`)
  return of.textAs(at, stat)
}

test('a text is read once, by this run and by those after it', async () => {
  const first = cache()
  expect([textIn(first), textIn(first)]).toEqual(['{"shot": 1}', '{"shot": 1}'])
  expect(read).toEqual([path])
  await first.save()
  expect(textIn(cache())).toBe('{"shot": 1}')
  expect(read).toEqual([path])
})

test('a text is read again once its file was written, replaced or touched', async () => {
  const first = cache()
  textIn(first)
  await first.save()
  const next = cache()
  write('{"shot": 22}')
  expect(textIn(next)).toBe('{"shot": 22}')
  write('{"shot": 33}', `${path}.new`)
  renameSync(`${path}.new`, path)
  expect(textIn(next)).toBe('{"shot": 33}')
  read = []
  utimesSync(path, long, long)
  expect(textIn(next)).toBe('{"shot": 33}')
  expect(read).toEqual([path])
})

test('a text that changed just before it was read may change again unseen, and is not kept', async () => {
  const first = cache(realDisk)
  const stat = realDisk.stat(path)!
  // As within one tick of the clock: the times say nothing.
  stat.mtimeMs = stat.ctimeMs = Date.now()
  expect(first.textAs(path, stat)).toBe('{"shot": 1}')
  write('{"shot": 9}')
  expect(first.textAs(path, stat)).toBe('{"shot": 9}')
  await first.save()
  expect(existsSync(kept)).toBe(false)
})

test('what was kept of a text is forgotten when the text changed just now', async () => {
  const first = cache()
  textIn(first)
  await first.save()
  const next = cache()
  const stat = calm.stat(path)!
  stat.mtimeMs = stat.ctimeMs = Date.now()
  next.textAs(path, stat)
  await next.save()
  expect(readFileSync(kept, 'utf8')).toBe('{}')
})

test('a text behind a link is read each time: the times of a link say nothing of it', () => {
  const link = join(root, 'plant/metadata/images/b.json')
  symlinkSync(path, link)
  const first = cache()
  textIn(first, calm, link)
  write('{"shot": 2}')
  expect(textIn(first, calm, link)).toBe('{"shot": 2}')
})

test('a long text, such as the labels of a point cloud, is read each time', async () => {
  const first = cache()
  const text = JSON.stringify({ labels: 'x'.repeat(1 << 16) })
  write(text)
  expect([textIn(first), textIn(first)]).toEqual([text, text])
  expect(read).toEqual([path, path])
  await first.save()
  expect(existsSync(kept)).toBe(false)
})

test('texts and digests of a scan are kept side by side', async () => {
  const photograph = join(root, 'plant/images.txt')
  write('a photograph', photograph)
  const first = cache()
  textIn(first)
  const digest = await first.digest(photograph)
  await first.save()
  const next = cache()
  expect(next.cached(photograph)).toBe(digest)
  expect(textIn(next)).toBe('{"shot": 1}')
  expect(read).toEqual([path])
})

test('what is kept of metadata that are gone goes with the next change', async () => {
  const other = join(root, 'plant/metadata/images/b.json')
  write('{}', other)
  const first = cache()
  textIn(first)
  textIn(first, calm, other)
  await first.save()
  rmSync(other)
  const next = cache()
  write('{"shot": 2}')
  textIn(next)
  await next.save()
  // Safe: a cache is a map of rows.
  expect(Object.keys(JSON.parse(readFileSync(kept, 'utf8')) as object)).toEqual([
    'metadata/images/a.json',
  ])
})

test.each<readonly [string, (row: readonly unknown[]) => unknown]>([
  ['a digest where none belongs', (row) => [...row.slice(0, 4), 'x', '{"shot": 7}']],
  ['no text', (row) => [...row.slice(0, 5), 7]],
  ['a part more', (row) => [...row, 1]],
  ['a text for a number', (row) => [String(row[0]), ...row.slice(1)]],
  ['nothing at all', () => null],
])('a row with %s is not believed', (_, change) => {
  const stat = calm.stat(path)!
  mkdirSync(join(root, '.romi/digests'), { recursive: true })
  const row = change([...marksOf(stat), null, '{"shot": 7}'])
  writeFileSync(kept, JSON.stringify({ 'metadata/images/a.json': row }))
  expect(textIn(cache())).toBe('{"shot": 1}')
})

test('metadata outside of a scan are read each time', () => {
  const outside = join(root, 'metadata.json')
  write('{}', outside)
  const first = cache()
  textIn(first, calm, outside)
  write('{"a": 1}', outside)
  expect(textIn(first, calm, outside)).toBe('{"a": 1}')
})
