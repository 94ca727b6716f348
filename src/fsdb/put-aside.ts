// What lies aside in a scan: drafts of work that was not finished, and filesets that were replaced.
import { join } from 'node:path'
import { readAbout, type DraftAbout } from './draft-journal.ts'
import { draftLayout, scanLayout } from './layout.ts'
import { isDraftName, isRetiredName } from './own-names.ts'
import { readParts, type FilesetParts } from './parts.ts'
import type { ScanFolder } from './scan-folder.ts'
import { namedBy } from './sweep.ts'

/** The paths of all drafts. */
const draftPaths = (scan: ScanFolder): string[] =>
  namedBy(scan.disk, scan.at(scanLayout.drafts), isDraftName)

/** The drafts that can be gone on with, by the key that they wait for. */
export const resumableDrafts = (scan: ScanFolder): (DraftAbout & { readonly path: string })[] =>
  draftPaths(scan).flatMap((path) => {
    const about = readAbout(scan.disk, path)
    return about?.key === undefined ? [] : [{ ...about, path }]
  })

/** The folders of replaced filesets. */
export const retiredPaths = (scan: ScanFolder): string[] =>
  namedBy(scan.disk, scan.at(scanLayout.retired), isRetiredName)

/** The files of a replaced fileset. @param folder one of `retiredPaths` */
export const retiredFilesetParts = (scan: ScanFolder, folder: string): FilesetParts =>
  readParts(scan.disk, {
    files: join(folder, draftLayout.files),
    filesMetadata: join(folder, draftLayout.fileMetadataFolder),
    metadata: join(folder, draftLayout.metadata),
  })

/** What of all that lies aside is to be removed. */
export interface PutAside {
  readonly drafts?: boolean
  /** All, or these folders. */
  readonly retired?: boolean | readonly string[]
}

/** Removes drafts, also resumable ones, and replaced filesets. */
export async function removePutAside(scan: ScanFolder, what: PutAside): Promise<void> {
  await scan.host.begin(scan)
  await scan.committer.work(async () => {
    const drafts = what.drafts ? draftPaths(scan) : []
    const all = what.retired ? retiredPaths(scan) : []
    const wanted = what.retired
    const retired = Array.isArray(wanted) ? all.filter((path) => wanted.includes(path)) : all
    for (const path of [...drafts, ...retired]) await scan.disk.remove(path)
  })
}
