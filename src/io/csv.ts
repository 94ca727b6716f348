// Tables with a header as comma-separated values, after RFC 4180.
import { formatRow } from '../base/csv.ts'
import type { ReadableFile, WritableFile } from '../base/file.ts'
import { Damage, defineCodec, read, unwritable, write, type Codec } from './codec.ts'
import { decodeText, encodeText } from './text.ts'

/** Rows under named columns. Cells are strings when read; numbers are written in full precision. */
export interface Table {
  readonly columns: readonly string[]
  readonly rows: readonly (readonly (string | number)[])[]
}

/**
 * A CSV file whose first line names the columns; maps to and from `Table`. Both line endings are
 * read, `\n` is written; empty lines are passed over; every row has as many cells as the header.
 */
export const csvCodec: Codec<Table> = defineCodec<Table>({
  name: 'a CSV table',
  extensions: ['csv'],
  decode(bytes) {
    const [header, ...rows] = parseCsv(decodeText(bytes))
    if (!header) throw new Damage('it is empty; a line that names the columns is expected')
    const columns = header.cells
    const ragged = rows.find(({ cells }) => cells.length !== columns.length)
    if (ragged)
      throw new Damage(
        `line ${ragged.line} has ${ragged.cells.length} cells under ${columns.length} columns`,
      )
    return { columns, rows: rows.map(({ cells }) => cells) }
  },
  encode({ columns, rows }) {
    const wrong = rows.findIndex((row) => row.length !== columns.length)
    if (columns.length === 0 || wrong >= 0)
      throw unwritable(
        `row ${wrong} does not have the ${columns.length} cells of the columns ${columns.join(', ')}`,
      )
    return encodeText([columns, ...rows].map((row) => `${formatRow(row)}\n`).join(''))
  },
})

/** Reads a CSV file. */
export const readCsv = (file: ReadableFile): Promise<Table> => read(csvCodec, file)

/** Writes a CSV file. */
export const writeCsv = (file: WritableFile, table: Table): Promise<void> =>
  write(csvCodec, file, table)

interface Row {
  /** Where it begins, from 1. */
  readonly line: number
  readonly cells: string[]
}

// One cell and what ends it: quoted, or bare up to the next comma or line end.
const cell = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n|\n|\r|$)/y

function parseCsv(text: string): Row[] {
  const rows: Row[] = []
  let line = 1
  let row: Row = { line, cells: [] }
  for (cell.lastIndex = 0; ;) {
    const start = cell.lastIndex
    const match = cell.exec(text)
    if (!match) throw new Damage(`line ${line}: a quote stands where none may, or is not closed`)
    const [whole, quoted, bare = '', end] = match
    line += whole.match(/\r\n|\n|\r/g)?.length ?? 0
    row.cells.push(quoted === undefined ? bare : quoted.replaceAll('""', '"'))
    if (end !== ',') {
      const isEmptyLine = row.cells.length === 1 && quoted === undefined && bare === ''
      if (!isEmptyLine) rows.push(row)
      row = { line, cells: [] }
    }
    if (end === '' || (start + whole.length === text.length && end !== ',')) return rows
  }
}
