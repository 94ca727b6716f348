// Which scans the list shows, and in which order.
import type { PlantRow } from '../../api.ts'
import { rowDoubts, groupOf, groups, metadataLines, type Group } from './facts.ts'

/** Columns by which the list can be sorted. */
export const listSortKeys = ['name', 'date', 'state', 'checks', 'organs', 'angle'] as const
export type SortKey = (typeof listSortKeys)[number]

/** What is wished of the list. */
export interface Wish {
  /** Words that must all occur in the name, the metadata or the notes; `key:word` in that metadata key. */
  readonly search: string
  readonly group?: Group
  readonly sort: SortKey
  readonly descending: boolean
}

/** The rows that are wished for, in their order; ties by name. */
export function chosen(rows: readonly PlantRow[], wish: Wish): PlantRow[] {
  const words = wish.search.toLowerCase().split(/\s+/).filter(Boolean)
  const found = rows.filter(
    (row) =>
      (wish.group === undefined || groupOf(row) === wish.group) &&
      words.every((word) => rowMatches(row, word)),
  )
  const keyed = found.map((row) => ({ row, key: sortValue(row, wish.sort) }))
  const sign = wish.descending ? -1 : 1
  keyed.sort((a, b) => compareKeys(a.key, b.key, sign) || idOrder.compare(a.row.id, b.row.id))
  return keyed.map(({ row }) => row)
}

/** How many rows there are of each group that has any. */
export function groupCounts(rows: readonly PlantRow[]): ReadonlyMap<Group, number> {
  const counts = new Map<Group, number>()
  for (const row of rows) counts.set(groupOf(row), (counts.get(groupOf(row)) ?? 0) + 1)
  return counts
}

/** `plant_2` before `plant_10`. */
const idOrder = new Intl.Collator(undefined, { numeric: true })

function rowMatches(row: PlantRow, word: string): boolean {
  const [, key, value] = /^([^:]+):(.+)$/.exec(word) ?? []
  const metadata = metadataLines(row.metadata)
  if (key !== undefined && metadata.some(([name]) => name.toLowerCase() === key))
    return metadata.some(
      ([name, text]) => name.toLowerCase() === key && text.toLowerCase().includes(value),
    )
  const texts = [row.id, row.broken ?? '', ...row.notes, ...metadata.map(([, text]) => text)]
  return texts.some((text) => text.toLowerCase().includes(word))
}

function sortValue(row: PlantRow, sort: SortKey): string | number | undefined {
  switch (sort) {
    case 'name':
      return row.id
    case 'date': {
      const time = Date.parse(row.date ?? '')
      return Number.isNaN(time) ? undefined : time
    }
    case 'state':
      return groups.indexOf(groupOf(row))
    case 'checks':
      return -rowDoubts(row).length
    case 'organs':
      return row.organs
    case 'angle':
      return row.meanAngle
  }
}

/** What is not known stands at the end, whichever way. */
function compareKeys(
  a: string | number | undefined,
  b: string | number | undefined,
  sign: number,
): number {
  if (a === undefined || b === undefined) return Number(a === undefined) - Number(b === undefined)
  if (typeof a === 'string' || typeof b === 'string')
    return sign * idOrder.compare(String(a), String(b))
  return sign * (a - b)
}
