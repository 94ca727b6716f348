// The runs of a database, at work or past, as their files tell of them: whoever started them.
import { isJsonObject, type JsonObject } from '../base/types.ts'
import type { FSDB } from '../fsdb/fsdb.ts'
import type { RunId } from '../fsdb/ids.ts'
import type { Owner } from '../fsdb/locks/owner.ts'
import { aboutRun, lockOfRun, loggedEvents } from '../run/run-log.ts'
import type { PlacedJobCounts } from '../run/placed-counts.ts'
import type { PastRun, PastStep } from './past-run.ts'

/** One run of a database. */
export function pastRun(db: FSDB, id: RunId): PastRun {
  const about = aboutRun(db, id)
  // first: the log of a run whose writer is gone tells of its end
  const owner = writerOf(db, id)
  const steps = new Map<string, PastStep>()
  let ended: { seconds?: number; code?: number } | undefined
  for (const event of loggedEvents(db, id)) {
    if (event.is === 'ended') ended = endFacts(event)
    else foldStep(steps, event)
  }
  const is = ended ? 'ended' : owner ? 'working' : 'died'
  const told = [...steps.values()].map((step): PastStep =>
    step.is === 'running' && is !== 'working' ? asInterrupted(step) : step,
  )
  return {
    id,
    is,
    ...(typeof about.at === 'string' && { begun: about.at }),
    ...(is === 'working' && owner && { host: owner.host }),
    ...ended,
    ...(typeof about.pipeline === 'string' && { pipeline: about.pipeline }),
    scans: Array.isArray(about.scans) ? about.scans.filter((scan) => typeof scan === 'string') : [],
    steps: told,
  }
}

const asInterrupted = (step: PastStep): PastStep => ({ ...step, is: 'interrupted' })

const endFacts = ({ seconds, code }: JsonObject) => ({
  ...(typeof seconds === 'number' && { seconds }),
  ...(typeof code === 'number' && { code }),
})

/** Whether the writer under which a run works is there. */
export const isAtWork = (db: FSDB, run: RunId): boolean => writerOf(db, run) !== undefined

function writerOf(db: FSDB, run: RunId): Owner | undefined {
  if (!db.runs.unended().includes(run)) return undefined
  const lock = lockOfRun(db, run)
  return db.writers().find(({ uuid }) => uuid === lock)
}

function foldStep(steps: Map<string, PastStep>, event: JsonObject): void {
  const { is, scan, step, fileset: id, files, failure, at: time } = event
  if (typeof scan !== 'string' || typeof step !== 'string') return
  const at = { scan, step }
  const fileset = typeof id === 'string' ? { fileset: id } : {}
  const put = (of: PastStep) => void steps.set(`${scan}/${step}`, of)
  switch (is) {
    case 'started': {
      const total = isJsonObject(files) ? files.make : undefined
      return put({
        ...at,
        is: 'running',
        ...fileset,
        ...(typeof total === 'number' && { total }),
        ...(typeof time === 'string' && { since: time }),
      })
    }
    case 'progress': {
      const { done, total } = event
      const running = steps.get(`${scan}/${step}`)
      const isTold = typeof done === 'number' && typeof total === 'number'
      return running?.is === 'running' && isTold ? put({ ...running, done, total }) : undefined
    }
    case 'placed': {
      const step = steps.get(`${at.scan}/${at.step}`)
      const placed = placedIn(event)
      if (step?.is !== 'running' || !placed) return
      const isFirst = placed.running > 0 && (step.placed?.running ?? 0) === 0
      const since = isFirst && typeof time === 'string' ? { since: time } : {}
      return put({ ...step, placed, ...since })
    }
    case 'reused':
      return put({ ...at, is: 'reused', ...fileset })
    case 'finished':
      return put({ ...at, is: 'finished', ...fileset, ...endFacts(event) })
    case 'failed': {
      if (event.retry === true) return
      const message = isJsonObject(failure) ? failure.message : undefined
      return put({ ...at, is: 'failed', ...(typeof message === 'string' && { message }) })
    }
    case 'skipped':
      return put({
        ...at,
        is: 'skipped',
        ...(typeof event.why === 'string' && { message: event.why }),
      })
    case 'cancelled':
      return put({ ...at, is: 'cancelled' })
    default:
  }
}

function placedIn({ waiting, running, nodes, why }: JsonObject): PlacedJobCounts | undefined {
  if (typeof waiting !== 'number' || typeof running !== 'number') return undefined
  const named = Array.isArray(nodes) ? nodes.filter((node) => typeof node === 'string') : []
  return { waiting, running, nodes: named, ...(typeof why === 'string' && { why }) }
}

/** The runs that are at work now, on whichever machine, oldest first. */
export const runsAtWork = (db: FSDB): readonly PastRun[] =>
  db.runs.unended().flatMap((id) => {
    const run = isAtWork(db, id) ? pastRun(db, id) : undefined
    return run?.is === 'working' ? [run] : []
  })
