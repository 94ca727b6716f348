// The archive of a scan: records of steps whose filesets may be gone. A cache, safe to delete.
//
// A fileset takes its record with it when somebody deletes it. Kept here as well, the records let the
// plan find its way past any number of deleted intermediates.
import { isRomiError, systemCode } from '../../base/errors.ts'
import { parseJson } from '../../base/json.ts'
import { isJsonObject, type Json } from '../../base/types.ts'
import { isRunId } from '../../fsdb/own-names.ts'
import type { Scan } from '../../fsdb/scan.ts'
import type { MadeFileset } from './facts.ts'
import { recordMetadata, recordIn } from './record.ts'

/** How many files of records are kept, beside those that tell of filesets which are there. */
export const keptRecordFiles = 100

/**
 * Keeps the records that are not kept yet, one file for each run that made some: also those of a run
 * that was killed. One that cannot be kept is only missed if its fileset is deleted.
 */
export async function keepRecords(scan: Scan, all: readonly MadeFileset[]): Promise<void> {
  const byRun = new Map<string, MadeFileset[]>()
  for (const made of all) {
    const { run } = made.record.made
    byRun.set(run, [...(byRun.get(run) ?? []), made])
  }
  const kept = new Set(scan.records.names())
  await unlessRefused(async () => {
    for (const [run, made] of byRun)
      if (!kept.has(nameOf(run))) await scan.records.write(nameOf(run), recordsText(made))
    await scan.records.remove(prunableRecords(scan, all, kept))
  })
}

/** Whether `keepRecords` would do nothing. */
export function areRecordsKept(scan: Scan, all: readonly MadeFileset[]): boolean {
  const kept = new Set(scan.records.names())
  const areAll = all.every(({ record }) => kept.has(nameOf(record.made.run)))
  return areAll && prunableRecords(scan, all, kept).length === 0
}

/**
 * The records of long ago: all but the last, and those of filesets that are there. Names of runs
 * begin with their time, so that the last stand last.
 * @param kept the names of those that are kept, if they are known
 */
export function prunableRecords(
  scan: Scan,
  all: readonly MadeFileset[],
  kept: Iterable<string> = scan.records.names(),
): readonly string[] {
  const told = new Set(all.map(({ record }) => nameOf(record.made.run)))
  const others = [...kept].filter((name) => isArchiveName(name) && !told.has(name))
  return others.slice(0, -keptRecordFiles)
}

const isArchiveName = (name: string): boolean => isRunId(name.slice(0, -'.json'.length))

const nameOf = (run: string): string => `${encodeURIComponent(run)}.json`

const recordsText = (all: readonly MadeFileset[]): string =>
  JSON.stringify(all.map(({ id, task, record }) => ({ id, ...recordMetadata(task, record, {}) })))

/** What the disk refuses is done by a later run. */
async function unlessRefused(work: () => Promise<void>): Promise<void> {
  try {
    await work()
  } catch (error) {
    if (isRomiError(error, 'store/lock-lost')) throw error
    if (!isRomiError(error) && systemCode(error) === undefined) throw error
  }
}

/** All records that were kept, the latest last; those that cannot be read are passed over. */
export function keptRecords(scan: Scan): readonly MadeFileset[] {
  const all = scan.records.names().flatMap((name) => kept(scan, name))
  return all.sort(
    (a, b) =>
      Number(a.record.made.at > b.record.made.at) - Number(a.record.made.at < b.record.made.at),
  )
}

function kept(scan: Scan, name: string): MadeFileset[] {
  try {
    const json = parseJson(scan.records.read(name))
    return Array.isArray(json) ? json.flatMap(madeIn) : []
  } catch (error) {
    const isUnreadable = isRomiError(error) && error.code !== 'store/link-outside'
    if (error instanceof SyntaxError || isUnreadable || systemCode(error)?.startsWith('E'))
      return []
    throw error
  }
}

function madeIn(entry: Json): MadeFileset[] {
  const record = isJsonObject(entry) ? recordIn(entry) : undefined
  if (!record || !isJsonObject(entry)) return []
  const { id, task_name: task } = entry
  return typeof id === 'string' && typeof task === 'string' ? [{ id, task, record }] : []
}
