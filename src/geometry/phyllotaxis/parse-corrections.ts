// Corrections as they stand in a file that people may have written in an editor.
import type { Vec3 } from '../linear.ts'
import type { Correction } from './corrections.ts'
import { organKinds, type OrganKind } from './kinds.ts'

/** A correction with what is remembered of it. */
export type CorrectionEntry = Correction & {
  readonly why?: string
  readonly by?: string
  /** As it stands there: ISO 8601, if the page wrote it. */
  readonly date?: string
}

/** All corrections of a scan. */
export interface CorrectionList {
  readonly version: 1
  /** The unit of `at`, `from` and `tip`; absent: the unit of the scan. */
  readonly unit?: string
  readonly corrections: readonly CorrectionEntry[]
}

/**
 * @param value the JSON of `organs.json`
 * @throws RangeError saying which entry is wrong, and how
 */
export function parseCorrections(value: unknown): CorrectionList {
  if (!isEntryMap(value)) throw new RangeError('it is no map with the list "corrections"')
  const { version, unit, corrections } = value
  if (version !== 1) throw new RangeError(`its version is ${JSON.stringify(version)}, not 1`)
  if (!Array.isArray(corrections)) throw new RangeError('it has no list "corrections"')
  const seen = new Set<string>()
  return {
    version,
    ...(typeof unit === 'string' && { unit }),
    corrections: corrections.map((entry: unknown, i) => {
      const parsed = parseEntry(entry, `entry ${i + 1}`)
      if (seen.has(parsed.id)) throw new RangeError(`two entries have the id "${parsed.id}"`)
      seen.add(parsed.id)
      return parsed
    }),
  }
}

function parseEntry(entry: unknown, where: string): CorrectionEntry {
  if (!isEntryMap(entry)) throw new RangeError(`${where} is no map`)
  const { id, do: what, why, by, date } = entry
  if (typeof id !== 'string' || !/^[\w-]{1,64}$/.test(id))
    throw new RangeError(`${where} has no "id" of letters, digits, - and _`)
  const at = placeUnder(entry, 'at', id)
  if (!at) throw new RangeError(`${id} lacks "at", the insertion as [x, y, z]`)
  const tip = placeUnder(entry, 'tip', id)
  const from = placeUnder(entry, 'from', id)
  const kind = kindIn(entry.kind, id)
  const about = {
    id,
    at,
    ...(tip && { tip }),
    ...(typeof why === 'string' && { why }),
    ...(typeof by === 'string' && { by }),
    ...(typeof date === 'string' && { date }),
  }
  switch (what) {
    case 'remove':
      return { ...about, do: what }
    case 'move':
      return { ...about, do: what, ...(from && { from }) }
    case 'add':
      if (!tip) throw new RangeError(`${id} adds an organ and lacks "tip", where it ends`)
      return { ...about, do: what, tip, ...(kind && { kind }) }
    case 'kind':
      if (!kind) throw new RangeError(`${id} lacks "kind": ${organKinds.join(', ')}`)
      return { ...about, do: what, kind }
    default:
      throw new RangeError(`${id} does ${JSON.stringify(what)}, not remove, add, move or kind`)
  }
}

function placeUnder(
  entry: Readonly<Record<string, unknown>>,
  key: string,
  id: string,
): Vec3 | undefined {
  const value = entry[key]
  if (value === undefined) return undefined
  if (Array.isArray(value) && value.length === 3 && value.every(Number.isFinite))
    return [Number(value[0]), Number(value[1]), Number(value[2])]
  throw new RangeError(`"${key}" of ${id} is no place of three numbers`)
}

function kindIn(value: unknown, id: string): OrganKind | undefined {
  const kind = organKinds.find((one) => one === value)
  if (value === undefined || kind) return kind
  throw new RangeError(`${id} has the kind ${JSON.stringify(value)}, not ${organKinds.join(', ')}`)
}

const isEntryMap = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
