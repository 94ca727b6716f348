// Metadata of many files in one CSV or JSON: by file name, a value a key.
import { readFile } from 'node:fs/promises'
import { extname } from 'node:path'
import { RomiError, systemCode } from '../base/errors.ts'
import { parseJson } from '../base/json.ts'
import { millimetresIn } from '../base/length-unit.ts'
import { ownValue, setOwn } from '../base/own.ts'
import {
  headingOf,
  parseTextTable,
  TableFault,
  tableText,
  type TextRow,
  type TextTable,
} from '../base/text-table.ts'
import { isJsonObject, type Json, type JsonObject } from '../base/types.ts'

/** A name with its accents composed (NFC), as Linux and Windows store them; macOS takes them apart. */
export const composed = (name: string): string => name.normalize('NFC')

/** Metadata by file name, and how the table was read, if that is worth a word. */
interface FileMetadata {
  readonly byName: ReadonlyMap<string, JsonObject>
  readonly reading?: string | undefined
}

/** Reads `poses.csv` (first column: the file) or a JSON map of file → metadata. */
export async function readFileMetadata(path: string): Promise<FileMetadata> {
  let bytes: Uint8Array
  try {
    bytes = await readFile(path)
  } catch (error) {
    const why = systemCode(error) === 'ENOENT' ? 'there is no such file' : 'it cannot be read'
    throw new RomiError('cli/no-metadata', `${path}: ${why}`, { cause: error })
  }
  if (extname(path).toLowerCase() === '.json')
    return { byName: metadataFromJson(Buffer.from(bytes).toString(), path) }
  try {
    const table = parseTextTable(tableText(bytes), { trim: true })
    return { byName: metadataFromCsv(table), reading: table.reading() }
  } catch (error) {
    if (error instanceof TableFault) throw unusableTable(path, error.message, error)
    throw error
  }
}

function metadataFromJson(text: string, path: string): Map<string, JsonObject> {
  let json: unknown
  try {
    json = parseJson(text)
  } catch (error) {
    throw unusableTable(path, `is no JSON (${(error as SyntaxError).message})`, error)
  }
  const entries = Object.entries(isJsonObject(json) ? json : {})
  const table = entries.flatMap(([file, of]) => (isJsonObject(of) ? [[file, of] as const] : []))
  if (table.length === 0 || table.length < entries.length) {
    throw unusableTable(path, 'must map each file name to its metadata: { "00000_rgb.jpg": { … } }')
  }
  const named = new Map(table.map(([file, metadata]) => [composed(file), metadata]))
  if (named.size < table.length)
    throw unusableTable(path, 'names a file twice: its accents are stored in two ways')
  return named
}

/** What a column of a CSV says of a file: one axis of its pose, an element of a list, or a value. */
interface MetadataColumn {
  /** As it is headed, for messages. */
  readonly heading: string
  readonly key: string
  /** For a column of a pose: the factor that turns its numbers into mm or degrees. */
  readonly scale?: number
  /** For a column of a list: which element it is. */
  readonly index?: number
}

/** Where the camera was, in mm, and how it was turned, in degrees: the order of a pose. */
const poseColumns = ['x', 'y', 'z', 'pan', 'tilt'] as const

/** How many degrees a unit of angles is. */
const degreesIn: Readonly<Record<string, number>> = {
  '°': 1,
  deg: 1,
  degree: 1,
  degrees: 1,
  rad: 180 / Math.PI,
  radian: 180 / Math.PI,
  radians: 180 / Math.PI,
}

/**
 * The first line names the keys; `pose.0`, `pose.1` … or `x,y,z,pan,tilt` make up lists: the latter
 * is the `approximate_pose` that ROMI's scanner writes, in mm and degrees.
 */
function metadataFromCsv(table: TextTable): Map<string, JsonObject> {
  const { first, rows } = table
  if (first.cells.length < 2 || rows.length === 0)
    throw new TableFault('must have a line of column names, the first for files, and a line a file')
  const number = first.cells.slice(1).find((cell) => table.number(cell) !== undefined)
  if (number !== undefined)
    throw new TableFault(
      `must begin with a line of column names, such as file,x,y,z,pan,tilt; ${number} is none`,
    )
  const columns = columnsOf(first)
  const found = new Map<string, JsonObject>()
  for (const row of rows) {
    const file = composed(row.cells[0])
    if (file === '') throw new TableFault(`names no file in line ${row.line}`)
    if (found.has(file)) throw new TableFault(`names ${file} twice, again in line ${row.line}`)
    found.set(file, rowMetadata(columns, row, table))
  }
  return found
}

function columnsOf({ line, cells }: TextRow): readonly MetadataColumn[] {
  const names = cells.slice(1).map((cell) => headingOf(cell).name)
  const isPose = poseColumns.slice(0, 3).every((key) => names.includes(key))
  const columns = cells.slice(1).map((heading): MetadataColumn => {
    const { name, unit } = headingOf(heading)
    if (heading === '') throw new TableFault(`has a column without a name in line ${line}`)
    if (isPose && isPoseKey(name)) return poseColumn(heading, name, unit)
    const [, key, index] = /^(.+)\.(\d+)$/.exec(heading) ?? []
    return key === undefined ? { heading, key: heading } : { heading, key, index: Number(index) }
  })
  checkColumns(columns, line)
  return columns
}

