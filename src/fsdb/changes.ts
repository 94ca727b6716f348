// Which renames and index changes a request comes to, decided on the index as it is then.
import { join } from 'node:path'
import { RomiError } from '../base/errors.ts'
import type { Change } from './committer.ts'
import { caseTwin, type FileId, type FilesetId } from './ids.ts'
import type { Move } from './journal.ts'
import { draftLayout, filesetParts, scanLayout } from './layout.ts'
import { notFound, sameName } from './lookup.ts'
import { retiredName, temporaryName } from './own-names.ts'
import type { ScanFolder } from './scan-folder.ts'
import type { FileChange, FileRow, FilesetRow, ScanIndex } from './scan-index.ts'

/** The row of a fileset, or an error that lists those that are there. */
export function filesetRow(scan: ScanFolder, index: ScanIndex, id: string): FilesetRow {
  const row = index.fileset(id) ?? index.fileset(sameName(id, index.filesetIds) ?? '')
  if (row) return row
  throw notFound('fileset', id, `the scan ${scan.id}`, index.filesetIds)
}

/** The row of a file, however the accents of its name are stored. */
export const fileRowOf = ({ files }: FilesetRow, id: string): FileRow | undefined =>
  // Safe: the map compares by value.
  files.get(id as FileId) ?? files.get(sameName(id, files.keys()) ?? ('' as FileId))

/** Throws if a fileset of this id, or of one that differs in case only, is listed. */
function assertFree(scan: ScanFolder, index: ScanIndex, id: FilesetId): void {
  if (index.fileset(id))
    throw new RomiError(
      'store/fileset-exists',
      `the scan ${scan.id} has a fileset ${id} already: delete or retire it first, or choose another id`,
      { facts: { id } },
    )
  const twin = caseTwin(id, index.filesetIds)
  if (twin) throw clash(id, twin)
}

/** The error of an id that differs from another in case only. */
export function clash(id: string, twin: string): RomiError {
  return new RomiError(
    'store/id-clash',
    `the ids ${id} and ${twin} differ only in case, or in how their accents are stored, and some filesystems take them for the same: choose another`,
    { facts: { id, twin } },
  )
}

function inTheWay(path: string): RomiError {
  return new RomiError(
    'store/path-taken',
    `${path} is there already though nothing lists it: move it away, or choose another id`,
    { facts: { path } },
  )
}

/** Where to retire a fileset to: the first `<id>-<n>` that is free. */
function retiredFolder(scan: ScanFolder, id: FilesetId, claimed: Set<string>): string {
  for (let n = 1; ; n++) {
    const path = join(scanLayout.retired, retiredName(id, n))
    if (claimed.has(path) || scan.disk.stat(scan.at(path))) continue
    claimed.add(path)
    return path
  }
}

/** The moves of all parts of a fileset that exist to a folder apart. */
function movesApart(scan: ScanFolder, id: FilesetId, folder: string): Move[] {
  return filesetParts(id)
    .filter(([part]) => scan.disk.stat(scan.at(part)))
    .map(([part, apart]) => ({ from: part, to: join(folder, apart) }))
}

/** Makes room for a new fileset: metadata of an earlier one by that id is retired, never merged. */
function roomFor(scan: ScanFolder, id: FilesetId, claimed: Set<string>): Move[] {
  if (scan.disk.stat(scan.at(scanLayout.fileset(id)))) throw inTheWay(scan.at(id))
  const [, ...metadata] = filesetParts(id)
  const orphans = metadata.some(([part]) => scan.disk.stat(scan.at(part)))
  return orphans ? movesApart(scan, id, retiredFolder(scan, id, claimed)) : []
}

/** A fileset is taken out of the index and put aside. */
export function retirement(
  scan: ScanFolder,
  index: ScanIndex,
  name: FilesetId,
  claimed: Set<string>,
): Change {
  const { id } = filesetRow(scan, index, name)
  const moves = movesApart(scan, id, retiredFolder(scan, id, claimed))
  return { before: [{ do: 'remove-fileset', id }], moves }
}

/** A fileset is taken out of the index and removed. */
export function filesetDeletion(scan: ScanFolder, index: ScanIndex, name: FilesetId): Change {
  const { id } = filesetRow(scan, index, name)
  const folder = join(scanLayout.work, temporaryName())
  const moves = movesApart(scan, id, folder)
  return { before: [{ do: 'remove-fileset', id }], moves, trash: [folder] }
}

