// What was measured on the plant by hand: measures.json or measures.csv of a scan.
import { join } from 'node:path'
import { RomiError } from '../base/errors.ts'
import { parseJson } from '../base/json.ts'
import { some } from '../base/some.ts'
import type { Disk } from '../base/system.ts'
import {
  headingOf,
  parseTextTable,
  TableFault,
  tableText,
  type TextRow,
} from '../base/text-table.ts'
import { isJsonObject, type Json, type JsonObject } from '../base/types.ts'

/** Angles and internodes from the base up; other keys of the file as they are. */
export interface Measures {
  readonly angles: readonly number[]
  readonly internodes: readonly number[]
  /** Where they were read. */
  readonly path: string
  /** All that a measures.json holds. */
  readonly all: JsonObject
}

/** Where measures may be, in the folder of a scan. */
export const measuresFiles = ['measures.json', 'measures.csv'] as const

/**
 * @param unit of the scan's lengths; `mm` if it does not say
 * @throws RomiError `store/measures-damaged`
 */
export async function readMeasures(
  disk: Disk,
  folder: string,
  unit?: string,
): Promise<Measures | undefined> {
  const [json, csv] = measuresFiles.map((name) => join(folder, name))
  if (disk.stat(json)) return measuresFromJson(disk.readText(json), json)
  return disk.stat(csv) ? measuresFromCsv(await disk.readBytes(csv), csv, unit) : undefined
}

function measuresDamaged(path: string, why: string, cause?: unknown): RomiError {
  const hint = 'it should give the lists "angles" and "internodes", from the base up'
  return new RomiError('store/measures-damaged', `${path} ${why}: ${hint}`, {
    cause,
    facts: { path },
  })
}

function measuresFromJson(text: string, path: string): Measures {
  let all: Json
  try {
    all = parseJson(text)
  } catch (error) {
    throw measuresDamaged(path, 'is no valid JSON', error)
  }
  if (!isJsonObject(all)) throw measuresDamaged(path, 'is no map')
  const numbers = (key: string): number[] => {
    const list = isJsonObject(all) ? (all[key] ?? []) : []
    if (!Array.isArray(list)) throw measuresDamaged(path, `has no list "${key}"`)
    return list.map((item: Json) => {
      if (typeof item !== 'number')
        throw measuresDamaged(path, `has ${JSON.stringify(item)} in "${key}"`)
      return item
    })
  }
  return { angles: numbers('angles'), internodes: numbers('internodes'), path, all }
}

/** Two columns, found by their heading (angle…, internode…), else the only two, in this order. */
function measuresFromCsv(bytes: Uint8Array, path: string, unit: string | undefined): Measures {
  try {
    const table = parseTextTable(tableText(bytes), { trim: true })
    const headings = table.first.cells.map(headingOf)
    const hasHeading = headings.some(({ name }) => /[a-z]/.test(name))
    const rows = hasHeading ? table.rows : [table.first, ...table.rows]
    const place = (name: string, otherwise: number): number =>
      hasHeading ? columnOf(name, table.first, headings) : onlyTwo(table.first, otherwise)
    const [at, of] = [place('angle', 0), place('internode', 1)]
    if (hasHeading) checkUnit(table.first.cells[of], headings[of].unit, unit)
    const faults: string[] = []
    const [angles, internodes]: [number[], number[]] = [[], []]
    for (const { line, cells } of rows)
      for (const [column, list] of [
        [at, angles],
        [of, internodes],
      ] as const) {
        const value = table.number(cells[column])
        if (value !== undefined) {
          list.push(value)
          continue
        }
        const heading = hasHeading ? `"${table.first.cells[column]}"` : String(column + 1)
        const what = cells[column] === '' ? 'nothing' : JSON.stringify(cells[column])
        faults.push(`${what} in line ${line}, column ${heading}`)
      }
    if (faults.length > 0)
      throw new TableFault(`has no number where one should be (${some(faults, 3, '; ')})`)
    return { angles, internodes, path, all: { angles, internodes } }
  } catch (error) {
    if (error instanceof TableFault) throw measuresDamaged(path, error.message, error)
    throw error
  }
}

type Heading = ReturnType<typeof headingOf>

function columnOf(name: string, { line, cells }: TextRow, headings: readonly Heading[]): number {
  const found = headings.flatMap((heading, i) => (heading.name.startsWith(name) ? [i] : []))
  if (found.length === 1) return found[0]
  const names = (places: readonly number[]) => places.map((i) => `"${cells[i]}"`).join(' and ')
  throw new TableFault(
    found.length === 0
      ? `has no column "${name}s" in line ${line}, but ${names([...cells.keys()])}`
      : `has ${names(found)} in line ${line}, of which each may be the ${name}s: keep one`,
  )
}

function onlyTwo({ line, cells }: TextRow, column: number): number {
  if (cells.length === 2) return column
  throw new TableFault(
    `has ${cells.length} columns and no headings in line ${line}: name two of them "angles" and "internodes"`,
  )
}

/** Lengths that are told to be in another unit than the scan would be off by ten or a thousand. */
function checkUnit(heading: string, told: string | undefined, unit = 'mm'): void {
  if (told === undefined || told === unit.toLowerCase()) return
  throw new TableFault(
    `has the column "${heading}", but lengths of this scan are in ${unit}: give them in that unit, ` +
      'or set "unit" in the metadata of the scan',
  )
}