const isPoseKey = (name: string): name is (typeof poseColumns)[number] =>
  poseColumns.some((key) => key === name)

function poseColumn(
  heading: string,
  key: (typeof poseColumns)[number],
  unit?: string,
): MetadataColumn {
  const units = key === 'pan' || key === 'tilt' ? degreesIn : millimetresIn
  const scale = unit === undefined ? 1 : ownValue(units, unit)
  if (scale !== undefined) return { heading, key, scale }
  const known = Object.keys(units).join(', ')
  throw new TableFault(`has the column "${heading}", whose unit is none of ${known}`)
}

/** Each column says something of its own, and lists count from 0 without a gap. */
function checkColumns(columns: readonly MetadataColumn[], line: number): void {
  const seen = new Map<string, string>()
  for (const { heading, key, index, scale } of columns) {
    const what = JSON.stringify([key, index, scale !== undefined])
    const other = seen.get(what)
    if (other !== undefined)
      throw new TableFault(`has "${other}" and "${heading}" in line ${line}: keep one`)
    seen.set(what, heading)
    const before = index ? JSON.stringify([key, index - 1, false]) : undefined
    const hasBefore = columns.some(
      (column) => column.key === key && column.index === (index ?? 0) - 1,
    )
    if (before !== undefined && !hasBefore)
      throw new TableFault(
        `has the column "${heading}" in line ${line}, but no ${key}.${(index ?? 0) - 1}: lists count from 0`,
      )
  }
}

function rowMetadata(
  columns: readonly MetadataColumn[],
  { line, cells }: TextRow,
  table: TextTable,
): JsonObject {
  const metadata: Record<string, Json> = {}
  const filled = columns
    .map((column, i) => ({ column, cell: cells[i + 1] }))
    .filter(({ cell }) => cell !== '')
    // the elements of a list in their order, wherever their columns stand
    .toSorted((a, b) => (a.column.index ?? -1) - (b.column.index ?? -1))
  const pose = new Map<string, number>()
  for (const { column, cell } of filled) {
    const { key, index, scale, heading } = column
    if (scale !== undefined) pose.set(key, numberIn(cell, heading, line, table) * scale)
    else if (index === undefined) setOwn(metadata, key, valueOf(cell, table))
    else {
      const list = ownValue(metadata, key) ?? []
      if (!Array.isArray(list) || index !== list.length)
        throw new TableFault(`has no list ${key} without a gap in line ${line}`)
      const isPose = /(?:^|_)pose$/.test(key)
      const value = isPose ? numberIn(cell, heading, line, table) : valueOf(cell, table)
      setOwn(metadata, key, [...list, value])
    }
  }
  return pose.size === 0
    ? metadata
    : { ...metadata, approximate_pose: poseInRow(pose, `line ${line} (${cells[0]})`) }
}

/** Where the camera was, and how it was turned if that is told. */
function poseInRow(pose: ReadonlyMap<string, number>, where: string): number[] {
  const isTurned = pose.has('pan') || pose.has('tilt')
  return poseColumns.slice(0, isTurned ? 5 : 3).map((key) => {
    const value = pose.get(key)
    if (value === undefined) throw new TableFault(`has a pose in ${where} whose ${key} is missing`)
    return value
  })
}

function numberIn(cell: string, heading: string, line: number, table: TextTable): number {
  const value = table.number(cell)
  if (value !== undefined) return value
  throw new TableFault(
    `has "${cell}" in line ${line}, column "${heading}", which is no number (write 12.5)`,
  )
}

/** Numbers, booleans and JSON as such; anything else is text, also digits behind zeros (`007`). */
function valueOf(text: string, table?: TextTable): Json {
  const number = /^[+-]?0\d/.test(text) ? undefined : table?.number(text)
  if (number !== undefined) return number
  try {
    // Safe: what JSON.parse gives is JSON.
    return JSON.parse(text) as Json
  } catch {
    // A SyntaxError: a word, not JSON.
    return text
  }
}

/** `channel=rgb` as metadata. @param option how it is typed, for messages */
export function keyValues(pairs: readonly string[], option = '--set '): JsonObject {
  const entries = pairs.map((pair) => {
    const equals = pair.indexOf('=')
    if (equals <= 0)
      throw new RomiError('cli/bad-option', `write ${option}key=value, not "${pair}"`)
    return [pair.slice(0, equals), valueOf(pair.slice(equals + 1))] as const
  })
  return Object.fromEntries(entries)
}

const unusableTable = (path: string, why: string, cause?: unknown): RomiError =>
  new RomiError('cli/bad-metadata', `${path} ${why}`, { cause })
