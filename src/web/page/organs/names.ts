// How organs are called: by number where they are counted, by kind where they are left out.
import type { OrganKind, OrganShown } from '../../api.ts'

/** In the order of menus and legends. */
export const kindsInOrder: readonly OrganKind[] = [
  'fruit',
  'branch',
  'cauline_leaf',
  'flower',
  'rosette_leaf',
  'spur',
]

/** `cauline leaf`. */
export const kindName = (kind: OrganKind): string => kind.replace('_', ' ')

/** `organ 7, fruit`, or `rosette leaf, left out`. */
export const organName = ({ number, kind }: OrganShown): string =>
  number === undefined ? `${kindName(kind)}, left out` : `organ ${number}, ${kindName(kind)}`

/** How an organ stands in an address: its number, or its place among all, from the base. */
export function organKey(organs: readonly OrganShown[], index: number): string {
  const { number } = organs[index]
  return number === undefined ? `left-${index + 1}` : String(number)
}

/** The place of an organ by its key; undefined if there is none. */
export function organAt(
  organs: readonly OrganShown[],
  key: string | undefined,
): number | undefined {
  if (key === undefined) return undefined
  const [, left] = /^left-(\d+)$/.exec(key) ?? []
  const index =
    left === undefined ? organs.findIndex(({ number }) => String(number) === key) : Number(left) - 1
  return index >= 0 && index < organs.length ? index : undefined
}
