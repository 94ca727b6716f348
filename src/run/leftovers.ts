// What a run that was killed leaves behind: programs that still work for nobody, and scratch folders.
//
// Every program of a run has the run's mark in its environment, and so have the programs that it starts
// itself. A list of process groups would miss a program that was started the moment before the kill,
// and one that left its group; and a process number on it may be another's by now.
import { readdirSync, readFileSync } from 'node:fs'
import { sha256 } from '../base/digest.ts'
import { systemCode } from '../base/errors.ts'
import type { FSDB } from '../fsdb/fsdb.ts'
import type { RunId } from '../fsdb/ids.ts'
import type { OuterScratch } from '../fsdb/scratch.ts'
import { lockOfRun } from './run-log.ts'

/** The variable that names the run to which a program belongs. */
export const runVariable = 'ROMI_RUN'

/**
 * How the programs of a run are marked: by the database, where it lies and which folder that is, and
 * by the lock. So a copy of it, which has the same runs, has none of their programs.
 */
export function markOf(db: FSDB, lock: string, run: RunId): string {
  const { path, device, inode } = db.place()
  return `${sha256(`${path}\0${device}\0${inode}`).slice(0, 32)}:${lock}:${run}`
}

/**
 * Ends the programs of runs that were killed and removes their scratch folders: of those that worked
 * under a writer of the database that is not there any more.
 *
 * @param outer where scratch folders are, if not in the database: what it has of other databases stays
 */
export async function removeLeftovers(db: FSDB, outer: OuterScratch | undefined): Promise<void> {
  const known = new Set(db.runs.ids())
  const there = outer?.runs().filter((run) => known.has(run)) ?? []
  const runs = [...new Set([...db.runs.unended(), ...there])]
  if (runs.length === 0) return
  const living = await db.livingWriters()
  const locks = runs.map((run) => ({ run, lock: lockOfRun(db, run) ?? '' }))
  // One that tells no lock may be another's that lives.
  const isDead = (lock: string) => !living.has(lock) && (lock !== '' || living.size <= 1)
  const dead = locks.filter(({ lock }) => isDead(lock))
  if (dead.length === 0) return
  endPrograms(dead.map(({ run, lock }) => markOf(db, lock, run)))
  // What cannot be removed yet is removed by the next run.
  for (const { run } of dead) await removeScratch(db, outer, run).catch(() => {})
}

/** Removes the scratch folder of a run: it has ended. */
export async function removeScratch(
  db: FSDB,
  outer: OuterScratch | undefined,
  run: RunId,
): Promise<void> {
  await outer?.remove(run)
  await db.runs.end(run)
}

/** Ends all programs of some runs on this machine; systems without /proc do not tell which they are. */
export function endPrograms(runs: readonly string[]): void {
  const marks = new Set(runs.map((run) => `${runVariable}=${run}`))
  const ended = new Set<number>()
  for (;;) {
    const left = processes().filter((pid) => !ended.has(pid) && isMarked(pid, marks))
    // One that is being ended may still have started another.
    if (left.length === 0) return
    for (const pid of left) {
      end(pid)
      ended.add(pid)
    }
  }
}

function processes(): readonly number[] {
  return namesInFolderOf('/proc')
    .map(Number)
    .filter((pid) => Number.isInteger(pid) && pid !== process.pid)
}

function isMarked(pid: number, marks: ReadonlySet<string>): boolean {
  try {
    const environment = readFileSync(`/proc/${pid}/environ`, 'latin1')
    return environment.split('\0').some((variable) => marks.has(variable))
  } catch (error) {
    // It is gone by now, or another user's.
    if (['ENOENT', 'ESRCH', 'EACCES', 'EPERM'].includes(systemCode(error) ?? '')) return false
    throw error
  }
}

function end(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch (error) {
    if (!['ESRCH', 'EPERM'].includes(systemCode(error) ?? '')) throw error
  }
}

function namesInFolderOf(folder: string): readonly string[] {
  try {
    return readdirSync(folder)
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return []
    throw error
  }
}
