// The tables of many scans as one: its first column tells the scan.
import { formatRow, harmlessCell } from '../base/csv.ts'
import { isJsonObject, type Json } from '../base/types.ts'

/** Rows under named columns. */
export interface JoinedTable {
  readonly columns: readonly string[]
  readonly rows: readonly (readonly string[])[]
}

/** The table of one scan. */
export interface ScanTable {
  readonly scan: string
  readonly table: JoinedTable
}

/** All rows, under the columns of any of the tables; what a table lacks is empty. */
export function joinedTable(parts: readonly ScanTable[]): JoinedTable {
  const columns = [...new Set(parts.flatMap(({ table }) => table.columns))]
  const rows = parts.flatMap(({ scan, table }) => {
    const places = columns.map((column) => table.columns.indexOf(column))
    return table.rows.map((row) => [scan, ...places.map((place) => row[place] ?? '')])
  })
  return { columns: ['scan', ...columns], rows }
}

/** A column more, which holds the same in every row. */
export const withCell = (
  { columns, rows }: JoinedTable,
  column: string,
  cell: string,
): JoinedTable => ({
  columns: [...columns, column],
  rows: rows.map((row) => [...row, cell]),
})

/** JSON as a table of one row: `{ "angle": { "mae": 1.2 } }` is 1.2 under `angle.mae`; no lists. */
export function tableOfJson(json: Json): JoinedTable {
  const cells = cellsOf(json, [])
  return { columns: cells.map(({ column }) => column), rows: [cells.map(({ value }) => value)] }
}

interface TableCell {
  readonly column: string
  readonly value: string
}

function cellsOf(json: Json, path: readonly string[]): TableCell[] {
  if (Array.isArray(json)) return []
  if (isJsonObject(json))
    return Object.entries(json).flatMap(([key, value]) => cellsOf(value, [...path, key]))
  const value = typeof json === 'string' ? json : json === null ? '' : JSON.stringify(json)
  return [{ column: path.join('.'), value }]
}

/**
 * Comma-separated values, the columns' names first.
 *
 * @param raw cells as they are, also those that a spreadsheet would run
 */
export const csvOf = ({ columns, rows }: JoinedTable, raw = false): string =>
  [columns, ...rows].map((row) => `${formatRow(raw ? row : row.map(harmlessCell))}\n`).join('')
