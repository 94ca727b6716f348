// What was measured by hand, as a CSV has it.
import { some } from '../base/some.ts'
import {
  headingOf,
  parseTextTable,
  TableFault,
  tableText,
  type TextRow,
} from '../base/text-table.ts'

/** Angles and internodes from the base up. */
interface MeasuredLists {
  readonly angles: readonly number[]
  readonly internodes: readonly number[]
}

/**
 * Two columns, found by their heading (angle…, internode…), else the only two, in this order.
 * @param unit of the scan's lengths; `mm` if it does not say
 * @returns what is wrong, where the table has no such columns
 */
export function measuresInTable(
  bytes: Uint8Array,
  unit: string | undefined,
): MeasuredLists | TableFault {
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
    return { angles, internodes }
  } catch (error) {
    if (error instanceof TableFault) return error
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
