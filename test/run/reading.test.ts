// What takes the place of an input while a job works: never read, and told as a change.
import { execFileSync } from 'node:child_process'
import { mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { sha256 } from '../../src/base/digest.ts'
import { realDisk } from '../../src/base/system.ts'
import { gated } from '../../src/fsdb/gate.ts'
import { Reading } from '../../src/run/reading.ts'
import { scratchFolder } from '../support/scratch.ts'

test.runIf(process.platform !== 'win32').each<[string, (path: string, outside: string) => void]>([
  ['a pipe', (path) => execFileSync('mkfifo', [path])],
  ['a folder', (path) => mkdirSync(path)],
  ['a link out of the database, to the same bytes', (path, outside) => symlinkSync(outside, path)],
])('%s in the place of an input is a change of it', async (_, put) => {
  const folder = scratchFolder('reading')
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const [root, outside] = [join(folder, 'db'), join(folder, 'outside')]
  const path = join(root, 'a.txt')
  mkdirSync(root)
  for (const file of [path, outside]) writeFileSync(file, 'a')
  const reading = new Reading(gated(realDisk, root))
  const input = { path, digest: sha256('a') }
  expect(Buffer.from(await reading.read(input)).toString()).toBe('a')
  reading.giveAway(input)
  expect((await reading.look()).changed).toEqual([])

  rmSync(path)
  put(path, outside)
  expect((await reading.look()).changed).toEqual([path])
  await expect(reading.assertRight()).rejects.toMatchObject({ code: 'task/overtaken' })
})
