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

/**
 * The two parts of that line: the one that gives the direction, and the rest, which is drawn straight
 * though the organ may bend. Where no path is known, all of it is the first.
 */
export function organLine(organ: OrganShown): {
  readonly measured: readonly number[]
  readonly onward: readonly number[]
} {
  const whole = organPath(organ)
  const known = organ.insertion.length + organ.path.length
  return organ.path.length === 0
    ? { measured: whole, onward: [] }
    : { measured: whole.slice(0, known), onward: whole.slice(known - 3) }
}

const away = (from: readonly number[], to: readonly number[]): number =>
  Math.hypot(to[0] - from[0], to[1] - from[1], to[2] - from[2])
