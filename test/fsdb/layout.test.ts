// Where everything lies. Databases that were written by earlier versions lie so: no path may move.
import { resolve } from 'node:path'
import { expect, test } from 'vitest'
import { parseFileId, parseFilesetId, parseScanId, type RunId } from '../../src/fsdb/ids.ts'
import {
  databaseLayout,
  databaseOfDraft,
  draftLayout,
  filesetParts,
  scanLayout,
} from '../../src/fsdb/layout.ts'

// Safe: it has the form of one.
const run = '20260101T000000000-abcdef' as RunId
const [plant, images, a] = [parseScanId('plant'), parseFilesetId('images'), parseFileId('a')]

test('in a database lies all where it lay', () => {
  const { digests, run: runFolder, scan, ...paths } = databaseLayout('/db')
  expect(paths).toEqual({
    root: '/db',
    marker: '/db/romidb',
    lock: '/db/lock',
    plantdbLocks: '/db/.locks',
    own: '/db/.romi',
    locks: '/db/.romi/locks',
    holders: '/db/.romi/locks/holders',
    touched: '/db/.romi/touched',
    work: '/db/.romi/tmp',
    digestFolder: '/db/.romi/digests',
    runs: '/db/.romi/runs',
    scratch: '/db/.romi/scratch',
  })
  expect(digests('plant')).toBe('/db/.romi/digests/plant.json')
  expect(runFolder(run)).toBe(`/db/.romi/runs/${run}`)
  expect(scan(plant)).toBe('/db/plant')
})

test('in a scan lies all where it lay', () => {
  const { fileset, filesetMetadata, fileMetadataFolder, file, fileMetadata, ...paths } = scanLayout
  expect(paths).toEqual({
    index: 'files.json',
    own: '.romi',
    journal: '.romi/journal.json',
    work: '.romi/tmp',
    drafts: '.romi/drafts',
    retired: '.romi/retired',
    records: '.romi/records',
    metadataFolder: 'metadata',
    metadata: 'metadata/metadata.json',
  })
  expect(fileset(images)).toBe('images')
  expect(filesetMetadata(images)).toBe('metadata/images.json')
  expect(fileMetadataFolder(images)).toBe('metadata/images')
  expect(file(images, 'a.jpg')).toBe('images/a.jpg')
  expect(fileMetadata(images, a)).toBe('metadata/images/a.json')
})

test('in a draft lies all where it lay', () => {
  const { fileMetadata, part, ...paths } = draftLayout
  expect(paths).toEqual({
    about: 'draft.json',
    files: 'files',
    fileMetadataFolder: 'metadata',
    metadata: 'metadata.json',
    journal: 'journal.ndjson',
    parts: 'parts',
    work: 'tmp',
  })
  expect(fileMetadata(a)).toBe('metadata/a.json')
  expect(part('7')).toBe('parts/7.ndjson')
})

test('a draft lies in a scan of its database', () => {
  const scan = databaseLayout('/db').scan(plant)
  expect(databaseOfDraft(resolve(scan, scanLayout.drafts, 'one'))).toBe(resolve('/db'))
})

test('what of a fileset lies in a scan lies in a draft under names of its own', () => {
  expect(filesetParts(images)).toEqual([
    ['images', 'files'],
    ['metadata/images', 'metadata'],
    ['metadata/images.json', 'metadata.json'],
  ])
})
