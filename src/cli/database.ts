// The database that a verb writes in, which it makes if need be.
import { FSDB } from '../fsdb/fsdb.ts'

/** Opens a database, or makes it; another process may be making it at this moment. */
export async function openOrCreate(path: string): Promise<FSDB> {
  if (FSDB.isDatabase(path)) return FSDB.open(path)
  try {
    return await FSDB.create(path)
  } catch (error) {
    if (!FSDB.isDatabase(path)) throw error
    return FSDB.open(path)
  }
}
