// Scratch folders on another disk: whose they are, and what is refused there.
import { existsSync, mkdirSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeEach, describe, expect, onTestFinished, test } from 'vitest'
import { sha256 } from '../../src/base/digest.ts'
import { realDisk, type Disk } from '../../src/base/system.ts'
import { newRunId } from '../../src/fsdb/own-names.ts'
import { OuterScratch } from '../../src/fsdb/scratch.ts'
import { scratchFolder } from '../support/scratch.ts'

const work = scratchFolder('scratch')
afterAll(() => rmSync(work, { recursive: true }))

let turn = 0
let above: string
beforeEach(() => {
  above = join(work, `big${turn++}`)
  mkdirSync(above)
})
const scratch = (disk: Disk = realDisk): OuterScratch => new OuterScratch(disk, '/data/db', above)
const run = newRunId(new Date('2026-01-02T03:04:05.006Z'))
const other = newRunId(new Date('2026-01-03T03:04:05.006Z'))

describe('the scratch folder of a run', () => {
  test('lies in a folder that is named for its database', () => {
    expect(scratch().path).toBe(join(above, `romi-run-${sha256('/data/db').slice(0, 16)}`))
    expect(new OuterScratch(realDisk, '/data/db2', above).path).not.toBe(scratch().path)
  })

  test('is made when it is asked for, beside those of other runs, and again', () => {
    const disk = scratch()
    expect(disk.runs()).toEqual([])
    expect(existsSync(disk.path)).toBe(false)
    expect(disk.make(run)).toBe(join(disk.path, run))
    disk.make(other)
    disk.make(run)
    expect(readdirSync(disk.path).sort()).toEqual([run, other])
    expect(disk.runs().sort()).toEqual([run, other])
  })

  test('is removed with all that is in it, and no other is', async () => {
    const disk = scratch()
    writeFileSync(join(disk.make(run), 'cloud.ply'), 'ply')
    disk.make(other)
    await disk.remove(run)
    expect(disk.runs()).toEqual([other])
    expect(readdirSync(disk.path)).toEqual([other])
  })

  test('is not removed where there never was one', async () => {
    await scratch().remove(run)
    expect(readdirSync(above)).toEqual([])
  })

  test('is ours where the system knows no users', () => {
    const { getuid } = process
    process.getuid = undefined
    onTestFinished(() => void (process.getuid = getuid))
    scratch().make(run)
    expect(scratch().runs()).toEqual([run])
  })

  test('is told of by none of what others laid there: a file, or another name', () => {
    const disk = scratch()
    disk.make(run)
    writeFileSync(join(disk.path, other), '')
    mkdirSync(join(disk.path, 'thesis'))
    expect(disk.runs()).toEqual([run])
  })
})

describe('is refused', () => {
  test('where the folder of the setting is not there', () => {
    rmSync(above, { recursive: true })
    expect(() => scratch().make(run)).toThrow(
      expect.objectContaining({
        code: 'store/no-scratch',
        message: `there is no folder ${above}, where scratch folders are to be: make it, or change [romi] scratch`,
        facts: { path: above },
      }),
    )
    expect(existsSync(above)).toBe(false)
  })

  const taken = (why: string): unknown =>
    expect.objectContaining({
      code: 'store/path-taken',
      message: `${scratch().path} is ${why}: move it away, or change [romi] scratch`,
      facts: { path: scratch().path },
    })

  test.each(['file', 'link'])('where a %s has the name of our folder', async (kind) => {
    const { path } = scratch()
    if (kind === 'file') writeFileSync(path, '')
    else symlinkSync(work, path)
    expect(() => scratch().runs()).toThrow(taken('no folder'))
    expect(() => scratch().make(run)).toThrow(taken('no folder'))
    await expect(scratch().remove(run)).rejects.toThrow(taken('no folder'))
  })

  test.skipIf(process.getuid === undefined)(
    'where another user made a folder by its name, before or at the same moment',
    async () => {
      let isTheirs = true
      const theirs: Disk = {
        ...realDisk,
        stat(path) {
          const stat = realDisk.stat(path)
          if (stat && isTheirs && path === scratch().path) stat.uid += 1
          return stat
        },
      }
      // Between the look and the making.
      expect(() => scratch(theirs).make(run)).toThrow(taken("another user's"))
      expect(readdirSync(scratch().path)).toEqual([])
      expect(() => scratch(theirs).runs()).toThrow(taken("another user's"))
      await expect(scratch(theirs).remove(run)).rejects.toThrow(taken("another user's"))
      isTheirs = false
      expect(scratch(theirs).runs()).toEqual([])
    },
  )
})
