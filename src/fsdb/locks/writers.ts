// Who writes in a database, as anybody may look: without a lock, and without changing anything.
import { join } from 'node:path'
import { databaseLayout } from '../layout.ts'
import { lookAt, namesIn } from './files.ts'
import { folderOf, isUuid, parseHolder, type Holder } from './holder.ts'
import { Lives } from './life.ts'
import type { Owner } from './owner.ts'
import { PlainLock } from './plain-lock.ts'
import { Sightings } from './sightings.ts'

const livesIn = (root: string): Lives =>
  new Lives(folderOf(root), new Sightings(databaseLayout(root).locks))

/** The writers who live, or may; those that came first are first. */
export function writersOf(root: string): readonly Holder[] {
  const { holders } = databaseLayout(root)
  const names = namesIn(holders).filter(isUuid)
  if (names.length === 0) return []
  const lives = livesIn(root)
  const found = names.flatMap((name) => {
    const lying = lookAt(join(holders, name))
    const parsed = lying.is === 'file' ? parseHolder(lying.text) : undefined
    const isDead = parsed && lives.ofHolder(parsed.holder, parsed.counter) === 'dead'
    return parsed && !isDead ? [parsed.holder] : []
  })
  return found.sort((a, b) => a.ticket - b.ticket)
}

/** The owner of a lock of version 0.1, unless it is dead. */
export function oldOwner(root: string): Owner | undefined {
  const { lock, locks } = databaseLayout(root)
  if (lookAt(lock).is !== 'file') return undefined
  const plain = new PlainLock(root, lock, locks, livesIn(root)).look()
  return plain.is === 'old' && plain.made.life !== 'dead' ? plain.made.owner : undefined
}
