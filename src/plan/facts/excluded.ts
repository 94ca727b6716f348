// Photographs that people left out: what their metadata say of it.
import { ownValue } from '../../base/own.ts'
import { isJsonObject, type JsonObject } from '../../base/types.ts'

/** The key of a file's metadata that leaves it out. */
export const excludedKey = 'excluded'

/** Why a photograph is left out, who said so and when (ISO 8601); any may be unknown. */
export interface Exclusion {
  readonly why?: string
  readonly by?: string
  readonly date?: string
}

/**
 * What is said of a file that is left out; `undefined` of one that is not.
 *
 * @param metadata the file's own; instead of a map people may write `true` or the reason alone, and
 *   `false`, `0`, `""` or `null` leave nothing out
 */
export function exclusionIn(metadata: JsonObject): Exclusion | undefined {
  const value = ownValue(metadata, excludedKey)
  if (value === undefined || value === null || value === false) return undefined
  if (value === '' || value === 0) return undefined
  if (typeof value === 'string') return { why: value }
  if (!isJsonObject(value)) return {}
  const words = (['why', 'by', 'date'] as const).flatMap((key) => {
    const text = ownValue(value, key)
    return typeof text === 'string' && text !== '' ? [[key, text] as const] : []
  })
  return Object.fromEntries(words)
}

/** Whether a file is left out. */
export const isExcluded = (metadata: JsonObject): boolean => exclusionIn(metadata) !== undefined
