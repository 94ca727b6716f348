// What a run that was killed leaves behind: programs that still work for nobody, and scratch folders.
//
// Every program of a run has the run's id in its environment, and so have the programs that it starts
// itself. A list of process groups would miss a program that was started the moment before the kill,
// and one that left its group; and a process number on it may be another's by now.
import { readdirSync, readFileSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { systemCode } from '../base/errors.ts'
import type { FSDB } from '../fsdb/fsdb.ts'
import { lockOfRun, scratchFolder } from './run-log.ts'

/** The variable that names the run to which a program belongs. */
export const runVariable = 'ROMI_RUN'

/**
 * Ends the programs of runs that were killed and removes their scratch folders: of those that worked
 * under a writer of the database that is not there any more.
 */
export async function removeLeftovers(db: FSDB): Promise<void> {
  const folder = scratchFolder(db.path)
  const runs = namesIn(folder)
  if (runs.length === 0) return
  const living = await db.livingWriters()
  const dead = runs.filter((run) => !living.has(lockOfRun(db.path, run) ?? ''))
  if (dead.length === 0) return
  endPrograms(dead)
  // What cannot be removed yet is removed by the next run.
  for (const run of dead)
    await rm(join(folder, run), { recursive: true, force: true, maxRetries: 3 }).catch(() => {})
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
  return namesIn('/proc')
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

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder)
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes(systemCode(error) ?? '')) return []
    throw error
  }
}
