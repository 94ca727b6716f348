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
  encode: (value) => encodeText(`${format(value, '', '$')}\n`),
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

/** @param path where in the value we are, for the message about a number that JSON lacks */
function format(value: Json, indent: string, path: string): string {
  if (typeof value === 'number') return jsonNumber(value, path)
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  const deeper = `${indent}  `
  if (isJsonObject(value)) {
    const entries = Object.entries(value).filter(([, item]) => item !== undefined)
    const lines = entries.map(
      ([key, item]) => `${deeper}${JSON.stringify(key)}: ${format(item, deeper, `${path}.${key}`)}`,
    )
    return lines.length === 0 ? '{}' : `{\n${lines.join(',\n')}\n${indent}}`
  }
  const items = value.map((item, i) => format(item, deeper, `${path}[${i}]`))
  const isFlat = value.every((item) => typeof item !== 'object' || item === null)
  if (isFlat) return `[${items.join(', ')}]`
  return `[\n${items.map((item) => deeper + item).join(',\n')}\n${indent}]`
}

function jsonNumber(value: number, path: string): string {
  if (!Number.isFinite(value))
    throw unwritable(`${path} is ${value}, which JSON cannot hold: leave it out or write null`)
  return Object.is(value, -0) ? '-0' : String(value)
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
