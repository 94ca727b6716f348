// A file replaced while somebody else tidies up the folder that its temporary file lies in.
import { existsSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { beforeEach, expect, onTestFinished, test } from 'vitest'
import { realDisk, replaceFile, type Disk } from '../../src/base/system.ts'
import { scratchFolder } from '../support/scratch.ts'

let path: string
let work: string
beforeEach(() => {
  const folder = scratchFolder('replace')
  onTestFinished(() => rmSync(folder, { recursive: true }))
  path = join(folder, 'file')
  work = join(folder, 'tmp')
})

const write = (disk: Disk) => replaceFile(disk, path, Buffer.from('new'), work)

test('the work folder may go before the temporary file is made', async () => {
  let times = 0
  await write({
    ...realDisk,
    create(temporary, bytes) {
      if (times++ === 0) rmSync(work, { recursive: true })
      return realDisk.create(temporary, bytes)
    },
  })
  expect(readFileSync(path, 'utf8')).toBe('new')
})

test('the temporary file may go, and then the folder', async () => {
  let renames = 0
  let creations = 0
  await write({
    ...realDisk,
    create(temporary, bytes) {
      if (creations++ === 1) rmSync(work, { recursive: true })
      return realDisk.create(temporary, bytes)
    },
    rename(temporary, to) {
      if (renames++ === 0) rmSync(temporary)
      realDisk.rename(temporary, to)
    },
  })
  expect(readFileSync(path, 'utf8')).toBe('new')
})

test('where the file itself has no folder any more, that is told', async () => {
  path = join(path, 'gone', 'file')
  await expect(write(realDisk)).rejects.toMatchObject({ code: 'ENOENT' })
  expect(existsSync(path)).toBe(false)
})
