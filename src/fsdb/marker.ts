// What makes a folder a database: its marker, and that what is ours in it is folders of its own.
import { existsSync, statSync } from 'node:fs'
import { RomiError } from '../base/errors.ts'
import type { Disk } from '../base/system.ts'
import { linkRefused, notAFolder } from './gate.ts'
import { databaseLayout, databaseNames } from './layout.ts'

/** True of a folder with a marker, which is a file: a pipe or a folder by that name is none. */
export function hasMarker(root: string): boolean {
  const { marker } = databaseLayout(root)
  return existsSync(marker) && statSync(marker).isFile()
}

/** @throws RomiError `store/not-a-database` */
export function assertMarker(disk: Disk, root: string): void {
  if (disk.stat(databaseLayout(root).marker) && hasMarker(root)) return
  throw new RomiError(
    'store/not-a-database',
    `${root} is no database: it has no file ${databaseNames.marker}; check the path, or create one there`,
    { facts: { path: root } },
  )
}

/**
 * What is ours is a folder of this database, and so is each in it: also for what lies beside the
 * gate, as locks do.
 *
 * @throws RomiError `store/link-outside`, `store/path-taken`
 */
export function assertOwnFolders(disk: Disk, root: string): void {
  const { own, locks, holders, touched, work, digestFolder, runs, scratch } = databaseLayout(root)
  for (const path of [own, locks, holders, touched, work, digestFolder, runs, scratch]) {
    const stat = disk.stat(path)
    if (stat?.isSymbolicLink()) throw linkRefused(path, 'elsewhere')
    if (stat && !stat.isDirectory()) throw notAFolder(path)
  }
}
