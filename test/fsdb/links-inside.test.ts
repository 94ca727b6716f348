// A link to a scan of the same database: one scan, not two.
import { rmSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { FSDB } from '../../src/fsdb/fsdb.ts'
import { scratchFolder } from '../support/scratch.ts'

test('a link to a scan inside the database is no scan of its own', async () => {
  const folder = scratchFolder('links')
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  await using db = await FSDB.create(join(folder, 'db'))
  await db.connect()
  await db.createScan('s1')
  symlinkSync('s1', join(db.path, 'latest'))
  expect(await db.scanIds()).toEqual(['s1'])
  expect(await db.hasScan('latest')).toBe(false)
  expect((await db.getScans()).map(({ id }) => id)).toEqual(['s1'])
})
