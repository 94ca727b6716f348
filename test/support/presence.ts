// Who is in a place that only one process may be in at a time: a file with its number.
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { systemCode } from '../../src/base/errors.ts'

/** A process that was killed but not yet asked for by its parent (state Z) does nothing any more. */
function isAlive(pid: string): boolean {
  try {
    return !/\) [ZX] /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'))
  } catch (error) {
    if (['ENOENT', 'ESRCH'].includes(systemCode(error) ?? '')) return false
    throw error
  }
}

/** Enters. @returns the number of another living process that is in there with us, if one is */
export function enter(place: string): string | undefined {
  for (;;) {
    try {
      writeFileSync(place, String(process.pid), { flag: 'wx' })
      return undefined
    } catch (error) {
      if (systemCode(error) !== 'EEXIST') throw error
    }
    const other = readFileSync(place, 'utf8')
    if (isAlive(other)) return other
    rmSync(place, { force: true })
  }
}

/** Leaves. */
export const leave = (place: string): void => rmSync(place, { force: true })
