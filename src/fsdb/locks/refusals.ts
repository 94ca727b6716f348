// What is told to whoever does not get a lock: who has it, where, since when, and what helps.
import { RomiError } from '../../base/errors.ts'
import { localTime } from '../../base/local-time.ts'
import { isJsonObject, type JsonObject } from '../../base/types.ts'
import type { Other } from './decide.ts'
import { everything, type WantedScan } from './holder.ts'
import { jsonOf, type Owner } from './owner.ts'

function holderFacts(info: JsonObject): string {
  if (typeof info.command === 'string') return ` (romi-run ${info.command})`
  return Object.keys(info).length === 0 ? '' : ` (${JSON.stringify(info)})`
}

const ownerName = ({ pid, host, since, info }: Owner): string =>
  `process ${pid} on ${host} since ${localTime(since)}${holderFacts(info)}`

const silent =
  'wait until it has ended; it gave no sign of life for 6 seconds, and is taken for dead when it gives none for 30'

/** Another of our writers has what is wanted, or waits for it. */
export function heldBy(
  root: string,
  wanted: WantedScan,
  { holder, life }: Other,
  does: 'holds' | 'waits',
): RomiError {
  const what = wanted === everything ? root : `the scan ${wanted}`
  const claim = holder.claims.find(({ of }) => of === wanted || of === everything)
  const owner = { ...holder, since: claim?.since ?? holder.since }
  const is = does === 'holds' ? 'is held by' : 'is waited for by'
  const advice = life === 'alive' ? 'wait until it has ended' : silent
  return new RomiError('store/locked', `${what} ${is} ${ownerName(owner)}: ${advice}`, {
    facts: { wanted, owner },
  })
}

/** Version 0.1, or whoever is changing the index for a moment, is in the way. */
export function heldByOwner(root: string, owner: Owner | undefined, isAlive: boolean): RomiError {
  const who = owner ? ownerName(owner) : 'another process'
  const advice = isAlive ? 'wait until it has ended' : silent
  return new RomiError('store/locked', `${root} is held by ${who}: ${advice}`, {
    facts: { wanted: everything, owner },
  })
}

/** ROMI's plantdb reads or writes a scan. @param info what it tells beside its lock */
export function heldByPlantdb(scan: string, info: string): RomiError {
  const told = jsonOf(info)
  const { user, pid, timestamp } = isJsonObject(told) ? told : {}
  const who = [
    typeof user === 'string' ? `user ${user}` : '',
    typeof pid === 'number' ? `process ${pid}` : '',
    typeof timestamp === 'number'
      ? `since ${localTime(new Date(timestamp * 1000).toISOString())}`
      : '',
  ].filter((part) => part !== '')
  const by = who.length > 0 ? ` (${who.join(', ')})` : ''
  return new RomiError(
    'store/locked',
    `the scan ${scan} is held by ROMI's plantdb${by}: wait until it has ended`,
    { facts: { wanted: scan, owner: undefined } },
  )
}

/** A file `lock` that is none of ours. */
export function foreign(path: string, what: string, mtimeMs: number): RomiError {
  const who =
    what === 'a file'
      ? `${path} was made by another program, such as ROMI's Python tools`
      : `${path} is ${what}, which romi-run did not make`
  return new RomiError(
    'store/foreign-lock',
    `${who}: wait until that has ended; if none is running any more, remove it and try again`,
    { facts: { path, since: new Date(mtimeMs).toISOString() } },
  )
}

/** What we held is not ours any more. */
export function lost(root: string, why: string, cause?: unknown): RomiError {
  return new RomiError(
    'store/lock-lost',
    `${why}, so that others may write in ${root}: nothing more is written; connect again`,
    { cause, facts: { root } },
  )
}
