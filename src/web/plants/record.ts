// The record of a fileset: what it was made from, when, where and how.
import { some } from '../../base/some.ts'
import type { JsonObject } from '../../base/types.ts'
import type { Scan } from '../../fsdb/scan.ts'
import { recordIn } from '../../plan/facts/record.ts'
import { count, duration, size } from '../../base/number-words.ts'
import type { RecordShown } from '../api.ts'

/** @throws RomiError `store/fileset-missing` */
export async function recordShown(scan: Scan, id: string): Promise<RecordShown> {
  const fileset = await scan.getFileset(id)
  const metadata = await fileset.getMetadata()
  const record = recordIn(metadata)
  const task = typeof metadata.task_name === 'string' ? metadata.task_name : undefined
  const about = { fileset: fileset.id, ...(task !== undefined && { task }) }
  if (!record) return { ...about, lines: ['no step of romi-run made it: it is a source'] }
  const { made, outputs, params, inputs } = record
  const files = Object.keys(outputs)
  const versions = Object.entries(made.versions).map(([what, of]) => `${what} ${of}`)
  return {
    ...about,
    lines: [
      `task: ${task ?? 'unknown'}, version ${record.version}`,
      `made: ${made.at} on ${made.host}, in ${duration(made.seconds)}`,
      `run: ${made.run}`,
      `with: ${versions.join(', ')}`,
      `files: ${count(files.length, 'file')}, ${size(made.bytes)}: ${some(files)}`,
      ...Object.entries(params).map(([name, value]) => `${name} = ${JSON.stringify(value)}`),
      ...Object.entries(inputs).map(([slot, { fileset: of, from }]) => `${slot}: ${of ?? from}`),
    ],
    // Safe: a record is made of JSON values only.
    record: record as unknown as JsonObject,
  }
}
