// What a writer does first in a scan: finish or remove what a killed one left.
import { join } from 'node:path'
import type { Disk } from '../base/system.ts'
import { readAbout } from './draft-journal.ts'
import { scanLayout } from './layout.ts'
import { relistLost } from './lost.ts'
import { isDraftName, isTemporaryName } from './own-names.ts'
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
  for (const path of namedBy(disk, scan.at(scanLayout.work), isTemporaryName))
    await disk.remove(path)
  for (const path of namedBy(disk, scan.at(scanLayout.drafts), isDraftName))
    if (readAbout(disk, path)?.key === undefined) await disk.remove(path)
}

/** The paths of what bears a name of ours in a folder, sorted. */
export function namedBy(disk: Disk, folder: string, isOurs: (name: string) => boolean): string[] {
  const names = (disk.list(folder) ?? []).map(({ name }) => name)
  return names
    .filter(isOurs)
    .sort()
    .map((name) => join(folder, name))
}
