// Metadata files: read at most once while they stay the same, replaced as a whole.
import type { Stats } from 'node:fs'
import { RomiError } from '../base/errors.ts'
import { checkedJson, checkedJsonObject, formatJson, parseJson } from '../base/json.ts'
import { replaceFile, type Disk } from '../base/system.ts'
import { isJsonObject, type Json, type JsonObject } from '../base/types.ts'

/** Reads text files, again only when they changed. */
export class TextCache<T> {
  readonly #disk: Disk
  readonly #parse: (text: string, path: string) => T
  readonly #known = new Map<string, { readonly stat: Stats; readonly value: T }>()

  constructor(disk: Disk, parse: (text: string, path: string) => T) {
    this.#disk = disk
    this.#parse = parse
  }

  /** The parsed file, or `undefined` if it is absent. */
  read(path: string): T | undefined {
    const stat = this.#disk.stat(path)
    if (!stat) return undefined
    const known = this.#known.get(path)
    if (known && isSame(known.stat, stat)) return known.value
    const value = this.#parse(this.#disk.readText(path), path)
    // A file that changed just now may change again within one tick of its clock.
    if (Date.now() - Math.max(stat.mtimeMs, stat.ctimeMs) > tickMs)
      this.#known.set(path, { stat, value })
    return value
  }
}

/** Filesystems stamp files by the kernel's tick, 4 or 10 ms; be generous. */
const tickMs = 50

function isSame(a: Stats, b: Stats): boolean {
  return a.mtimeMs === b.mtimeMs && a.size === b.size && a.ino === b.ino && a.ctimeMs === b.ctimeMs
}

/** @throws RomiError `store/metadata-damaged` */
export function parseMetadata(text: string, path: string): JsonObject {
  let value: Json | undefined
  let cause: unknown
  try {
    value = parseJson(text)
  } catch (error) {
    cause = error
  }
  if (value !== undefined && isJsonObject(value)) return value
  const why = cause ? 'is no valid JSON' : 'is no map of keys and values'
  throw new RomiError('store/metadata-damaged', `${path} ${why}: mend or remove this file`, {
    cause,
    facts: { path },
  })
}

/** What `setMetadata(object)` and `setMetadata(key, value)` ask for, as one map. */
export function metadataUpdate(data: JsonObject | string, value: Json | undefined): JsonObject {
  if (typeof data !== 'string') return checkedJsonObject(data, 'the metadata')
  return { [data]: checkedJson(value, `the value of "${data}"`) }
}

/** The bytes of a metadata file, as ROMI writes them. */
export function metadataBytes(metadata: JsonObject): Uint8Array {
  return Buffer.from(formatJson(metadata))
}

/** Lays `update` over what a metadata file holds; other keys stay. */
export async function updateMetadata(
  disk: Disk,
  path: string,
  workFolder: string,
  update: JsonObject,
  guard: () => void,
): Promise<void> {
  const old = disk.stat(path) ? parseMetadata(disk.readText(path), path) : {}
  await replaceFile(disk, path, metadataBytes({ ...old, ...update }), workFolder, guard)
}

/** `getMetadata()` and `getMetadata(key)` of one map. */
export function pick(metadata: JsonObject, key: string | undefined): Json | undefined {
  if (key === undefined) return metadata
  return Object.hasOwn(metadata, key) ? metadata[key] : undefined
}
