// Where everything lies: the one place that knows the names of files and folders in a database.
import { join, resolve, sep } from 'node:path'
import type { FileId, FilesetId, RunId, ScanId } from './id-types.ts'

/** What is ours alone, in a database and in each scan. */
export const ownFolder = '.romi'

/** The names that people and other programs know; messages take them from here. */
export const databaseNames = { marker: 'romidb', index: 'files.json' } as const

/** Paths of a database. */
export const databaseLayout = (root: string) => ({
  root,
  marker: join(root, databaseNames.marker),
  lock: join(root, 'lock'),
  own: join(root, ownFolder),
  /** The locks of ROMI's newest plantdb, one a scan. */
  plantdbLocks: join(root, '.locks'),
  /** Locks in the making, who succeeds a dead owner, and what was seen of others. */
  locks: join(root, ownFolder, 'locks'),
  /** One file for each writer that is there. */
  holders: join(root, ownFolder, 'locks', 'holders'),
  /** One empty file for each scan that a writer changed since it connected. */
  touched: join(root, ownFolder, 'touched'),
  /** Scans in the making and scans being deleted. */
  work: join(root, ownFolder, 'tmp'),
  digests: (scan: string) => join(root, ownFolder, 'digests', `${scan}.json`),
  digestFolder: join(root, ownFolder, 'digests'),
  /** A folder for each run that was: its log. */
  runs: join(root, ownFolder, 'runs'),
  run: (id: RunId) => join(root, ownFolder, 'runs', id),
  /** A folder for each run that works. */
  scratch: join(root, ownFolder, 'scratch'),
  scan: (id: ScanId) => join(root, id),
})

/** Paths of a scan, relative to its folder: a journal holds them so. */
export const scanLayout = {
  index: databaseNames.index,
  journal: join(ownFolder, 'journal.json'),
  own: ownFolder,
  work: join(ownFolder, 'tmp'),
  drafts: join(ownFolder, 'drafts'),
  retired: join(ownFolder, 'retired'),
  records: join(ownFolder, 'records'),
  metadataFolder: 'metadata',
  metadata: join('metadata', 'metadata.json'),
  fileset: (id: FilesetId): string => id,
  // An id is one name of a path; there is nothing that `join` would mend.
  filesetMetadata: (id: FilesetId) => `metadata${sep}${id}.json`,
  fileMetadataFolder: (id: FilesetId) => `metadata${sep}${id}`,
  file: (fileset: FilesetId, name: string) => join(fileset, name),
  fileMetadata: (fileset: FilesetId, file: FileId) => `metadata${sep}${fileset}${sep}${file}.json`,
} as const

/** Paths of a draft or of a retired fileset, relative to its folder. */
export const draftLayout = {
  about: 'draft.json',
  files: 'files',
  fileMetadataFolder: 'metadata',
  fileMetadata: (id: FileId) => join('metadata', `${id}.json`),
  metadata: 'metadata.json',
  journal: 'journal.ndjson',
  /** One for each job that fills it from another machine: nobody else appends there. */
  parts: 'parts',
  part: (name: string) => join('parts', `${name}.ndjson`),
  work: 'tmp',
} as const

/** The database in which a draft lies. */
export const databaseOfDraft = (path: string): string => resolve(path, '..', '..', '..', '..')

/** The folders and files of a fileset and where the like lie in a draft or a retired one. */
export function filesetParts(id: FilesetId): readonly (readonly [inScan: string, apart: string])[] {
  return [
    [scanLayout.fileset(id), draftLayout.files],
    [scanLayout.fileMetadataFolder(id), draftLayout.fileMetadataFolder],
    [scanLayout.filesetMetadata(id), draftLayout.metadata],
  ]
}
