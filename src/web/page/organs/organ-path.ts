// The line of an organ from the stem to its tip.
import type { OrganShown } from '../../api.ts'

/**
 * x, y, z one after another: insertion, the points of its path, its tip. Files hold the path of that
 * part of an organ that gives its direction; the rest is drawn straight.
 */
export function organPath({ insertion, tip, path }: OrganShown): readonly number[] {
  const last = path.slice(-3)
  const onward = last.length === 3 && away(insertion, last) > away(insertion, tip)
  return [...insertion, ...path, ...(onward ? [] : tip)]
}

const away = (from: readonly number[], to: readonly number[]): number =>
  Math.hypot(to[0] - from[0], to[1] - from[1], to[2] - from[2])
