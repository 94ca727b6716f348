// What the list tells of a scan, worked out from its row: whether it is well, what is the matter, metadata in a line.
import type { JsonValue, PlantRow, Standing } from '../../api.ts'

/** In which of the groups a scan stands that the list can be narrowed to. */
export type Group = 'well' | 'in doubt' | 'to do' | 'in trouble' | 'at work' | 'not known yet'

/** In the order of their buttons. */
export const groups: readonly Group[] = [
  'at work',
  'in trouble',
  'in doubt',
  'to do',
  'well',
  'not known yet',
]

/** What checks found out of its limits, a sentence each. */
export const rowDoubts = ({ checks = {} }: PlantRow): string[] =>
  Object.values(checks)
    .flat()
    .flatMap(({ message }) => (message === undefined ? [] : [message]))

/** Whether a check of a step is out of its limits. */
export const stepIsInDoubt = ({ checks = {} }: PlantRow, step: string): boolean =>
  (checks[step] ?? []).some(({ is }) => is === 'broken')

/** The gravest thing that can be said of it. */
export function groupOf(row: PlantRow): Group {
  if (row.run !== undefined) return 'at work'
  if (row.broken !== undefined) return 'in trouble'
  if (row.steps === undefined) return 'not known yet'
  const states = Object.values(row.steps)
  const has = (...wanted: readonly Standing[]) => states.some((state) => wanted.includes(state))
  if (has('failed', 'cannot run')) return 'in trouble'
  if (rowDoubts(row).length > 0) return 'in doubt'
  return has('stale', 'missing', 'module not loaded') ? 'to do' : 'well'
}

/** The keys that other columns or programs show. */
const shownElsewhere = new Set(['date', 'files', 'nbPhotos', 'unit', 'workspace'])

/** Metadata that fit in a line, as `key value`; objects do not, but what is in them does. */
export function metadataLines(
  metadata: PlantRow['metadata'],
): readonly (readonly [string, string])[] {
  return Object.entries(metadata)
    .filter(([key]) => !shownElsewhere.has(key))
    .flatMap(([key, value]) => flatEntry(key, value))
}

function flatEntry(key: string, value: JsonValue): (readonly [string, string])[] {
  if (value === null || value === '') return []
  if (Array.isArray(value)) return []
  if (typeof value === 'object')
    return Object.entries(value).flatMap(([inner, of]) =>
      typeof of === 'object' ? [] : flatEntry(inner, of),
    )
  return [[key, String(value)]]
}
