// What is wrong with a scan: looked for, told, never mended by deleting.
import { RomiError } from '../base/errors.ts'
import { scanLayout } from './layout.ts'
import type { ScanFolder } from './scan-folder.ts'
import type { BadEntry, FilesetRow } from './scan-index.ts'

/** Something wrong with a scan, with the absolute path that it is about. */
export type Problem =
  | (BadEntry & { readonly path: string })
  | { readonly is: 'scan-damaged'; readonly path: string; readonly why: string }
  | { readonly is: 'metadata-damaged'; readonly path: string; readonly why: string }
  | { readonly is: 'link-outside'; readonly path: string; readonly why: string }
  | { readonly is: 'missing-folder'; readonly path: string; readonly fileset: string }
  | {
      readonly is: 'missing-file'
      readonly path: string
      readonly fileset: string
      readonly file: string
    }
  /** A folder that no entry lists: left alone. */
  | { readonly is: 'stray-folder'; readonly path: string }
  /** A file in a listed fileset that no entry lists: left alone. */
  | { readonly is: 'stray-file'; readonly path: string }

/** Looks at everything that the index of a scan names, and at what it does not name. */
export function findProblems(scan: ScanFolder): Problem[] {
  const found: Problem[] = []
  const attempt = (work: () => void): void => {
    try {
      work()
    } catch (error) {
      if (!(error instanceof RomiError)) throw error
      found.push(asProblem(error, scan.path))
    }
  }
  attempt(() => void scan.metadata(scanLayout.metadata))
  attempt(() => scan.committer.checkJournal())
  attempt(() => {
    const index = scan.index()
    const path = scan.at(scanLayout.index)
    found.push(...index.problems.map((problem) => ({ ...problem, path })))
    const listed = new Set<string>([scanLayout.metadataFolder, ...index.filesetIds])
    for (const entry of scan.disk.list(scan.path) ?? []) {
      if (entry.isDirectory() && !entry.name.startsWith('.') && !listed.has(entry.name))
        found.push({ is: 'stray-folder', path: scan.at(entry.name) })
    }
    for (const id of index.filesetIds) {
      const row = index.fileset(id)
      if (row) attempt(() => found.push(...filesetProblems(scan, row, attempt)))
    }
  })
  return found
}

function filesetProblems(
  scan: ScanFolder,
  row: FilesetRow,
  attempt: (work: () => void) => void,
): Problem[] {
  attempt(() => void scan.metadata(scanLayout.filesetMetadata(row.id)))
  scan.checkInside(scanLayout.fileset(row.id))
  const path = scan.at(scanLayout.fileset(row.id))
  const entries = scan.disk.list(path)
  if (!entries) return [{ is: 'missing-folder', path, fileset: row.id }]
  const names = new Set(entries.map(({ name }) => name))
  const found: Problem[] = []
  for (const file of row.files.values()) {
    attempt(() => scan.checkInside(scanLayout.file(row.id, file.filename)))
    attempt(() => void scan.metadata(scanLayout.fileMetadata(row.id, file.id)))
    if (!names.delete(file.filename)) {
      const missing = scan.at(scanLayout.file(row.id, file.filename))
      found.push({ is: 'missing-file', path: missing, fileset: row.id, file: file.id })
    }
  }
  for (const name of names)
    found.push({ is: 'stray-file', path: scan.at(scanLayout.file(row.id, name)) })
  return found
}

function asProblem(error: RomiError, fallback: string): Problem {
  const path = typeof error.facts.path === 'string' ? error.facts.path : fallback
  const why = error.message
  switch (error.code) {
    case 'store/metadata-damaged':
      return { is: 'metadata-damaged', path, why }
    case 'store/link-outside':
      return { is: 'link-outside', path, why }
    default:
      return { is: 'scan-damaged', path, why }
  }
}
