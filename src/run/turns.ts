// Each scan is taken when its turn comes, and let go after: other writers work on the others.
import { isRomiError, type RomiError } from '../base/errors.ts'
import { forEachLimited } from '../base/parallel.ts'
import type { FSDB } from '../fsdb/fsdb.ts'

/** What is done with scans in their turns. */
export interface Turns {
  /** Connected. */
  readonly db: FSDB
  readonly scans: readonly string[]
  readonly atATime: number
  /** Wait for scans that others hold, once the free ones are done. */
  readonly wait: boolean
  /** Nothing more is begun, nor waited for. */
  readonly cancel: AbortSignal
  /** Whether a scan needs nothing: it is not taken then. */
  readonly isDone: (scan: string) => Promise<boolean>
  /** Works on a scan that is ours. */
  readonly work: (scan: string) => Promise<void>
  /** A scan that another writer holds: who, where and since when is in the message. */
  readonly held: (scan: string, error: RomiError) => void
  /** A scan that cannot be taken for another reason. */
  readonly broken: (scan: string, error: RomiError) => void
}

/** Goes through all scans: the free ones first. */
export async function inTurns(turns: Turns): Promise<void> {
  const later: string[] = []
  await forEachLimited(turns.scans, turns.atATime, async (scan) => {
    if (turns.cancel.aborted || (await turns.isDone(scan))) return
    const error = await oneTurn(turns, scan, false)
    if (!error) return
    turns.held(scan, error)
    later.push(scan)
  })
  if (!turns.wait) return
  await forEachLimited(later, turns.atATime, async (scan) => {
    await oneTurn(turns, scan, true)
  })
}

/** @returns the error of a scan that another writer holds */
async function oneTurn(turns: Turns, scan: string, wait: boolean): Promise<RomiError | undefined> {
  const { db, cancel } = turns
  if (cancel.aborted) return undefined
  try {
    await db.takeScan(scan, { wait, signal: cancel })
  } catch (error) {
    if (cancel.aborted) return undefined
    if (!isRomiError(error)) throw error
    if (isRomiError(error, 'store/locked')) return error
    turns.broken(scan, error)
    return undefined
  }
  try {
    await turns.work(scan)
  } finally {
    await db.letGoOfScan(scan)
  }
  return undefined
}
