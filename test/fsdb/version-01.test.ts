// What romi-run 0.1 left when it was killed, as literal files: the next writer finishes or takes it over.
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { afterAll, beforeEach, expect, test } from 'vitest'
import { FSDB } from '../../src/fsdb/fsdb.ts'
import { thisProcess } from '../../src/fsdb/locks/owner.ts'
import { scratchFolder } from '../support/scratch.ts'

const work = scratchFolder('version-01')
afterAll(() => rmSync(work, { recursive: true }))

const masks = 'Masks-78815022-026c-430a-a69e-fdc0987cbbef'
const resumable = 'resumable-5ca24005b740717ba4f3f6bc48a23070'
const { host, boot, pidNamespace } = thisProcess({})

/** A run was killed as it published `Masks_1`: one rename of three was done. */
const files: Readonly<Record<string, string>> = {
  romidb: '',
  lock: `{"program":"romi-run","pid":19076,"host":${JSON.stringify(host)},"boot":"${boot}","pidNamespace":"${pidNamespace}","started":"1","uuid":"02662de3-209e-4960-a0e8-92c4424146ce","since":"2026-01-01T04:44:17.690Z","info":{"run":"20260101T000000000-000000"}}`,
  '.romi/touched/plant': '',
  'plant/files.json':
    '{"filesets":[{"files":[{"file":"a.txt","id":"a"},{"file":"b.txt","id":"b"}],"id":"images"}]}',
  'plant/metadata/metadata.json': '{\n    "species": "x"\n}',
  'plant/images/a.txt': 'a',
  'plant/images/b.txt': 'b',
  'plant/.romi/journal.json': `{"before":[],"moves":[{"from":".romi/drafts/${masks}/files","to":"Masks_1"},{"from":".romi/drafts/${masks}/metadata","to":"metadata/Masks_1"},{"from":".romi/drafts/${masks}/metadata.json","to":"metadata/Masks_1.json"}],"after":[{"do":"add-fileset","id":"Masks_1","files":[{"id":"m","file":"m.txt"}]}],"trash":[".romi/drafts/${masks}"]}`,
  'plant/Masks_1/m.txt': 'mask',
  [`plant/.romi/drafts/${masks}/draft.json`]: '{\n    "label": "Masks"\n}',
  [`plant/.romi/drafts/${masks}/metadata.json`]: '{\n    "task_name": "Masks"\n}',
  [`plant/.romi/drafts/${masks}/metadata/m.json`]: '{\n    "channel": "rgb"\n}',
  [`plant/.romi/drafts/${resumable}/draft.json`]: '{\n    "key": "KEY",\n    "label": "Upper"\n}',
  [`plant/.romi/drafts/${resumable}/files/a.txt`]: 'A',
  [`plant/.romi/drafts/${resumable}/metadata/a.json`]: '{\n    "n": 1\n}',
  [`plant/.romi/drafts/${resumable}/journal.ndjson`]:
    '\n{"id":"a","filename":"a.txt","size":1,"digest":"559aead08264d5795d3909718cdd05abd49572e84fe55590eef31a88a08fdffd","metadata":"58fd910ae50e1e3796bbc43b7c9b7d511fba22ea59442c4e00f2ef8f2a7c39aa","key":"ka"}\n',
}

let turn = 0
let root: string
beforeEach(() => {
  root = join(work, `db${turn++}`)
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, name)), { recursive: true })
    writeFileSync(join(root, name), text)
  }
  mkdirSync(join(root, '.romi', 'locks'), { recursive: true })
})

async function expectFinished(db: FSDB): Promise<void> {
  const scan = await db.getScan('plant')
  expect(await scan.filesetIds()).toEqual(['images', 'Masks_1'])
  const made = await scan.getFileset('Masks_1')
  expect(await made.getMetadata()).toEqual({ task_name: 'Masks' })
  const file = await made.getFile('m')
  expect(await file.getMetadata()).toEqual({ channel: 'rgb' })
  expect(await file.read()).toEqual(Buffer.from('mask'))
  expect(existsSync(join(root, 'plant', '.romi', 'journal.json'))).toBe(false)
  expect(await scan.problems()).toEqual([])
}

test('its lock is taken over, its journal finished and its draft gone on with', async () => {
  await using db = new FSDB(root)
  await db.connect()
  await expectFinished(db)
  const scan = await db.getScan('plant')
  const draft = await scan.draft('Upper', { resumable: { key: 'KEY' } })
  expect(await draft.finished()).toMatchObject([{ id: 'a', key: 'ka' }])
  await draft.writeFile('b', Buffer.from('B'), 'txt', {}, { key: 'kb' })
  expect(await (await draft.publish('Upper_1')).fileIds()).toEqual(['a', 'b'])
  await db.disconnect()
  expect(existsSync(join(root, 'lock'))).toBe(false)
})

test('one of many writers finishes it when it takes the scan, and not before', async () => {
  await using db = new FSDB(root)
  await db.connect({ share: true })
  expect(existsSync(join(root, 'plant', '.romi', 'journal.json'))).toBe(true)
  await db.takeScan('plant')
  await expectFinished(db)
})

test('readers see the scan as it was before, and change nothing', async () => {
  const db = await FSDB.open(root)
  expect(await (await db.getScan('plant')).filesetIds()).toEqual(['images'])
  for (const [name, text] of Object.entries(files))
    expect(readFileSync(join(root, name), 'utf8')).toBe(text)
})

test('a draft whose file was changed since gives that file up', async () => {
  writeFileSync(join(root, 'plant', '.romi', 'drafts', resumable, 'files', 'a.txt'), 'B')
  await using db = new FSDB(root)
  await db.connect()
  const draft = await (await db.getScan('plant')).draft('Upper', { resumable: { key: 'KEY' } })
  expect(await draft.finished()).toEqual([])
})
