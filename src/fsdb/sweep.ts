// What a writer does first in a scan: finish or remove what a killed one left.
import { join } from 'node:path'
import { readAbout } from './draft-journal.ts'
import { scanLayout } from './layout.ts'
import type { ScanFolder } from './scan-folder.ts'

/** Finishes a journal, and removes temporary files and all drafts that are not resumable. */
export async function sweep(scan: ScanFolder): Promise<void> {
  const { disk } = scan
  if (!disk.stat(scan.at(scanLayout.own))) return
  await scan.committer.work(() => scan.committer.recover())
  await disk.remove(scan.at(scanLayout.work))
  for (const { name } of disk.list(scan.at(scanLayout.drafts)) ?? []) {
    const path = scan.at(join(scanLayout.drafts, name))
    if (readAbout(disk, path)?.key === undefined) await disk.remove(path)
  }
}