/** A new fileset from a folder laid out as a draft; `replace` retires one of the same id. */
export function publication(
  scan: ScanFolder,
  index: ScanIndex,
  id: FilesetId,
  folder: string,
  files: readonly FileChange[],
  claimed: Set<string>,
  replace: boolean,
): Change {
  const old = replace && index.fileset(id) ? retirement(scan, index, id, claimed) : undefined
  if (!old) assertFree(scan, index, id)
  const parts = filesetParts(id).map(([part, apart]) => ({ from: join(folder, apart), to: part }))
  const moves = parts.filter(({ from }) => scan.disk.stat(scan.at(from)))
  return {
    before: old?.before,
    moves: [...(old?.moves ?? roomFor(scan, id, claimed)), ...moves],
    after: [{ do: 'add-fileset', id, files }],
    trash: [folder],
  }
}

/** A folder that lies there unlisted becomes a fileset, with the files that are named. */
export function folderListing(
  scan: ScanFolder,
  index: ScanIndex,
  id: FilesetId,
  files: readonly FileChange[],
): Change {
  assertFree(scan, index, id)
  return { after: [{ do: 'add-fileset', id, files }] }
}

/** A file that was staged, to be put into a fileset. */
export interface StagedFile {
  readonly id: FileId
  readonly filename: string
  readonly bytes: string
  readonly metadata: string | undefined
}

/** Files are put into a listed fileset; `mayExist` allows to replace one of the same id. */
export function filesPut(
  scan: ScanFolder,
  index: ScanIndex,
  fileset: FilesetId,
  files: readonly StagedFile[],
  claimed: Set<string>,
  mayExist: boolean,
): Change {
  const row = filesetRow(scan, index, fileset)
  const moves: Move[] = []
  const trash: string[] = []
  for (const file of files) {
    const old = row.files.get(file.id)
    if (!mayExist || !old) assertFileFree(scan, index, row, file.id)
    const to = scanLayout.file(fileset, file.filename)
    const isSameName = old?.filename === file.filename
    if (!isSameName) {
      const user = index.fileNamed(fileset, file.filename)
      if (user !== undefined || claimed.has(to)) throw nameTaken(fileset, file, user)
      // One that lies there already is only listed.
      if (file.bytes !== to && scan.disk.stat(scan.at(to))) throw inTheWay(scan.at(to))
    }
    claimed.add(to)
    if (old && !isSameName) trash.push(scanLayout.file(fileset, old.filename))
    const metadata = scanLayout.fileMetadata(fileset, file.id)
    if (!old && scan.disk.stat(scan.at(metadata))) {
      // It belongs to an earlier file by that id: it is retired, never merged.
      const folder = join(retiredFolder(scan, fileset, claimed), draftLayout.fileMetadata(file.id))
      moves.push({ from: metadata, to: folder })
    }
    if (file.bytes !== to) moves.push({ from: file.bytes, to, over: isSameName })
    if (file.metadata) moves.push({ from: file.metadata, to: metadata, over: old !== undefined })
  }
  const changes = files.map(({ id, filename: file }) => ({ id, file }))
  return { moves, after: [{ do: 'put-files', fileset, files: changes }], trash }
}

/** Throws if a file of this id, or of one that differs in case only, is listed. */
export function assertFileFree(
  scan: ScanFolder,
  index: ScanIndex,
  row: FilesetRow,
  id: FileId,
): void {
  if (row.files.has(id))
    throw new RomiError(
      'store/file-exists',
      `the fileset ${row.id} of ${scan.id} has a file ${id} already: delete it first, or choose another id`,
      { facts: { id, fileset: row.id } },
    )
  const twin = index.fileTwin(row.id, id)
  if (twin !== undefined) throw clash(id, twin)
}

function nameTaken(fileset: FilesetId, file: StagedFile, user: string | undefined): RomiError {
  return new RomiError(
    'store/filename-taken',
    `the file name ${file.filename} is used in ${fileset} by ${user ?? 'another new file'}: ` +
      `choose another id than ${file.id}`,
    { facts: { filename: file.filename, fileset } },
  )
}

/** A file is taken out of the index and removed. */
export function fileDeletion(
  scan: ScanFolder,
  index: ScanIndex,
  fileset: FilesetId,
  id: string,
): Change {
  const row = filesetRow(scan, index, fileset)
  const file = fileRowOf(row, id)
  if (!file) throw notFound('file', id, `the fileset ${fileset}`, [...row.files.keys()])
  const folder = join(scanLayout.work, temporaryName())
  const parts = [
    [scanLayout.file(fileset, file.filename), 'file'],
    [scanLayout.fileMetadata(fileset, file.id), draftLayout.metadata],
  ] as const
  const moves = parts
    .filter(([part]) => scan.disk.stat(scan.at(part)))
    .map(([part, name]) => ({ from: part, to: join(folder, name) }))
  return { before: [{ do: 'remove-file', fileset, id: file.id }], moves, trash: [folder] }
}
