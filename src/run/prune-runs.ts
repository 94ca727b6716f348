// Which folders of earlier runs may go: their number would grow for as long as a database is used.
import type { FSDB } from '../fsdb/fsdb.ts'
import type { RunId } from '../fsdb/ids.ts'
import { pastEnds, type PastEnd } from './run-log.ts'

/** How many of the last runs are kept, whatever they tell. */
export const keptRuns = 100

/** The runs whose folders may go. @param own the id of a run that is not to go, though it may be old */
export const prunableRunsOf = (db: FSDB, own?: RunId): readonly RunId[] =>
  prunableRuns(
    db.runs.ids(),
    new Set([...db.runs.unended(), ...db.runs.withJobs(), ...(own ? [own] : [])]),
    (run) => pastEnds(db, run),
  )

/**
 * All but the last runs, those at work, and those that tell how a step failed on a scan when no later
 * one tells how it ended: `status` finds that however long ago it was.
 *
 * @param runs oldest first
 * @param atWork those that did not end, as far as is known
 * @param endsOf how the steps of a run ended; of as few runs as possible, since logs are long
 */
export function prunableRuns(
  runs: readonly RunId[],
  atWork: ReadonlySet<RunId>,
  endsOf: (run: RunId) => readonly PastEnd[],
): readonly RunId[] {
  const ends = new Map<RunId, ReadonlyMap<string, PastEnd>>()
  const lastEnds = (run: RunId): ReadonlyMap<string, PastEnd> => {
    const known = ends.get(run) ?? new Map(endsOf(run).map((end) => [failurePlace(end), end]))
    ends.set(run, known)
    return known
  }
  /** What ended in the runs from this one on. */
  const endedLater = new Set<string>()
  let from = runs.length
  const prunable: RunId[] = []
  for (let i = runs.length - keptRuns - 1; i >= 0; i--) {
    if (atWork.has(runs[i])) continue
    const failed = [...lastEnds(runs[i])].flatMap(([at, { is }]) => (is === 'failed' ? [at] : []))
    if (failed.length > 0)
      while (from > i + 1) for (const at of lastEnds(runs[--from]).keys()) endedLater.add(at)
    if (failed.every((at) => endedLater.has(at))) prunable.push(runs[i])
  }
  return prunable
}

const failurePlace = ({ scan, step }: PastEnd): string => `${scan}/${step}`

/**
 * Removes the folders of runs that may go. One that is killed meanwhile leaves a part of a folder,
 * which tells of nothing any more and goes with the next.
 */
export async function pruneRuns(db: FSDB, own?: RunId): Promise<void> {
  for (const run of prunableRunsOf(db, own)) await db.runs.forget(run)
}
