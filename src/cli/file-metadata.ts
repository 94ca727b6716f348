// Metadata of many files in one CSV or JSON: by file name, a value a key.
import { readFile } from 'node:fs/promises'
import { extname } from 'node:path'
import { CsvError, parse } from 'csv-parse/sync'
import { RomiError, systemCode } from '../base/errors.ts'
import { parseJson } from '../base/json.ts'
import { isJsonObject, type Json, type JsonObject } from '../base/types.ts'

/** Reads `poses.csv` (first column: the file) or a JSON map of file → metadata. */
export async function readFileMetadata(path: string): Promise<Map<string, JsonObject>> {
  let text: string
  try {
    text = await readFile(path, 'utf8')
  } catch (error) {
    const why = systemCode(error) === 'ENOENT' ? 'there is no such file' : 'it cannot be read'
    throw new RomiError('cli/no-metadata', `${path}: ${why}`, { cause: error })
  }
  return extname(path).toLowerCase() === '.json' ? fromJson(text, path) : fromCsv(text, path)
}

function fromJson(text: string, path: string): Map<string, JsonObject> {
  let json: unknown
  try {
    json = parseJson(text)
  } catch (error) {
    throw damaged(path, `is no JSON (${(error as SyntaxError).message})`, error)
  }
  const entries = Object.entries(isJsonObject(json) ? json : {})
  const table = entries.flatMap(([file, of]) => (isJsonObject(of) ? [[file, of] as const] : []))
  if (table.length === 0 || table.length < entries.length) {
    throw damaged(path, 'must map each file name to its metadata: { "00000_rgb.jpg": { … } }')
  }
  return new Map(table)
}

/**
 * The first line names the keys; `pose.0`, `pose.1` … or `x,y,z,pan,tilt` make up lists: the latter
 * is the `approximate_pose` that ROMI's scanner writes, in mm and degrees.
 */
function fromCsv(text: string, path: string): Map<string, JsonObject> {
  const [header, ...body] = csvRows(text, path)
  if (header === undefined || header.length < 2 || body.length === 0) {
    throw damaged(path, 'must have a line of column names, the first for files, and a line a file')
  }
  const keys = header.slice(1)
  const value = keys.find((key) => key !== '' && Number.isFinite(Number(key)))
  if (value !== undefined) {
    const such = 'such as file,x,y,z,pan,tilt'
    throw damaged(path, `must begin with a line of column names, ${such}; ${value} is none`)
  }
  const table = new Map<string, JsonObject>()
  for (const [file, ...values] of body) {
    if (table.has(file)) throw damaged(path, `names ${file} twice`)
    try {
      table.set(file, metadataOf(keys, values))
    } catch (error) {
      if (!(error instanceof RangeError)) throw error
      throw damaged(path, `is wrong about ${file}: ${error.message}`, error)
    }
  }
  return table
}

function csvRows(text: string, path: string): string[][] {
  const [header] = text.split('\n', 1)
  const delimiter = [';', '\t'].find((mark) => header.includes(mark)) ?? ','
  try {
    const options = { bom: true, trim: true, skip_empty_lines: true, delimiter }
    // Safe: without the option `columns` each record is a list of texts.
    return parse(text, options) as string[][]
  } catch (error) {
    if (!(error instanceof CsvError)) throw error
    throw damaged(path, `is no CSV: ${error.message}`, error)
  }
}

const poseColumns = ['x', 'y', 'z', 'pan', 'tilt']

/** @throws RangeError if a pose is no list of numbers */
function metadataOf(keys: readonly string[], texts: readonly string[]): JsonObject {
  const metadata: Record<string, Json> = {}
  const isPose = poseColumns.slice(0, 3).every((column) => keys.includes(column))
  for (const [i, key] of keys.entries()) {
    const value = valueOf(texts[i])
    if (texts[i] === '' || (isPose && poseColumns.includes(key))) continue
    const list = /^(.+)\.(\d+)$/.exec(key)
    if (list === null) metadata[key] = value
    else {
      const [, name, index] = list
      const so = (metadata[name] ?? []) as Json[]
      so[Number(index)] = value
      metadata[name] = so
    }
  }
  const pose = isPose ? poseIn(keys, texts) : undefined
  return pose ? { ...metadata, approximate_pose: pose } : metadata
}

/** Where the camera was, and how it was turned if that is told; undefined where no cell is filled. */
function poseIn(keys: readonly string[], texts: readonly string[]): number[] | undefined {
  const cellOf = (column: string) => texts[keys.indexOf(column)] ?? ''
  const isFilled = (columns: readonly string[]) => columns.some((column) => cellOf(column) !== '')
  if (!isFilled(poseColumns)) return undefined
  const columns = isFilled(poseColumns.slice(3)) ? poseColumns : poseColumns.slice(0, 3)
  return columns.map((column) => {
    const cell = cellOf(column)
    if (cell === '') throw new RangeError(`its ${column} is missing`)
    if (!Number.isFinite(Number(cell)))
      throw new RangeError(`its ${column} is "${cell}", which is no number (write 12.5)`)
    return Number(cell)
  })
}

/** Numbers, booleans and JSON as such; anything else is text. */
function valueOf(text: string): Json {
  try {
    // Safe: what JSON.parse gives is JSON.
    return JSON.parse(text) as Json
  } catch {
    // A SyntaxError: a word, not JSON.
    return text
  }
}

/** `channel=rgb` as metadata. */
export function keyValues(pairs: readonly string[]): JsonObject {
  const entries = pairs.map((pair) => {
    const equals = pair.indexOf('=')
    if (equals <= 0) throw new RomiError('cli/bad-option', `write --set key=value, not "${pair}"`)
    return [pair.slice(0, equals), valueOf(pair.slice(equals + 1))] as const
  })
  return Object.fromEntries(entries)
}

const damaged = (path: string, why: string, cause?: unknown): RomiError =>
  new RomiError('cli/bad-metadata', `${path} ${why}`, { cause })
