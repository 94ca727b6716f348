// A file of the database as a thread is told of it.
import type { File } from '../../fsdb/file.ts'
import type { FSDB } from '../../fsdb/fsdb.ts'
import type { AsideFile } from './work.ts'

/** Its place is real: no link of it leads out of the database. @throws RomiError `store/no-file` */
export async function asideFile(db: FSDB, file: File): Promise<AsideFile> {
  const names = file.path.slice(db.path.length).split(/[/\\]/).filter(Boolean)
  return {
    id: file.id,
    filename: file.filename,
    path: db.raw.path(names),
    metadata: await file.getMetadata(),
  }
}
