// Columns of a table that tell of the scan itself: values of its metadata, the same in every row.
import { ownValue } from '../base/own.ts'
import { some } from '../base/some.ts'
import { isJsonObject, type Json, type JsonObject } from '../base/types.ts'
import type { JoinedTable } from './joined-table.ts'

/** Columns by their keys, and which of them found anything. */
export class ScanColumns {
  readonly #keys: readonly string[]
  readonly #found = new Set<string>()
  readonly #there = new Set<string>()

  /** @param keys with dots between those of maps in maps: `object.genotype` */
  constructor(keys: readonly string[]) {
    this.#keys = [...new Set(keys)]
  }

  /** The table with a cell of each column at the front of its rows, empty where the scan has none. */
  before({ columns, rows }: JoinedTable, metadata: JsonObject): JoinedTable {
    for (const path of pathsIn(metadata)) this.#there.add(path)
    const cells = this.#keys.map((key) => {
      const value = valueAt(metadata, key)
      if (value !== undefined) this.#found.add(key)
      return cellOf(value)
    })
    // A column that the step's own table has keeps its name there.
    const names = this.#keys.map((key) => (columns.includes(key) ? `scan.${key}` : key))
    return { columns: [...names, ...columns], rows: rows.map((row) => [...cells, ...row]) }
  }

  /** What to say of keys that no scan has; nothing while there was no scan. */
  doubts(): readonly string[] {
    const there = some([...this.#there].sort(), 12)
    return this.#keys
      .filter((key) => !this.#found.has(key))
      .map((key) => `no scan says ${key}; their metadata say: ${there === '' ? 'nothing' : there}`)
  }
}

/** The value under a key as it is, else under its parts, map by map. */
function valueAt(metadata: JsonObject, key: string): Json | undefined {
  const whole = ownValue(metadata, key)
  if (whole !== undefined) return whole
  return key
    .split('.')
    .reduce<Json | undefined>(
      (value, part) => (isJsonObject(value) ? ownValue(value, part) : undefined),
      metadata,
    )
}

function pathsIn(metadata: JsonObject, above = ''): string[] {
  return Object.entries(metadata).flatMap(([key, value]) =>
    isJsonObject(value) ? pathsIn(value, `${above}${key}.`) : [`${above}${key}`],
  )
}

function cellOf(value: Json | undefined): string {
  if (value === undefined || value === null) return ''
  return typeof value === 'string' ? value : JSON.stringify(value)
}
