// Tables as people save them: CSV of any delimiter, line end and decimal mark, in any spreadsheet's way.
import { CsvError, parse } from 'csv-parse/sync'

/** What is wrong with a table, as the end of a sentence: where, and what to do. */
export class TableFault extends Error {}

/** A row of cells, and the line of the file that it stands in, from 1. */
export interface TextRow {
  readonly line: number
  readonly cells: readonly string[]
}

/** A table, its first row apart. */
export interface TextTable {
  readonly first: TextRow
  readonly rows: readonly TextRow[]
  /**
   * The decimal number that a cell is, with the decimal mark of this table.
   *
   * @throws TableFault if its numbers have two kinds of mark
   */
  number(cell: string): number | undefined
  /**
   * How it was read where that is not by commas and decimal points: `semicolons between columns`.
   *
   * @throws TableFault as `number` does
   */
  reading(): string | undefined
}

/** How a table is read. */
interface TableOptions {
  /** Cells lose the blanks around them, and rows without any text are left out at the end. */
  readonly trim?: boolean
}

/** The text of a file: UTF-8, UTF-16 with its mark (Excel's Unicode text), else Windows-1252. */
export function tableText(bytes: Uint8Array): string {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return new TextDecoder('utf-16le').decode(bytes)
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return new TextDecoder('utf-16be').decode(bytes)
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    // A TypeError: what Excel saves as plain CSV is of the code page of its system.
    return new TextDecoder('windows-1252').decode(bytes)
  }
}

/** @throws TableFault if it is no table, or its rows differ in length */
export function parseTextTable(text: string, { trim = false }: TableOptions = {}): TextTable {
  const plain = text.replace(/^\uFEFF/, '')
  // the line by which Excel is told the delimiter
  const told = /^"?sep=(.)"?(?:\r\n|\n|\r)/i.exec(plain)
  const body = told ? plain.slice(told[0].length) : plain
  const delimiter = told?.[1] ?? delimiterOf(body)
  const rows = rowsOf(body, delimiter, told ? 1 : 0, trim)
  const [first, ...others] = trim ? withoutMargin(rows) : rows
  if (!first) throw new TableFault('is empty')
  checkLengths(first, others, delimiter)
  let mark: ',' | '.' | undefined
  return {
    first,
    rows: others,
    number(cell) {
      mark ??= decimalMark(rows, delimiter)
      const pattern = mark === ',' ? withComma : withPoint
      const value = pattern.test(cell) ? Number(cell.replace(',', '.')) : NaN
      return Number.isFinite(value) ? value : undefined
    },
    reading() {
      mark ??= decimalMark(rows, delimiter)
      const between = delimiter === ',' ? [] : [`${delimiterWord(delimiter)} between columns`]
      const found = [...between, ...(mark === ',' ? ['decimal commas'] : [])]
      return found.length === 0 ? undefined : found.join(', ')
    },
  }
}

const delimiterWord = (delimiter: string): string =>
  ({ ';': 'semicolons', '\t': 'tabs' })[delimiter] ?? JSON.stringify(delimiter)

const withPoint = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/
const withComma = /^[+-]?(?:\d+,?\d*|,\d+)(?:[eE][+-]?\d+)?$/
/** Between commas, `"1,234"` may be a thousand and more: it is taken for no number. */
const thousands = /^[+-]?[1-9]\d{0,2},\d{3}$/

/** Found once, in the first line, outside of quotes: where one is, a comma is none. */
function delimiterOf(text: string): string {
  const [line] = text.replace(/^\s+/, '').split(/[\r\n]/, 1)
  const bare = line.replace(/"[^"]*"/g, '')
  return [';', '\t'].find((mark) => bare.includes(mark)) ?? ','
}

function rowsOf(text: string, delimiter: string, before: number, trim: boolean): TextRow[] {
  try {
    const options = {
      delimiter,
      trim,
      // what holds a line end in quotes ends where its last line does
      info: true as const,
      relax_column_count: true,
      skip_empty_lines: true,
      record_delimiter: ['\r\n', '\n', '\r'],
    }
    // Safe: with the option `info`, and without `columns`, each record is its place and a list of texts.
    const records = parse(text, options) as unknown as {
      readonly info: { readonly lines: number }
      readonly record: string[]
    }[]
    return records.map(({ info, record }) => ({ line: info.lines + before, cells: record }))
  } catch (error) {
    if (!(error instanceof CsvError)) throw error
    throw new TableFault(`is no CSV: ${error.message}`, { cause: error })
  }
}

/** Without the empty rows and columns that spreadsheets keep at the end. */
function withoutMargin(rows: readonly TextRow[]): readonly TextRow[] {
  const isFull = (cell: string) => cell !== ''
  const last = rows.findLastIndex(({ cells }) => cells.some(isFull))
  const kept = rows.slice(0, last + 1)
  const width = kept.reduce((most, { cells }) => Math.max(most, cells.findLastIndex(isFull) + 1), 0)
  return kept.map(({ line, cells }) => ({ line, cells: cells.slice(0, width) }))
}

function checkLengths(first: TextRow, rows: readonly TextRow[], delimiter: string): void {
  const wrong = rows.find(({ cells }) => cells.length !== first.cells.length)
  if (!wrong) return
  const hint =
    delimiter === ',' && wrong.cells.length > first.cells.length
      ? ' (numbers with a decimal comma need another delimiter, such as ;)'
      : ''
  throw new TableFault(
    `has ${wrong.cells.length} cells in line ${wrong.line}, under ${first.cells.length} columns${hint}`,
  )
}

/** Found once, in all cells: `12,5` and `12.5` in one table are a slip of one of them. */
function decimalMark(rows: readonly TextRow[], delimiter: string): ',' | '.' {
  const isClear = (cell: string) => delimiter !== ',' || !thousands.test(cell)
  const firstWith = (pattern: RegExp) =>
    rows.find(({ cells }) => cells.some((cell) => pattern.test(cell) && isClear(cell)))
  const comma = firstWith(/^[+-]?\d*,\d+(?:[eE][+-]?\d+)?$/)
  if (!comma) return '.'
  const point = firstWith(/^[+-]?\d*\.\d+(?:[eE][+-]?\d+)?$/)
  if (!point) return ','
  throw new TableFault(
    `has a decimal comma in line ${comma.line} and a decimal point in line ${point.line}: write all ` +
      'numbers in one way',
  )
}

/** A heading without case and unit: `Angle [deg]` and `angle_deg` are `angle` in `deg`. */
export function headingOf(cell: string): { readonly name: string; readonly unit?: string } {
  const [, name, bracketed, suffixed] = unitPattern.exec(cell.trim()) ?? []
  const unit = bracketed ?? suffixed
  return {
    name: (name ?? cell).trim().toLowerCase(),
    ...(unit !== undefined && unit.trim() !== '' && { unit: unit.trim().toLowerCase() }),
  }
}

const unitPattern =
  /^([^()[\]]*?)(?:\s*[([]([^()[\]]*)[)\]]|[_ ](mm|cm|m|deg|degrees?|rad|radians?|°))?$/i
