// What lies in a scan, read without the engine: the filesets that steps made, whole, edited or damaged.
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { recordIn, type StepRecord } from '../../../src/plan/facts/record.ts'

/** A fileset that a step made. */
export interface Made {
  readonly id: string
  readonly task: string
  readonly record: StepRecord
  /** By name; `undefined` for one that is listed and gone. */
  readonly files: ReadonlyMap<string, string | undefined>
  /** The names of its files that are not as they were written, though they can be read. */
  readonly edited: readonly string[]
  /** Whether one of its files is gone or cannot be read. */
  readonly isDamaged: boolean
}

interface Index {
  readonly filesets: readonly {
    readonly id: string
    readonly files: readonly { readonly id: string; readonly file: string }[]
  }[]
}

const read = (...path: string[]): string | undefined => {
  try {
    return readFileSync(join(...path), 'utf8')
  } catch {
    return undefined
  }
}

// Safe here and below: the files are those of our own store.
const json = (text: string | undefined) => JSON.parse(text ?? '{}') as never

export const indexOf = (scan: string): Index => json(read(scan, 'files.json'))

const digest = (text: string) => createHash('sha256').update(text).digest('hex')

/** The filesets of a scan that steps made, in the order of the index. */
export function madeIn(scan: string): Made[] {
  return indexOf(scan).filesets.flatMap(({ id, files: rows }) => {
    const metadata: { readonly task_name: string } = json(read(scan, 'metadata', `${id}.json`))
    const record = recordIn(metadata)
    if (!record) return []
    const files = new Map(rows.map(({ file }) => [file, read(scan, id, file)]))
    const outputs = Object.values(record.outputs)
    const isDamaged = outputs.some(({ file, size }) => isUnreadable(file, size, files.get(file)))
    const digests = new Map(outputs.map((output) => [output.file, output.digest as string]))
    const edited = [...files].flatMap(([name, text]) =>
      text === undefined || digests.get(name) === digest(text) ? [] : [name],
    )
    return [{ id, task: metadata.task_name, record, files, edited, isDamaged }]
  })
}

function isUnreadable(file: string, size: number, text: string | undefined): boolean {
  if (text === undefined || (text === '' && size > 0)) return true
  return text.includes('\0') && file !== 'picture.txt'
}
