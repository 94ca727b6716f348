// One text for one JSON value: keys sorted, no white space; what bulk digests are taken of.
import type { Json } from './types.ts'

/** The canonical text of a JSON value; equal values, equal texts. */
export function canonical(value: Json): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  if (Array.isArray(value))
    // Long lists are of numbers or words: at once, not one by one.
    return value.some(isComposed) ? `[${value.map(canonical).join(',')}]` : JSON.stringify(value)
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))
  // Safe: only lists are excluded by the line above, so the values of a map are JSON.
  return `{${entries.map(([key, item]) => `${JSON.stringify(key)}:${canonical(item as Json)}`).join(',')}}`
}

const isComposed = (value: Json): boolean => typeof value === 'object' && value !== null
