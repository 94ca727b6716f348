// The archive of a scan: records of steps whose filesets may be gone. A cache, safe to delete.
//
// A fileset takes its record with it when somebody deletes it. Kept here as well, the records let the
// plan find its way past any number of deleted intermediates.
import { mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { systemCode } from '../../base/errors.ts'
import { parseJson } from '../../base/json.ts'
import { isJsonObject, type Json } from '../../base/types.ts'
import type { MadeFileset } from './facts.ts'
import { metadataOf, recordIn } from './record.ts'

const folderOf = (scan: string): string => join(scan, '.romi', 'records')

const fileOf = (scan: string, run: string): string =>
  join(folderOf(scan), `${encodeURIComponent(run)}.json`)

/**
 * Keeps the records that are not kept yet, one file for each run that made some: also those of a run
 * that was killed. One that cannot be kept is only missed if its fileset is deleted.
 */
export function keepRecords(scan: string, all: readonly MadeFileset[]): void {
  const byRun = new Map<string, MadeFileset[]>()
  for (const made of all) {
    const { run } = made.record.made
    byRun.set(run, [...(byRun.get(run) ?? []), made])
  }
  const kept = new Set(namesIn(folderOf(scan)))
  for (const [run, made] of byRun) {
    const file = fileOf(scan, run)
    if (!kept.has(basename(file))) keep(file, made)
  }
}

function keep(file: string, all: readonly MadeFileset[]): void {
  const entries = all.map(({ id, task, record }) => ({ id, ...metadataOf(task, record, {}) }))
  try {
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(`${file}.new`, JSON.stringify(entries))
    renameSync(`${file}.new`, file)
  } catch (error) {
    if (systemCode(error) === undefined) throw error
  }
}

/** All records that were kept, the latest last; those that cannot be read are passed over. */
export function keptRecords(scan: string): readonly MadeFileset[] {
  const folder = folderOf(scan)
  const names = namesIn(folder).filter((name) => name.endsWith('.json'))
  const all = names.sort().flatMap((name) => kept(join(folder, name)))
  return all.sort(
    (a, b) =>
      Number(a.record.made.at > b.record.made.at) - Number(a.record.made.at < b.record.made.at),
  )
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder)
  } catch (error) {
    // Absent, or not to be read: a cache that is not there.
    if (systemCode(error) !== undefined) return []
    throw error
  }
}

function kept(file: string): MadeFileset[] {
  try {
    const json = parseJson(readFileSync(file, 'utf8'))
    return Array.isArray(json) ? json.flatMap(madeIn) : []
  } catch (error) {
    if (error instanceof SyntaxError || systemCode(error) !== undefined) return []
    throw error
  }
}

function madeIn(entry: Json): MadeFileset[] {
  const record = isJsonObject(entry) ? recordIn(entry) : undefined
  if (!record || !isJsonObject(entry)) return []
  const { id, task_name: task } = entry
  return typeof id === 'string' && typeof task === 'string' ? [{ id, task, record }] : []
}
