// Taking over from the dead: each has exactly one successor.
//
// A dead owner's lock is not removed (two processes could both remove it, the second one removing
// the lock of the first) but replaced by its one *successor*: whoever links `after-<id of the dead>`
// first; if that one is dead too, whoever links `after-<its id>`, and so on. While the last of this
// chain lives, nobody else may replace that lock.
import { join } from 'node:path'
import { lookAt, namesIn, removeFiles, tryLink } from './files.ts'
import type { Lives } from './life.ts'

/** How the claims on the plain lock begin: version 0.1 makes them too. */
export const plainClaim = 'after-'
/** How the claims on the index' lock begin. */
export const indexClaim = 'next-'

/**
 * Becomes the successor of a dead owner, unless another one is.
 *
 * @param folder of the claims
 * @param prefix how their names begin
 * @param record a file that names this process
 */
export function succeed(
  folder: string,
  prefix: string,
  record: string,
  dead: string,
  lives: Lives,
): boolean {
  const passed = new Set<string>()
  for (let before = dead; ;) {
    passed.add(before)
    const claim = join(folder, prefix + before)
    if (tryLink(record, claim)) return true
    const other = lives.ofFile(claim)
    if (other?.life !== 'dead') return false
    before = other.id
    if (passed.has(before)) break
  }
  // Nobody succeeds himself: what leads round in a circle is damage, and is begun anew.
  removeFiles(
    folder,
    [...passed].map((id) => prefix + id),
  )
  return false
}

/** Whoever holds the lock removes the claims on it, but those on himself. */
export function sweepClaims(folder: string, prefix: string, own: string): void {
  const claims = namesIn(folder).filter((name) => name.startsWith(prefix))
  for (const name of claims) {
    const isFile = lookAt(join(folder, name)).is === 'file'
    if (isFile && name !== prefix + own) removeFiles(folder, [name])
  }
}
