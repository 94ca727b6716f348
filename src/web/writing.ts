// Short changes of a database: each takes its scan for a moment, as any other writer does.
import { FSDB } from '../fsdb/fsdb.ts'
import { RomiError } from '../base/errors.ts'
import type { Site } from './site.ts'

/**
 * Connects, changes one scan, and lets all go.
 *
 * @throws RomiError `web/read-only` without `--edit`; `store/locked` while another writer has the scan
 */
export async function changeScan(
  { served, mayEdit, rows }: Pick<Site, 'served' | 'mayEdit' | 'rows'>,
  scan: string,
  change: (db: FSDB) => Promise<void>,
): Promise<void> {
  assertMayEdit(mayEdit)
  {
    await using db = await FSDB.open(served.db.path)
    await db.connect({ share: true, info: { command: 'serve: a change on the page' } })
    await db.takeScan(scan)
    await change(db)
  }
  rows.later(scan)
}

/** @throws RomiError `web/read-only` */
export function assertMayEdit(mayEdit: boolean): void {
  if (mayEdit) return
  throw new RomiError(
    'web/read-only',
    'this page may only look: start romi-run serve with --edit to change something',
  )
}
