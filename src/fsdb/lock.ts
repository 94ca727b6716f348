// One writer a database: the plain file `lock`, which names its owner and is refreshed while held.
import { randomUUID } from 'node:crypto'
import fs from 'node:fs'
import { join } from 'node:path'
import lockfile from 'proper-lockfile'
import { RomiError, asError, systemCode } from '../base/errors.ts'
import { explainDiskError } from '../base/system.ts'
import type { JsonObject } from '../base/types.ts'
import { databaseLayout } from './layout.ts'
import { parseOwner, pulseOf, thisProcess, type Owner } from './owner.ts'

/** A lock of an owner whom we cannot see is taken over when it was not refreshed for so long. */
const staleMs = 30_000
const refreshMs = 5_000

/** A lock that this process holds. */
export interface HeldLock {
  /** Throws `store/lock-lost` if it is no longer ours. */
  assert(): void
  release(): Promise<void>
}

interface Found {
  readonly text: string
  readonly owner: Owner | undefined
  readonly mtimeMs: number
}

function lookAt(path: string): Found | undefined {
  try {
    const { mtimeMs } = fs.lstatSync(path)
    const text = fs.readFileSync(path, 'utf8')
    return { text, owner: parseOwner(text), mtimeMs }
  } catch (error) {
    const code = systemCode(error)
    if (code === 'ENOENT') return undefined
    if (code === 'EISDIR') return { text: '', owner: undefined, mtimeMs: 0 }
    throw error
  }
}

function isDead({ owner, mtimeMs }: Found): boolean {
  if (!owner) return false
  const pulse = pulseOf(owner)
  return pulse === 'dead' || (pulse === 'unknown' && Date.now() - mtimeMs > staleMs)
}

/** The owner of a database's lock, if it is held by a process of ours. */
export function lockOwner(root: string): Owner | undefined {
  const found = lookAt(databaseLayout(root).lock)
  return found && !isDead(found) ? found.owner : undefined
}

/**
 * Puts our record at `lock`, if nobody has it.
 *
 * A dead owner's lock is not removed (two processes could both remove it, the second one removing
 * the lock of the first) but replaced by its one *successor*: whoever links `after-<uuid of the
 * owner>` first; if that one is dead too, whoever links `after-<its uuid>`, and so on. While the
 * last of this chain lives, nobody else may replace that lock.
 *
 * @returns whether the lock is ours now
 */
function take(root: string, own: Owner): boolean {
  const { lock, locks } = databaseLayout(root)
  fs.mkdirSync(locks, { recursive: true })
  const record = join(locks, `${own.uuid}-${randomUUID()}`)
  try {
    fs.writeFileSync(record, JSON.stringify(own))
    if (tryLink(record, lock)) return true
    const found = lookAt(lock)
    if (!found?.owner || !isDead(found)) return false
    if (!succeed(locks, record, found.owner)) return false
    // Others may have replaced it before we became the successor.
    if (lookAt(lock)?.owner?.uuid !== found.owner.uuid) return false
    fs.renameSync(record, lock)
    return true
  } finally {
    fs.rmSync(record, { force: true })
  }
}

function tryLink(record: string, path: string): boolean {
  try {
    fs.linkSync(record, path)
    return true
  } catch (error) {
    if (systemCode(error) === 'EEXIST') return false
    if (!linkless.has(systemCode(error) ?? '')) throw error
    return copyNew(record, path)
  }
}

/** What a filesystem without hard links answers, such as exFAT or some network shares. */
const linkless = new Set(['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK'])

/** Second best: a kill in the middle leaves a lock that names nobody and needs a person. */
function copyNew(record: string, path: string): boolean {
  try {
    fs.copyFileSync(record, path, fs.constants.COPYFILE_EXCL)
    return true
  } catch (error) {
    if (systemCode(error) === 'EEXIST') return false
    throw error
  }
}

function succeed(locks: string, record: string, dead: Owner): boolean {
  for (let before = dead; ;) {
    const claim = join(locks, `after-${before.uuid}`)
    if (tryLink(record, claim)) return true
    const found = lookAt(claim)
    if (!found?.owner || !isDead(found)) return false
    before = found.owner
  }
}

