// JSON that people can read: one line an entry, lists of numbers on one line.
import type { ReadableFile, WritableFile } from '../base/file.ts'
import { parseJson } from '../base/json.ts'
import { isJsonObject, type Json } from '../base/types.ts'
import { Damage, defineCodec, read, unwritable, write, type Codec } from './codec.ts'
import { decodeText, encodeText, placeOf } from './text.ts'

/**
 * A JSON file; maps to and from `Json`. Every finite number comes back as it was, -0 too; NaN and
 * infinity, which JSON does not have, are not written; read, as Python writes them, they are null.
 */
export const jsonCodec: Codec<Json> = defineCodec<Json>({
  name: 'JSON',
  extensions: ['json'],
  decode: (bytes) => parsed(decodeText(bytes)),
  encode: (value) => encodeText(`${readableJson(value)}\n`),
})

/** Reads a JSON file. */
export const readJson = (file: ReadableFile): Promise<Json> => read(jsonCodec, file)

/** Writes a JSON file. */
export const writeJson = (file: WritableFile, value: Json): Promise<void> =>
  write(jsonCodec, file, value)

function parsed(text: string): Json {
  try {
    return parseJson(text)
  } catch (error) {
    // Node names the place of some mistakes only
    const { line, column } = placeOf(text, firstMistake(text))
    const what = text.trim() === '' ? 'it is empty' : 'it is not JSON from there on'
    throw new Damage(`line ${line}, column ${column}: ${what}`, { cause: error })
  }
}

/** The text of a value. @throws NotFinite */
function format(value: Json, indent: string): string {
  if (typeof value === 'number') return jsonNumber(value)
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  const deeper = `${indent}  `
  if (isJsonObject(value)) {
    const lines: string[] = []
    for (const [key, item] of Object.entries(value))
      if (item !== undefined) lines.push(`${deeper}${JSON.stringify(key)}: ${format(item, deeper)}`)
    return lines.length === 0 ? '{}' : `{\n${lines.join(',\n')}\n${indent}}`
  }
  const isFlat = value.every((item) => typeof item !== 'object' || item === null)
  if (isFlat) return `[${value.map((item) => format(item, '')).join(', ')}]`
  return `[\n${value.map((item) => deeper + format(item, deeper)).join(',\n')}\n${indent}]`
}

function jsonNumber(value: number): string {
  if (!Number.isFinite(value)) throw new NotFinite()
  return Object.is(value, -0) ? '-0' : String(value)
}

/** A number that JSON lacks was met; where is looked for then: millions of others need no place. */
class NotFinite extends Error {}

/** @throws RomiError `io/unwritable` with the place of the first number that JSON lacks */
function readableJson(value: Json): string {
  try {
    return format(value, '')
  } catch (error) {
    if (!(error instanceof NotFinite)) throw error
    const [path, number] = firstNotFinite(value, '$') ?? ['$', NaN]
    throw unwritable(`${path} is ${number}, which JSON cannot hold: leave it out or write null`)
  }
}

function firstNotFinite(value: Json, path: string): readonly [string, number] | undefined {
  if (typeof value === 'number') return Number.isFinite(value) ? undefined : [path, value]
  if (typeof value !== 'object' || value === null) return undefined
  const parts = isJsonObject(value)
    ? Object.entries(value).map(([key, item]) => [`${path}.${key}`, item] as const)
    : value.map((item, i) => [`${path}[${i}]`, item] as const)
  for (const [at, item] of parts) {
    const found = firstNotFinite(item, at)
    if (found) return found
  }
  return undefined
}

const blanks = /[ \t\n\r]*/y
const string = /"(?:[ !#-[\]-\uffff]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/y
const scalar = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null|-?(?:NaN|Infinity)/y

/** The offset at which `text` stops to be JSON, by the grammar of RFC 8259. */
function firstMistake(text: string): number {
  let at = 0
  const closers: string[] = []
  const takes = (pattern: RegExp): boolean => {
    pattern.lastIndex = at
    const isThere = pattern.test(text)
    if (isThere) at = pattern.lastIndex
    return isThere
  }
  /** A key with its colon; true if it is whole. */
  const takesKey = (): boolean => takes(string) && takes(blanks) && takes(/:/y) && takes(blanks)
  for (;;) {
    takes(blanks)
    const opener = text[at]
    if (opener === '[' || opener === '{') {
      at++
      takes(blanks)
      const closer = opener === '[' ? ']' : '}'
      if (text[at] !== closer) {
        closers.push(closer)
        if (opener === '{' && !takesKey()) return at
        continue
      }
      at++
    } else if (!takes(string) && !takes(scalar)) return at
    // a value has ended: close what it ends, go on after a comma
    for (;;) {
      takes(blanks)
      const closer = closers.at(-1)
      if (closer === undefined || (text[at] !== ',' && text[at] !== closer)) return at
      if (text[at++] === closer) closers.pop()
      else {
        takes(blanks)
        if (closer === '}' && !takesKey()) return at
        break
      }
    }
  }
}
