// JSON as ROMI's files have it: sorted keys, indented by four; compared and checked by value.
import { RomiError } from './errors.ts'
import { isJsonObject, type Json, type JsonObject } from './types.ts'

function sorted(value: Json): Json {
  if (Array.isArray(value)) return value.map(sorted)
  if (!isJsonObject(value)) return value
  // `fromEntries` makes even a key `__proto__` an ordinary one.
  return Object.fromEntries(
    Object.keys(value)
      .sort()
      .map((key) => [key, sorted(value[key])]),
  )
}

/** The text of a JSON file: keys sorted, indented by four spaces, no newline at the end. */
export function formatJson(value: Json): string {
  return JSON.stringify(sorted(value), null, 4)
}

/**
 * Parses JSON; where that fails, once more with Python's `NaN` and `Infinity` taken as `null`. A byte
 * order mark, as some editors write it, is passed over.
 *
 * @throws SyntaxError
 */
export function parseJson(marked: string): Json {
  const text = marked.replace(/^\uFEFF/, '')
  try {
    return parse(text)
  } catch (error) {
    const plain = text.replace(/"(?:[^"\\]|\\.)*"|-?\b(?:NaN|Infinity)\b/g, (token) =>
      token.startsWith('"') ? token : 'null',
    )
    if (plain === text) throw error
    return parse(plain)
  }
}

function parse(text: string): Json {
  // Safe: whatever JSON.parse returns is JSON.
  return JSON.parse(text) as Json
}

/** Whether two JSON values are the same, whatever the order of their keys. */
export function jsonEqual(a: Json | undefined, b: Json | undefined): boolean {
  if (a === b) return true
  if (a === undefined || b === undefined) return false
  if (Array.isArray(a) && Array.isArray(b))
    return a.length === b.length && a.every((item, i) => jsonEqual(item, b[i]))
  if (!isJsonObject(a) || !isJsonObject(b)) return false
  const keys = Object.keys(a)
  return (
    keys.length === Object.keys(b).length &&
    keys.every((key) => Object.hasOwn(b, key) && jsonEqual(a[key], b[key]))
  )
}

/**
 * A copy of a value that is JSON through and through.
 *
 * @param what what the value is, for the message
 * @throws RomiError `json/not-json` for NaN, undefined, functions, dates, circles, …
 */
export function checkedJson(value: unknown, what: string): Json {
  const refuse = (at: string, found: string): never => {
    const hint = 'JSON knows strings, finite numbers, booleans, null, lists and maps'
    throw new RomiError('json/not-json', `${what}${at} is ${found}: ${hint}`, { facts: { at } })
  }
  const above = new Set<unknown>()
  const copy = (part: unknown, at: string): Json => {
    if (part === null || typeof part === 'string' || typeof part === 'boolean') return part
    if (typeof part === 'number') return Number.isFinite(part) ? part : refuse(at, String(part))
    if (typeof part !== 'object') return refuse(at, typeof part)
    if (above.has(part)) return refuse(at, 'part of itself')
    above.add(part)
    const result = Array.isArray(part)
      ? // By index: `map` would skip the holes of a sparse list.
        Array.from({ length: part.length }, (_, i) => copy(part[i], `${at}[${i}]`))
      : copyMap(part, at)
    above.delete(part)
    return result
  }
  const copyMap = (map: object, at: string): JsonObject => {
    const prototype: unknown = Object.getPrototypeOf(map)
    if (prototype !== Object.prototype && prototype !== null && !isForeignMap(prototype))
      return refuse(at, `a ${map.constructor.name}`)
    return Object.fromEntries(
      Object.entries(map)
        .filter(([, item]) => item !== undefined)
        .map(([key, item]) => [key, copy(item, `${at}.${key}`)]),
    )
  }
  return copy(value, '')
}

/** True of the prototype of plain maps that another realm (a VM context) made. */
function isForeignMap(prototype: unknown): boolean {
  return (
    Object.getPrototypeOf(prototype) === null && Object.hasOwn(Object(prototype), 'hasOwnProperty')
  )
}

/** As `checkedJson`, for a map. */
export function checkedJsonObject(value: unknown, what: string): JsonObject {
  const json = checkedJson(value, what)
  if (isJsonObject(json)) return json
  throw new RomiError('json/not-a-map', `${what} is no map of keys and values: give an object`)
}
