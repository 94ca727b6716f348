// Which steps failed last time, by the logs of earlier runs.
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { systemCode } from '../base/errors.ts'
import { readEvents } from '../run/run-log.ts'

/** What a step's last run came to, if it failed. */
export interface LastFailure {
  readonly run: string
  readonly message: string
}

/** How many runs are looked back: a failure of long ago is of no use to anybody. */
const lookedBack = 10

/** The failures that no later run of the same step on the same scan has made good: `scan/step` → why. */
export function lastFailures(database: string): Map<string, LastFailure> {
  const failures = new Map<string, LastFailure>()
  for (const run of runsOf(database).slice(-lookedBack)) {
    for (const event of readEvents(join(database, '.romi', 'runs', run))) {
      if (event.is !== 'failed' && event.is !== 'finished' && event.is !== 'reused') continue
      const key = `${event.scan}/${event.step}`
      if (event.is !== 'failed') failures.delete(key)
      else if (!event.retry) failures.set(key, { run, message: event.failure.message })
    }
  }
  return failures
}

/** The ids of the runs of a database, oldest first. */
function runsOf(database: string): string[] {
  try {
    return readdirSync(join(database, '.romi', 'runs')).sort()
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return []
    throw error
  }
}
