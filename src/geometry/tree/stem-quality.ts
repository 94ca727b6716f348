// What speaks against a stem: another way that is as good, and a blade at its tip.
import type { CurveSkeleton } from '../skeleton/curve-skeleton.ts'
import { arcLengths, lowerBound } from '../skeleton/smoothed-curve.ts'
import { dot, pointAt, subtract, unit, type Vec3 } from '../linear.ts'

/** How sure a stem is, as numbers that a limit can be set on. */
export interface StemQuality {
  /** `rival` of the `StemPath`: near 1, another way through the skeleton may be the stem as well. */
  readonly rival: number
  /** See `tipFlatness`; absent if the skeleton knows no volumes. */
  readonly tipFlatness?: number
  /** The length of the stem as a share of the height of all that hangs on it. */
  readonly share: number
  /** See `bendOf`. */
  readonly bend: number
  /** The share of the skeleton, by length, that the stem does not reach. */
  readonly outside: number
}

/** From this `rival` on a stem is in doubt: of side branches of half a plant's height it was 0.72. */
export const STEM_DOUBT = 0.85
/**
 * From this `tipFlatness` on a stem ends in a leaf. Stems of generated plants, a crowd of flowers
 * about their tips, have 1.7 to 3.5, the larger where cameras are half a pixel off; ROMI's virtual
 * plant, whose topmost flowers grow into one another, 8. A leaf is tens of times as wide as thick.
 */
export const LEAF_FLATNESS = 10

/** The share of a stem, from its tip, in which a leaf is looked for. */
const TIP = 0.15

/**
 * How flat a stem is at its tip: its cross-section against that of the largest ball inside, which
 * is 1 for a round stem and width / thickness for a blade.
 *
 * @param stem  from the base to the tip
 * @returns undefined if radii or volumes are not known
 */
export function tipFlatness(
  { points, radii, volumes }: CurveSkeleton,
  stem: readonly number[],
): number | undefined {
  if (!radii || !volumes || stem.length < 2) return undefined
  const along = arcLengths(stem.map((v) => pointAt(points, v)))
  const length = along[along.length - 1]
  const first = Math.min(lowerBound(along, (1 - TIP) * length), stem.length - 2)
  // as many points as lines: each point's volume is that of a line's length
  const tip = stem.slice(first + 1)
  const inside = tip.map((v) => radii[v]).sort((a, b) => a - b)[tip.length >> 1]
  const volume = tip.reduce((sum, v) => sum + volumes[v], 0)
  const section = volume / (length - along[first])
  return inside > 0 ? section / (Math.PI * inside ** 2) : undefined
}

/** The number of pieces into which a stem is cut to see how it bends. */
const TENTHS = 10

/**
 * The largest turn, in degrees, between successive tenths of a line, each taken as straight.
 *
 * @param line  from the base to the tip; of fewer than two points it is 0
 */
export function bendOf(line: readonly Vec3[]): number {
  const along = arcLengths(line)
  const length = along.at(-1) ?? 0
  if (!(length > 0)) return 0
  const at = (piece: number): Vec3 =>
    line[Math.min(lowerBound(along, (piece / TENTHS) * length), line.length - 1)]
  const courses = Array.from({ length: TENTHS }, (_, i) => subtract(at(i + 1), at(i)))
    .filter((step) => step.some((c) => c !== 0))
    .map(unit)
  const turns = courses.slice(1).map((course, i) => {
    const cosine = Math.min(1, Math.max(-1, dot(course, courses[i])))
    return (Math.acos(cosine) * 180) / Math.PI
  })
  return Math.max(0, ...turns)
}
