// Which digests are kept, which are believed, and what is told of a file that has none.
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { afterAll, beforeEach, describe, expect, test } from 'vitest'
import { sha256 } from '../../src/base/digest.ts'
import { RomiError } from '../../src/base/errors.ts'
import { realDisk, type Disk } from '../../src/base/system.ts'
import { DigestCache, marksOf } from '../../src/fsdb/digests.ts'
import { scratchFolder } from '../support/scratch.ts'

const work = scratchFolder('digests-kept')
afterAll(() => rmSync(work, { recursive: true }))

let root: string
let path: string
let kept: string
beforeEach(() => {
  root = mkdtempSync(join(work, 'db-'))
  mkdirSync(join(root, 'plant'))
  mkdirSync(join(root, '.romi', 'digests'), { recursive: true })
  path = join(root, 'plant', 'a.txt')
  kept = join(root, '.romi', 'digests', 'plant.json')
  writeFileSync(path, 'a')
})
const cache = (disk: Disk = realDisk): DigestCache => new DigestCache(disk, root)
const marks = (): number[] => [...marksOf(statSync(path))]
const other = sha256('other')

describe('a digest that was kept', () => {
  test('is believed of a file that is as it was, and tells how it stood', () => {
    writeFileSync(kept, JSON.stringify({ 'a.txt': [...marks(), other] }))
    expect(cache().cached(path)).toBe(other)
    expect(cache().stampOf(path)).toBe(marks().join(' '))
    expect(cache().cached(join(root, 'plant', 'b.txt'))).toBeUndefined()
    expect(cache().stampOf(join(root, 'plant', 'b.txt'))).toBeUndefined()
  })

  test('is not believed of a file that was written since, or is gone', () => {
    writeFileSync(kept, JSON.stringify({ 'a.txt': [...marks(), other] }))
    writeFileSync(path, 'longer')
    expect(cache().cached(path)).toBeUndefined()
    rmSync(path)
    expect(cache().cached(path)).toBeUndefined()
  })

  test.each<readonly [string, (row: readonly unknown[]) => unknown]>([
    ['no list', (row) => Object.assign({}, row, { length: 5 })],
    ['a text', () => 'aaaaa'],
    ['null', () => null],
    ['a list of more', (row) => [...row, 1]],
    ['a list with a text for a number', (row) => [String(row[0]), ...row.slice(1)]],
    ['a list whose digest is none', (row) => [...row.slice(0, 4), 'abc']],
    ['a list without a digest', (row) => row.slice(0, 4)],
  ])('is none in a row that is %s', async (_, change) => {
    writeFileSync(kept, JSON.stringify({ 'a.txt': change([...marks(), other]) }))
    expect(cache().stampOf(path)).toBeUndefined()
    expect(await cache().digest(path)).toBe(sha256('a'))
  })

  test.each(['', '{"a.txt":[', 'null', '7', '"text"', '[]'])(
    'is none in a cache that holds %j',
    async (text) => {
      writeFileSync(kept, text)
      expect(cache().cached(path)).toBeUndefined()
      expect(await cache().digest(path)).toBe(sha256('a'))
    },
  )
})

describe('a digest', () => {
  const saved = (): unknown => JSON.parse(readFileSync(kept, 'utf8'))

  test('is kept of a file that did not change just now', async () => {
    await wait(60)
    const own = cache()
    expect(await own.digest(path)).toBe(sha256('a'))
    expect(own.cached(path)).toBe(sha256('a'))
    await own.save()
    expect(saved()).toEqual({ 'a.txt': [...marks(), sha256('a')] })
  })

  test('is not kept where the filesystem may count by seconds, and one is not over', async () => {
    utimesSync(path, 1000, 1000)
    await wait(60)
    const own = cache()
    expect(await own.digest(path)).toBe(sha256('a'))
    expect(own.cached(path)).toBeUndefined()
  })

  test('is not kept of what a link leads to, nor of a file outside of all scans', async () => {
    await wait(60)
    const [link, above] = [join(root, 'plant', 'link.txt'), join(root, 'above.txt')]
    symlinkSync(path, link)
    writeFileSync(above, 'above')
    const outside = join(work, 'outside.txt')
    writeFileSync(outside, 'outside')
    await wait(60)
    const own = cache()
    expect([await own.digest(link), await own.digest(above), await own.digest(outside)]).toEqual([
      sha256('a'),
      sha256('above'),
      sha256('outside'),
    ])
    for (const one of [link, above, outside]) {
      expect(own.cached(one)).toBeUndefined()
      expect(own.stampOf(one)).toBeUndefined()
      own.forget(one)
    }
    await own.save()
    expect(existsSync(kept)).toBe(false)
  })

  test('that is forgotten is computed anew, and is not saved', async () => {
    writeFileSync(kept, JSON.stringify({ 'a.txt': [...marks(), other] }))
    const own = cache()
    own.forget(path)
    expect(own.cached(path)).toBeUndefined()
    await own.save()
    expect(saved()).toEqual({})
  })

  test('of a file that is gone is not saved', async () => {
    await wait(60)
    const own = cache()
    await own.digest(path)
    rmSync(path)
    await own.save()
    expect(saved()).toEqual({})
  })

  test.each<readonly [string, () => string]>([
    ['is missing', () => join(root, 'plant', 'none.txt')],
    ['is a folder', () => join(root, 'plant')],
    ['would lie below a file', () => join(path, 'below')],
  ])('cannot be told of what %s', async (_, where) => {
    await expect(cache().digest(where())).rejects.toMatchObject({
      code: 'store/file-gone',
      message: `${where()} is missing: restore it or make it again`,
      facts: { path: where() },
    })
  })
})

describe('the cache', () => {
  const failing = (error: () => Error): Disk => ({
    ...realDisk,
    makeFolder() {
      throw error()
    },
  })

  test('is written only when there is something new, and once', async () => {
    writeFileSync(kept, JSON.stringify({ 'a.txt': [...marks(), other] }))
    const own = cache(failing(() => new TypeError('a fault')))
    own.cached(path)
    await own.save()
    await wait(60)
    let writes = 0
    const counted = cache({ ...realDisk, rename: (...of) => (writes++, realDisk.rename(...of)) })
    counted.forget(path)
    await counted.save()
    await counted.save()
    expect(writes).toBe(1)
  })

  test('is done without where it cannot be written; a fault of the program is told', async () => {
    const refused = cache(failing(() => new RomiError('store/no-permission', 'refused')))
    const faulty = cache(failing(() => new TypeError('a fault')))
    writeFileSync(kept, JSON.stringify({ 'a.txt': [...marks(), other] }))
    for (const one of [refused, faulty]) one.forget(path)
    await refused.save()
    await expect(faulty.save()).rejects.toThrow(TypeError)
  })

  test('is read again once its scan was released, with what was saved', async () => {
    await wait(60)
    const own = cache()
    await own.digest(path)
    await own.release('plant')
    await own.release('none')
    expect(own.cached(path)).toBe(sha256('a'))
    writeFileSync(kept, '{}')
    await own.release('plant')
    expect(own.cached(path)).toBeUndefined()
  })
})
