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

const db = databaseLayout('/db')
// Safe: it has the form of one.
const run = '20260101T000000000-abcdef' as RunId
const [images, a] = [parseFilesetId('images'), parseFileId('a')]

test.each([
  [db.root, '/db'],
  [db.marker, '/db/romidb'],
  [db.lock, '/db/lock'],
  [db.plantdbLocks, '/db/.locks'],
  [db.own, '/db/.romi'],
  [db.locks, '/db/.romi/locks'],
  [db.holders, '/db/.romi/locks/holders'],
  [db.touched, '/db/.romi/touched'],
  [db.work, '/db/.romi/tmp'],
  [db.digestFolder, '/db/.romi/digests'],
  [db.digests('plant'), '/db/.romi/digests/plant.json'],
  [db.runs, '/db/.romi/runs'],
  [db.run(run), `/db/.romi/runs/${run}`],
  [db.scratch, '/db/.romi/scratch'],
  [db.scan(parseScanId('plant')), '/db/plant'],
])('in a database lies %s', (path, where) => {
  expect(path).toBe(where)
})

test.each([
  [scanLayout.index, 'files.json'],
  [scanLayout.own, '.romi'],
  [scanLayout.journal, '.romi/journal.json'],
  [scanLayout.work, '.romi/tmp'],
  [scanLayout.drafts, '.romi/drafts'],
  [scanLayout.retired, '.romi/retired'],
  [scanLayout.records, '.romi/records'],
  [scanLayout.metadataFolder, 'metadata'],
  [scanLayout.metadata, 'metadata/metadata.json'],
  [scanLayout.fileset(images), 'images'],
  [scanLayout.filesetMetadata(images), 'metadata/images.json'],
  [scanLayout.fileMetadataFolder(images), 'metadata/images'],
  [scanLayout.file(images, 'a.jpg'), 'images/a.jpg'],
  [scanLayout.fileMetadata(images, a), 'metadata/images/a.json'],
])('in a scan lies %s', (path, where) => {
  expect(path).toBe(where)
})

test.each([
  [draftLayout.about, 'draft.json'],
  [draftLayout.files, 'files'],
  [draftLayout.fileMetadataFolder, 'metadata'],
  [draftLayout.fileMetadata(a), 'metadata/a.json'],
  [draftLayout.metadata, 'metadata.json'],
  [draftLayout.journal, 'journal.ndjson'],
  [draftLayout.parts, 'parts'],
  [draftLayout.part('7'), 'parts/7.ndjson'],
  [draftLayout.work, 'tmp'],
])('in a draft lies %s', (path, where) => {
  expect(path).toBe(where)
})

test('a draft lies in a scan of its database', () => {
  const scan = db.scan(parseScanId('plant'))
  expect(databaseOfDraft(resolve(scan, scanLayout.drafts, 'one'))).toBe(resolve('/db'))
})

test('what of a fileset lies in a scan lies in a draft under names of its own', () => {
  expect(filesetParts(images)).toEqual([
    ['images', 'files'],
    ['metadata/images', 'metadata'],
    ['metadata/images.json', 'metadata.json'],
  ])
})
