// Copies of the published scans to run on.
import { cp } from 'node:fs/promises'
import { join } from 'node:path'
import { FSDB } from '../../src/fsdb/fsdb.ts'
import type { PublishedScan } from '../../test/support/published-scan.ts'

/**
 * Makes a database of copies: runs write into it.
 *
 * @param data     where the published scans lie
 * @param database is made here
 * @returns the folder of each scan
 */
export async function copiesIn(
  data: string,
  database: string,
  ...scans: readonly PublishedScan[]
): Promise<readonly string[]> {
  await FSDB.create(database)
  const folders = scans.map((scan) => join(database, scan))
  for (const [i, scan] of scans.entries())
    await cp(join(data, scan), folders[i], { recursive: true })
  return folders
}
