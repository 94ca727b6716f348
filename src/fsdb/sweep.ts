// What a writer does first in a scan: finish or remove what a killed one left.
import { join } from 'node:path'
import { readAbout } from './draft-journal.ts'
import { scanLayout } from './layout.ts'
import { relistLost } from './lost.ts'
import type { ScanFolder } from './scan-folder.ts'

/**
 * Finishes a journal, removes temporary files and all drafts that are not resumable, and lists again
 * what was lost from the index.
 */
export async function sweep(scan: ScanFolder): Promise<void> {
  if (scan.disk.stat(scan.at(scanLayout.own))) await sweepOwn(scan)
  scan.relisted = await relistLost(scan)
}

async function sweepOwn(scan: ScanFolder): Promise<void> {
  const { disk } = scan
  await scan.committer.work(() => scan.committer.recover())
  await disk.remove(scan.at(scanLayout.work))
  for (const { name } of disk.list(scan.at(scanLayout.drafts)) ?? []) {
    const path = scan.at(join(scanLayout.drafts, name))
    if (readAbout(disk, path)?.key === undefined) await disk.remove(path)
  }
}
