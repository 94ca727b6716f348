// Tables with a header as comma-separated values, after RFC 4180.
import { formatRow } from '../base/csv.ts'
import type { ReadableFile, WritableFile } from '../base/file.ts'
import { parseTextTable, TableFault, tableText } from '../base/text-table.ts'
import { Damage, defineCodec, read, unwritable, write, type Codec } from './codec.ts'
import { encodeText } from './text.ts'

/** Rows under named columns. Cells are strings when read; numbers are written in full precision. */
export interface Table {
  readonly columns: readonly string[]
  readonly rows: readonly (readonly (string | number)[])[]
}

/**
 * A CSV file whose first line names the columns; maps to and from `Table`. Any line end and
 * delimiter are read, commas and `\n` are written; empty lines are passed over; every row has as
 * many cells as the header.
 */
export const csvCodec: Codec<Table> = defineCodec<Table>({
  name: 'a CSV table',
  extensions: ['csv'],
  decode(bytes) {
    try {
      const { first, rows } = parseTextTable(tableText(bytes))
      return { columns: first.cells, rows: rows.map(({ cells }) => cells) }
    } catch (error) {
      throw error instanceof TableFault ? new Damage(`it ${error.message}`) : error
    }
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
