// What a job reads is held against its digest; a stamp that did not move spares the reading.
import {
  mkdtempSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeEach, describe, expect, test } from 'vitest'
import { sha256 } from '../../src/base/digest.ts'
import { realDisk, type Disk } from '../../src/base/system.ts'
import { marksOf } from '../../src/fsdb/digests.ts'
import { Reading, type ReadableInput } from '../../src/run/reading.ts'
import { scratchFolder } from '../support/scratch.ts'

const work = scratchFolder('reading-stamps')
afterAll(() => rmSync(work, { recursive: true }))

let path: string
let input: ReadableInput
/** How often bytes were hashed that were given away by their path. */
let hashed: number
let reading: Reading
beforeEach(() => {
  path = join(mkdtempSync(join(work, 'of-')), 'a.txt')
  writeFileSync(path, 'a')
  hashed = 0
  const disk: Disk = { ...realDisk, realPath: (of) => (hashed++, realDisk.realPath(of)) }
  reading = new Reading(disk)
  input = { path, digest: sha256('a'), stamp: stampOf(path) }
})
const stampOf = (of: string): string => marksOf(statSync(of)).join(' ')
const touch = (): void => utimesSync(path, 1, 1)
const overtaken = (): unknown =>
  expect.objectContaining({
    code: 'task/overtaken',
    message: `${path} was changed while it was being used: let whatever writes there finish first`,
    facts: { path },
  })
const none = { changed: [], touched: [] }

describe('what is read through us', () => {
  test('is read if its bytes are those of the key', async () => {
    expect(Buffer.from(await reading.read(input)).toString()).toBe('a')
    expect(await reading.look()).toEqual(none)
  })

  test.each<readonly [string, () => void]>([
    ['has other bytes', () => writeFileSync(path, 'b')],
    ['is gone', () => rmSync(path)],
  ])('is a change where it %s, and stays one', async (_, change) => {
    change()
    await expect(reading.read(input)).rejects.toThrow(overtaken())
    writeFileSync(path, 'a')
    expect(await reading.look()).toEqual({ changed: [path], touched: [] })
  })

  test('fails with the word of the disk where that fails', async () => {
    const failing: Disk = {
      ...realDisk,
      readBytes: () => Promise.reject(Object.assign(new Error('EIO'), { code: 'EIO' })),
    }
    await expect(new Reading(failing).read(input)).rejects.toThrow('EIO')
  })
})

describe('what is read by its path', () => {
  test('is not hashed as long as it stands as it stood when it was digested', async () => {
    expect(reading.giveAway(input)).toBe(path)
    await reading.assertRight()
    expect(await reading.look()).toEqual(none)
    expect(hashed).toBe(0)
  })

  test('is hashed where nobody knows how it stood, and is fine if it is the same', async () => {
    reading.giveAway({ path, digest: input.digest })
    expect(await reading.look()).toEqual(none)
    expect(hashed).toBe(1)
    // Once it was found right, that is known.
    await reading.assertRight()
    await reading.assertRight()
    expect(hashed).toBe(2)
  })

  test('is touched when it moved while it was read, and has the same bytes', async () => {
    reading.giveAway(input)
    touch()
    expect(await reading.look()).toEqual({ changed: [], touched: [path] })
    reading.accept()
    expect(await reading.look()).toEqual(none)
    expect(hashed).toBe(1)
    utimesSync(path, 2, 2)
    expect(await reading.look()).toEqual({ changed: [], touched: [path] })
  })

  test('is as good as new when it moved before any program read it', async () => {
    reading.giveAway(input)
    touch()
    await reading.assertRight()
    expect(await reading.look()).toEqual(none)
    expect(hashed).toBe(1)
  })

  test('is a change when its bytes are others, before a program starts and after', async () => {
    reading.giveAway(input)
    writeFileSync(path, 'b')
    await expect(reading.assertRight()).rejects.toThrow(overtaken())
    expect(await reading.look()).toEqual({ changed: [path], touched: [] })
  })

  test('is a change when it is gone, or was gone when it was given away', async () => {
    reading.giveAway(input)
    rmSync(path)
    expect(await reading.look()).toEqual({ changed: [path], touched: [] })
    const late = new Reading(realDisk)
    late.giveAway({ path, digest: input.digest })
    expect(await late.look()).toEqual({ changed: [path], touched: [] })
  })

  test('stands as it was given away first, however often that is', async () => {
    reading.giveAway(input)
    touch()
    reading.giveAway({ ...input, stamp: stampOf(path) })
    expect(await reading.look()).toEqual({ changed: [], touched: [path] })
  })

  test('is looked at behind a link', async () => {
    const link = `${path}-link`
    symlinkSync(path, link)
    reading.giveAway({ path: link, digest: input.digest, stamp: stampOf(link) })
    expect(await reading.look()).toEqual(none)
    writeFileSync(`${path}-other`, 'b')
    renameSync(`${path}-other`, path)
    expect(await reading.look()).toEqual({ changed: [link], touched: [] })
  })
})

test('a fault of the program is not taken for a change', async () => {
  const faulty: Disk = {
    ...realDisk,
    realPath() {
      throw new TypeError('a fault')
    },
  }
  const other = new Reading(faulty)
  other.giveAway({ path, digest: input.digest })
  await expect(other.look()).rejects.toThrow(TypeError)
})
