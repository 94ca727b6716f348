// The shape of one organ: what tells siliques from flowers, leaves, branches and spurs.
import { distance, dot, subtract, type Vec3 } from '../linear.ts'
import { arcLengths } from '../skeleton/smoothed-curve.ts'
import type { OrganPath } from './organ-paths.ts'
import type { StemPlace } from './stem-curve.ts'

export interface OrganShape {
  /**
   * The diameter of its thickest eighth, as that of a circle of the same cross-section, over its
   * length; absent where the graph knows no volumes.
   */
  readonly fat?: number
  /**
   * Its cross-section against that of the balls inside, of its middle half: 1 if it is round, width
   * over thickness if it is a blade; absent where the graph knows no volumes or radii.
   */
  readonly flatness?: number
  /** The distance from its base to its tip, as a share of the way. */
  readonly straightness: number
  /** How far its tip stands above its insertion, along the stem, as a share of its length. */
  readonly rise: number
  /** How many branches of its own it has. */
  readonly twigs: number
}

/** Short organs have few points in an eighth; a silique is thickest over several of them. */
const PIECES = 8

/**
 * @param first   the point of the path where the organ has left the stem for good
 * @param place   where it is inserted
 * @param length  from the axis of the stem to the tip
 */
export function shapeOf(
  path: OrganPath,
  first: number,
  place: StemPlace,
  length: number,
): OrganShape {
  const points = path.points.slice(first)
  const along = arcLengths(points)
  const way = along[along.length - 1]
  const tip = points[points.length - 1]
  const sections = path.volumes && crossSections(along, path.volumes.slice(first))
  const flatness = sections && path.radii && flatnessOf(sections, path.radii.slice(first))
  return {
    ...(sections && { fat: Math.sqrt((4 / Math.PI) * Math.max(...sections)) / length }),
    ...(flatness !== undefined && { flatness }),
    straightness: way > 0 ? distance(points[0], tip) / way : 1,
    rise: riseOf(tip, place) / length,
    twigs: path.twigs,
  }
}

const riseOf = (tip: Vec3, { point, tangent }: StemPlace): number =>
  dot(subtract(tip, point), tangent)

/**
 * The mean cross-section of each of the pieces of a path, of one length each.
 *
 * @param along    the arc length at each point
 * @param volumes  of each point; it is spread evenly over what of the path is nearest to the point
 */
export function crossSections(along: readonly number[], volumes: readonly number[]): number[] {
  const last = along.length - 1
  const piece = along[last] / PIECES
  const sums = Array.from({ length: PIECES }, () => 0)
  if (!(piece > 0)) return sums
  volumes.forEach((volume, i) => {
    const from = i === 0 ? 0 : (along[i - 1] + along[i]) / 2
    const to = i === last ? along[last] : (along[i] + along[i + 1]) / 2
    for (let k = Math.floor(from / piece); k < PIECES && k * piece < to; k++) {
      const shared = Math.min(to, (k + 1) * piece) - Math.max(from, k * piece)
      if (shared > 0) sums[k] += (volume * shared) / (to - from)
    }
  })
  return sums.map((sum) => sum / piece)
}

/** The flatness of the middle half: the ends are merged with the stem, or taper. */
function flatnessOf(sections: readonly number[], radii: readonly number[]): number | undefined {
  const middle = sections.slice(PIECES / 4, (3 * PIECES) / 4)
  const section = middle.reduce((sum, each) => sum + each, 0) / middle.length
  const inside = radii
    .slice(Math.floor(radii.length / 4), Math.ceil((3 * radii.length) / 4))
    .sort((a, b) => a - b)
  const radius = inside[inside.length >> 1]
  return radius > 0 ? section / (Math.PI * radius ** 2) : undefined
}
