// Which steps failed last time, by the logs of earlier runs.
import { FSDB } from '../fsdb/fsdb.ts'
import { pastEnds } from '../run/run-log.ts'

/** What a step's last run came to, if it failed. */
export interface LastFailure {
  readonly run: string
  readonly message: string
}

/**
 * The failures that no later run of the same step on the same scan has made good: `scan/step` → why. However
 * long ago: the folders of runs that tell of them are kept.
 */
export function lastFailures(database: string): Map<string, LastFailure> {
  const db = new FSDB(database)
  const failures = new Map<string, LastFailure>()
  for (const run of db.runs.ids()) {
    for (const end of pastEnds(db, run)) {
      const key = `${end.scan}/${end.step}`
      if (end.is === 'failed') failures.set(key, { run, message: end.message })
      else failures.delete(key)
    }
  }
  return failures
}
