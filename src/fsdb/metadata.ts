// Metadata files: maps in JSON, replaced as a whole.
import { RomiError } from '../base/errors.ts'
import { checkedJson, checkedJsonObject, formatJson, parseJson } from '../base/json.ts'
import { replaceFile, type Disk } from '../base/system.ts'
import { isJsonObject, type Json, type JsonObject } from '../base/types.ts'

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

/** The metadata of what has none. */
export const noMetadata: JsonObject = {}

/** What becomes of a metadata file: these keys are laid over it, or it is what this makes of it. */
export type MetadataEdit = JsonObject | ((old: JsonObject) => JsonObject)

/** A change that takes a key out. */
export const withoutKey =
  (key: string): MetadataEdit =>
  (old) =>
    Object.fromEntries(Object.entries(old).filter(([of]) => of !== key))

/** Changes what a metadata file holds; keys that the change does not speak of stay. */
export async function updateMetadata(
  disk: Disk,
  path: string,
  workFolder: string,
  change: MetadataEdit,
  guard: () => void,
): Promise<void> {
  const old = disk.stat(path) ? parseMetadata(disk.readText(path), path) : {}
  const now = typeof change === 'function' ? change(old) : { ...old, ...change }
  await replaceFile(disk, path, metadataBytes(now), workFolder, guard)
}

/** `getMetadata()`, `getMetadata(key)` and `getMetadata(key, fallback)` of one map. */
export function pick(metadata: JsonObject, key: string | undefined): Json | undefined
export function pick(metadata: JsonObject, key: string | undefined, fallback: unknown): unknown
export function pick(metadata: JsonObject, key: string | undefined, fallback?: unknown): unknown {
  if (key === undefined) return metadata
  return Object.hasOwn(metadata, key) ? metadata[key] : fallback
}
