// What lies aside in a scan: drafts that can be gone on with, and filesets that were replaced.
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeEach, expect, test } from 'vitest'
import { sha256 } from '../../src/base/digest.ts'
import { FSDB } from '../../src/fsdb/fsdb.ts'
import type { Scan } from '../../src/fsdb/scan.ts'
import { scratchFolder } from '../support/scratch.ts'

const work = scratchFolder('put-aside')
afterAll(() => rmSync(work, { recursive: true }))

let turn = 0
let scan: Scan
beforeEach(async () => {
  const db = await FSDB.create(join(work, `db${turn++}`))
  await db.connect()
  scan = await db.createScan('plant')
  return () => db.disconnect()
})
/** Publishes a fileset, in the place of the one before. */
async function replace(text: string): Promise<void> {
  const draft = await scan.draft('Masks')
  await draft.writeFile('a', Buffer.from(text), 'txt', { of: text })
  await draft.setMetadata({ task_name: text })
  await draft.publish('masks', { replace: true })
}

test('drafts that wait for a key are told, and neither others nor what is none', async () => {
  const kept = await scan.draft('Masks', { resumable: { key: 'k' } })
  await scan.draft('Count')
  const drafts = join(scan.path, '.romi', 'drafts')
  mkdirSync(join(drafts, scan.draftName('not begun')))
  mkdirSync(join(drafts, scan.draftName('torn')))
  writeFileSync(join(drafts, scan.draftName('torn'), 'draft.json'), '{"label"')
  expect(await scan.drafts()).toEqual([{ label: 'Masks', key: 'k', path: kept.path }])
})

test('a replaced fileset tells its files and metadata as they were', async () => {
  for (const text of ['old', 'new']) await replace(text)
  const [folder] = await scan.retired()
  expect(scan.retiredParts(folder)).toEqual({
    files: [{ name: 'a.txt', path: join(folder, 'files', 'a.txt') }],
    metadata: { task_name: 'old' },
    filesMetadata: new Map([['a', sha256('{\n    "of": "old"\n}')]]),
  })
})

test('replaced filesets are removed all, or those that are named, and drafts only when asked', async () => {
  const kept = await scan.draft('Masks', { resumable: { key: 'k' } })
  for (const text of ['first', 'second', 'third', 'last']) await replace(text)
  const [one, ...others] = await scan.retired()
  expect(others).toHaveLength(2)
  await scan.clean({ retired: [one, join(scan.path, 'masks')] })
  expect(await scan.retired()).toEqual(others)
  expect(await scan.filesetIds()).toEqual(['masks'])
  await scan.clean({})
  expect(await scan.retired()).toEqual(others)
  await scan.clean({ retired: true })
  expect(await scan.retired()).toEqual([])
  expect((await scan.drafts()).map(({ path }) => path)).toEqual([kept.path])
  await scan.clean({ drafts: true })
  expect(await scan.drafts()).toEqual([])
})