/** The lock is ours: who succeeded whom before does not matter any more. */
function sweepClaims(locks: string): void {
  for (const name of fs.readdirSync(locks)) {
    const path = join(locks, name)
    const found = lookAt(path)
    const isTorn = found && !found.owner && Date.now() - found.mtimeMs > staleMs
    // The record of a process that lives is about to be linked: it is left to that process.
    if (name.startsWith('after-') || isTorn || (found && isDead(found)))
      fs.rmSync(path, { force: true })
  }
}

/** What proper-lockfile does to the disk, on a plain file that has an owner. */
function lockFiles(root: string, own: Owner) {
  const { lock, locks } = databaseLayout(root)
  const isOurs = (): boolean => lookAt(lock)?.owner?.uuid === own.uuid
  const removeOwn = (): void => {
    if (isOurs()) fs.rmSync(lock, { force: true })
  }
  type Done = (error: Error | null) => void
  const call = (work: () => void, done: Done): void => {
    try {
      work()
    } catch (error) {
      done(asError(error))
      return
    }
    done(null)
  }
  return {
    ...fs,
    mkdir: (_: string, done: Done) =>
      call(() => {
        if (!take(root, own)) throw Object.assign(new Error('locked'), { code: 'EEXIST' })
        sweepClaims(locks)
      }, done),
    /** Never stale but in our own eyes: `take` alone decides who is dead. */
    stat: (path: string, done: (error: Error | null, stat?: fs.Stats) => void) => {
      fs.stat(path, (error, stat) => {
        if (!error && !isOurs()) stat.mtime = new Date()
        done(error, stat)
      })
    },
    rmdir: (_: string, done: Done) => call(removeOwn, done),
    rmdirSync: removeOwn,
  }
}

function refusal(root: string): RomiError {
  const path = databaseLayout(root).lock
  const found = lookAt(path)
  if (found && !found.owner)
    return new RomiError(
      'store/foreign-lock',
      `${path} was made by another program, such as ROMI's Python tools: wait until that has ended; ` +
        'if none is running any more, remove this file and try again',
      { facts: { path, since: new Date(found.mtimeMs).toISOString() } },
    )
  const owner = found?.owner
  const who = owner
    ? `process ${owner.pid} on ${owner.host} since ${owner.since}${told(owner.info)}`
    : 'another process'
  return new RomiError('store/locked', `${root} is held by ${who}: wait until it has ended`, {
    facts: { path, owner },
  })
}

const told = (info: JsonObject): string =>
  Object.keys(info).length === 0 ? '' : ` (${JSON.stringify(info)})`

function lost(root: string, cause?: Error): RomiError {
  return new RomiError(
    'store/lock-lost',
    `another process took the lock of ${root}: nothing more is written; connect again`,
    { cause, facts: { path: databaseLayout(root).lock } },
  )
}

/**
 * Takes the lock of a database.
 *
 * @param root absolute path of the database
 * @throws RomiError `store/locked` with the owner as fact; `store/foreign-lock` if another program
 *   made the file, however old it is
 */
export async function takeLock(root: string, info: JsonObject): Promise<HeldLock> {
  const own = thisProcess(info)
  const path = databaseLayout(root).lock
  const text = JSON.stringify(own)
  let compromised: Error | undefined
  let release: () => Promise<void>
  try {
    release = await lockfile.lock(root, {
      lockfilePath: path,
      stale: staleMs,
      update: refreshMs,
      fs: lockFiles(root, own),
      onCompromised: (error) => (compromised = error),
    })
  } catch (error) {
    if (systemCode(error) === 'ELOCKED') throw refusal(root)
    throw explainDiskError(error, path)
  }
  return {
    assert() {
      if (compromised ?? lookAt(path)?.text !== text) throw lost(root, compromised)
    },
    async release() {
      // A lost lock is another's by now: there is nothing to release.
      if (!compromised) await release()
    },
  }
}

const pauseMs = { least: 20, most: 150 }

/** As `takeLock`, but waits while another process of ours holds it. */
export async function waitForLock(
  root: string,
  info: JsonObject,
  signal: AbortSignal | undefined,
): Promise<HeldLock> {
  for (;;) {
    signal?.throwIfAborted()
    try {
      return await takeLock(root, info)
    } catch (error) {
      if (!(error instanceof RomiError && error.code === 'store/locked')) throw error
    }
    // Random, so that those who wait do not come together each time.
    const pause = pauseMs.least + Math.random() * (pauseMs.most - pauseMs.least)
    await new Promise((resolve) => setTimeout(resolve, pause))
  }
}
