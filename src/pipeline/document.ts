// A pipeline file as plain values, with the overrides of the command line laid over, and its places.
import { ownValue, setOwn } from '../base/own.ts'
import { parse, TomlDate, TomlError } from 'smol-toml'
import { Remarks, type Where } from './diagnostic.ts'
import { findPlaces, type Path, type Places } from './places.ts'
import { remarkNoToml } from './no-toml.ts'

/** A TOML table as a plain object. */
export type TomlTable = Readonly<Record<string, unknown>>

/** The values of a file, and where each of them comes from. */
export interface Document {
  readonly tables: TomlTable
  /** The place in the file, or the flag, that a path's value comes from. */
  where(path: Path): Where
  /**
   * The value at a path as it is spelled, for names that tell `1` from `1.0`: whole numbers without a
   * point are bigints, JSON in a string is a string.
   */
  written(path: Path): unknown
  /** The line that spells this path itself; `undefined` for a default, or where a flag set it. */
  line(path: Path): number | undefined
}

/**
 * Reads the text of a file.
 * @param sets `Task.param=value`, each a TOML value or a bare word
 * @returns `undefined` if the text is no TOML; `remarks` then says why
 */
export function readDocument(
  text: string,
  file: string,
  sets: readonly string[],
  remarks: Remarks,
): Document | undefined {
  const tables = parseToml(text, file, remarks)
  if (tables === undefined) return undefined
  const flags = sets.flatMap((set) => layOver(tables, set, remarks))
  let spelled: Open | undefined
  const written = (path: Path) => at((spelled ??= asSpelled(text, sets)), path)
  return { ...withPlaces(tables, findPlaces(text), flags, file), written }
}

/**
 * What `readDocument` reads, with bigints for whole numbers. The text is parsed a second time, when a
 * name must spell a list or a map: values in keys are plain numbers, and a bigint turned back into
 * one has lost its −0.
 */
function asSpelled(text: string, sets: readonly string[]): Open {
  // Safe: it was parsed before, so it is TOML; and a document is a table.
  const tables = plain(parse(text, { integersAsBigInt: true })) as Open
  // What cannot be understood was remarked the first time.
  for (const set of sets) layOver(tables, set, new Remarks(), true)
  return tables
}

const at = (value: unknown, path: Path): unknown =>
  path.reduce<unknown>(
    (inner, part) => (isTable(inner) ? ownValue(inner, String(part)) : undefined),
    value,
  )

function withPlaces(
  tables: TomlTable,
  places: Places,
  flags: readonly { readonly path: Path; readonly flag: string }[],
  file: string,
): Omit<Document, 'written'> {
  const startsWith = (path: Path, start: Path) => start.every((part, i) => part === path[i])
  // The last of several flags on one path is the one that counts.
  const flagOf = (path: Path) => flags.findLast((set) => startsWith(path, set.path))?.flag
  const flagWithin = (path: Path) => flags.findLast((set) => startsWith(set.path, path))?.flag
  return {
    tables,
    where(path) {
      const flag = flagOf(path) ?? (places.has(path) ? undefined : flagWithin(path))
      if (flag !== undefined) return { flag }
      const spot = places.of(path)
      return spot === undefined ? {} : { place: { file, ...spot } }
    },
    line: (path) =>
      flagOf(path) === undefined && places.has(path) ? places.of(path)?.line : undefined,
  }
}

/** A table that may still change: overrides are laid over it. */
type Open = Record<string, unknown>

function parseToml(text: string, file: string, remarks: Remarks): Open | undefined {
  try {
    // Safe: a document is a table.
    return plain(parse(text)) as Open
  } catch (error) {
    // also the parser itself may run out of stack
    if (error instanceof RangeError) {
      remarks.error('pipeline/syntax', { place: { file, line: 1 } }, { message: error.message })
      return undefined
    }
    if (!(error instanceof TomlError)) throw error
    remarkNoToml(error, text, file, remarks)
    return undefined
  }
}

/** Deeper than any pipeline, and not so deep that walking down runs out of stack. */
const deepest = 200

/**
 * Plain objects and lists; a date becomes its text, for JSON has none.
 *
 * @throws RangeError below `deepest` tables or lists
 */
function plain(value: unknown, depth = 0): unknown {
  if (depth > deepest) throw new RangeError(`tables or lists stand more than ${deepest} deep`)
  if (value instanceof TomlDate) return value.toISOString()
  if (Array.isArray(value)) return value.map((inner) => plain(inner, depth + 1))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [key, plain(inner, depth + 1)]),
  )
}

/** Lays `Task.param=value` over the tables; says so if that cannot be understood. */
function layOver(
  tables: Open,
  set: string,
  remarks: Remarks,
  integersAsBigInt = false,
): { path: Path; flag: string }[] {
  const flag = `--set ${set}`
  const wrong = (message: string, key?: string) => {
    remarks.error('pipeline/bad-override', { flag }, { message, ...(key && { key }) })
    return []
  }
  const equals = set.indexOf('=')
  const path = set.slice(0, Math.max(equals, 0)).trim().split('.')
  if (equals < 0 || path.length < 2 || path.some((part) => part === '')) {
    return wrong('write Task.parameter=value, such as Masks.threshold=0.2')
  }
  let table = tables
  for (const [depth, part] of path.slice(0, -1).entries()) {
    if (!Object.hasOwn(table, part)) setOwn(table, part, {})
    const inner = table[part]
    if (!isTable(inner)) {
      const key = path.slice(0, depth + 1).join('.')
      return wrong(`${key} is no table, so nothing can be set in it`, key)
    }
    // Safe: `plain` made every table, and nobody else holds them yet.
    table = inner as Open
  }
  const value = tomlValue(set.slice(equals + 1).trim(), integersAsBigInt)
  if (value === undefined) return wrong('the value is neither TOML nor a bare word', path.join('.'))
  setOwn(table, path[path.length - 1], value)
  return [{ path, flag }]
}

/** A TOML value; what is none is a bare word, as the shell leaves it: `type=linear`. */
function tomlValue(text: string, integersAsBigInt: boolean): unknown {
  try {
    // A line end would let the text define more than one value.
    if (!text.includes('\n')) return plain(parse(`value = ${text}`, { integersAsBigInt }).value)
  } catch (error) {
    if (!(error instanceof TomlError || error instanceof RangeError)) throw error
  }
  // A broken list, table or string is a mistake, not a word.
  return /^[[{"']/.test(text) ? undefined : text
}

/** True of a TOML table. */
export function isTable(value: unknown): value is TomlTable {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
