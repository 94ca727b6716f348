// Where everything lies: the one place that knows the names of files and folders in a database.
import { join } from 'node:path'
import type { FileId, FilesetId, ScanId } from './ids.ts'

/** Paths of a database. */
export const databaseLayout = (root: string) => ({
  root,
  marker: join(root, 'romidb'),
  lock: join(root, 'lock'),
  own: join(root, '.romi'),
  /** Locks in the making, who succeeds a dead owner, and what was seen of others. */
  locks: join(root, '.romi', 'locks'),
  /** One file for each writer that is there. */
  holders: join(root, '.romi', 'locks', 'holders'),
  /** One empty file for each scan that a writer changed since it connected. */
  touched: join(root, '.romi', 'touched'),
  /** Scans in the making and scans being deleted. */
  work: join(root, '.romi', 'tmp'),
  digests: (scan: string) => join(root, '.romi', 'digests', `${scan}.json`),
  digestFolder: join(root, '.romi', 'digests'),
  scan: (id: ScanId) => join(root, id),
})

/** Paths of a scan, relative to its folder: a journal holds them so. */
export const scanLayout = {
  index: 'files.json',
  journal: join('.romi', 'journal.json'),
  own: '.romi',
  work: join('.romi', 'tmp'),
  drafts: join('.romi', 'drafts'),
  retired: join('.romi', 'retired'),
  metadataFolder: 'metadata',
  metadata: join('metadata', 'metadata.json'),
  fileset: (id: FilesetId): string => id,
  filesetMetadata: (id: FilesetId) => join('metadata', `${id}.json`),
  fileMetadataFolder: (id: FilesetId) => join('metadata', id),
  file: (fileset: FilesetId, name: string) => join(fileset, name),
  fileMetadata: (fileset: FilesetId, file: FileId) => join('metadata', fileset, `${file}.json`),
} as const

/** Paths of a draft or of a retired fileset, relative to its folder. */
export const draftLayout = {
  about: 'draft.json',
  files: 'files',
  fileMetadataFolder: 'metadata',
  fileMetadata: (id: FileId) => join('metadata', `${id}.json`),
  metadata: 'metadata.json',
  journal: 'journal.ndjson',
  work: 'tmp',
} as const

/** The folders and files of a fileset and where the like lie in a draft or a retired one. */
export function filesetParts(id: FilesetId): readonly (readonly [inScan: string, apart: string])[] {
  return [
    [scanLayout.fileset(id), draftLayout.files],
    [scanLayout.fileMetadataFolder(id), draftLayout.fileMetadataFolder],
    [scanLayout.filesetMetadata(id), draftLayout.metadata],
  ]
}
