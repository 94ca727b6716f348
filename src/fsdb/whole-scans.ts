// Scans that come into the database and leave it: whole, each by one rename.
import type { Disk } from '../base/system.ts'
import type { JsonObject } from '../base/types.ts'
import type { Connection } from './connection.ts'
import type { ScanId } from './ids.ts'
import { databaseLayout } from './layout.ts'
import { writeScan, type NewFileset } from './new-scan.ts'
import type { ScanFolder } from './scan-folder.ts'
import type { ScanFolders } from './scan-folders.ts'

/** Where scans come and go. */
export interface ScanPlace {
  readonly disk: Disk
  /** Absolute path of the database. */
  readonly root: string
  readonly connection: Connection
}

/**
 * Makes a scan aside and moves it into its place.
 *
 * @throws RomiError `store/scan-exists`, `store/id-clash`, `store/path-taken`
 */
export async function bringScan(
  place: ScanPlace,
  scans: ScanFolders,
  id: ScanId,
  metadata: JsonObject,
  filesets: readonly NewFileset[],
): Promise<void> {
  const { disk, root, connection } = place
  await connection.reserve(id, {})
  scans.assertFree(id)
  const work = connection.workPath()
  try {
    await writeScan(disk, work, metadata, filesets)
    await connection.whileIndexed(async () => {
      scans.assertFree(id)
      await moveDurably(place, work, databaseLayout(root).scan(id))
    })
  } catch (error) {
    // What cannot be removed now is swept when a writer connects.
    await disk.remove(work).catch(() => undefined)
    throw error
  }
}

/** Moves a scan out of its place, and removes it there. */
export async function removeScan(place: ScanPlace, scan: ScanFolder): Promise<void> {
  const { disk, root, connection } = place
  const { work, digests } = databaseLayout(root)
  connection.assert(scan.id)
  await connection.keepPlantdbOut(scan.id, {})
  await scan.committer.idle()
  disk.makeFolder(work)
  const gone = connection.workPath()
  await connection.whileIndexed(() => moveDurably(place, scan.path, gone))
  // The object stays: one that is made anew by this id must share it with those who hold it.
  connection.forget(scan)
  for (const path of [gone, digests(scan.id)]) {
    // The scan is gone; what cannot be removed now is swept when a writer connects.
    await disk.remove(path).catch(() => undefined)
  }
}

/** Renames a scan's folder from or into the database; if that is not sure to last, not at all. */
async function moveDurably(
  { disk, root, connection }: ScanPlace,
  from: string,
  to: string,
): Promise<void> {
  connection.assert()
  try {
    disk.rename(from, to)
    await disk.sync(root)
  } catch (error) {
    if (!disk.stat(from) && disk.stat(to)) disk.rename(to, from)
    throw error
  }
}
