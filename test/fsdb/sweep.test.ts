// What a writer finds that a killed one left in a scan: what is finished, removed, and kept.
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { randomUUID } from 'node:crypto'
import { afterAll, beforeEach, expect, test } from 'vitest'
import { FSDB } from '../../src/fsdb/fsdb.ts'
import { draftName } from '../../src/fsdb/own-names.ts'
import type { Scan } from '../../src/fsdb/scan.ts'
import { scratchFolder } from '../support/scratch.ts'

const work = scratchFolder('sweep')
afterAll(() => rmSync(work, { recursive: true }))

let scan: Scan
beforeEach(async () => {
  const root = join(mkdtempSync(join(work, 'db-')), 'db')
  const db = await FSDB.create(root)
  await db.connect()
  scan = await db.createScan('plant')
  return () => db.disconnect()
})
const own = (...names: string[]): string => join(scan.path, '.romi', ...names)
/** A folder that somebody left, with something in it. */
function left(...names: string[]): void {
  mkdirSync(own(...names), { recursive: true })
  writeFileSync(own(...names, 'a.txt'), 'a')
}

test('what was on its way in or out is removed, and what bears no name of ours stays', async () => {
  left('tmp', randomUUID())
  left('tmp', 'mine')
  await scan.take()
  expect(readdirSync(own('tmp'))).toEqual(['mine'])
})

test('drafts are removed, also one of which nothing was told yet; one that can go on stays', async () => {
  const resumable = draftName({ label: '', key: 'k' })
  for (const name of [
    resumable,
    draftName({ label: 'Masks' }),
    draftName({ label: 'Cloud' }),
    'mine',
  ])
    left('drafts', name)
  writeFileSync(own('drafts', resumable, 'draft.json'), '{"label":"Masks","key":"k"}')
  left('drafts', draftName({ label: '', key: 'other' }))
  await scan.take()
  expect(readdirSync(own('drafts')).sort()).toEqual(['mine', resumable].sort())
})

test('in a scan in which nobody began anything, nothing is made', async () => {
  rmSync(own(), { recursive: true, force: true })
  await scan.take()
  expect(readdirSync(scan.path)).not.toContain('.romi')
})
