// The archive of a scan: records of steps whose filesets may be gone. A cache, safe to delete.
//
// A fileset takes its record with it when somebody deletes it. Kept here as well, the records let the
// plan find its way past any number of deleted intermediates.
import { mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { systemCode } from '../base/errors.ts'
import { parseJson } from '../base/json.ts'
import { isJsonObject } from '../base/types.ts'
import type { MadeFileset } from './facts.ts'
import { metadataOf, recordIn } from './record.ts'

const folderOf = (scan: string): string => join(scan, '.romi', 'records')

/** Keeps the record of a fileset; one that cannot be kept is only missed if the fileset is deleted. */
export function keepRecord(scan: string, { id, task, record }: MadeFileset): void {
  const folder = folderOf(scan)
  const file = join(folder, `${record.key}.json`)
  try {
    mkdirSync(folder, { recursive: true })
    writeFileSync(`${file}.new`, JSON.stringify({ id, ...metadataOf(task, record, {}) }))
    renameSync(`${file}.new`, file)
  } catch (error) {
    if (systemCode(error) === undefined) throw error
  }
}

/** Keeps those records that are not kept yet: a run that was killed may have missed its last ones. */
export function keepRecords(scan: string, all: readonly MadeFileset[]): void {
  const kept = new Set(namesIn(folderOf(scan)))
  for (const made of all) if (!kept.has(`${made.record.key}.json`)) keepRecord(scan, made)
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
    const record = isJsonObject(json) ? recordIn(json) : undefined
    if (!record || !isJsonObject(json)) return []
    const { id, task_name: task } = json
    return typeof id === 'string' && typeof task === 'string' ? [{ id, task, record }] : []
  } catch (error) {
    if (error instanceof SyntaxError || systemCode(error) !== undefined) return []
    throw error
  }
}
