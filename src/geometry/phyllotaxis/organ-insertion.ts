// Where an organ meets the axis of the stem, told by points of it farther out.
import { across, add, dot, norm, scale, subtract, unit, type Vec3 } from '../linear.ts'
import { addEquation, solved } from '../normal-equations.ts'
import { arcLengths } from '../skeleton/smoothed-curve.ts'
import { certainties } from './organ-direction.ts'
import type { StemCurve, StemPlace } from './stem-curve.ts'

/**
 * How far an organ that leaves the stem at a right angle rises or droops from its insertion to its
 * tip, sd, in radians: those of the plant that ROMI scanned turn by 23° (root of the mean square)
 * within two thirds of their length. Gravity bends most what lies level (Sachs' sine law), so an
 * organ that leaves the stem at another angle turns by as much less as the sine of it; what seems a
 * sharper bend of a steep one is where it parts from the stem.
 */
const RISE = 0.5

/** How an organ is built, and what is known of its points. */
export interface OrganBase {
  /** Points, from the stem out, none at the insertion; one at least. */
  readonly points: readonly Vec3[]
  /** At each point, where the graph knows them. */
  readonly radii?: readonly number[]
  /** Of the whole organ: longer ones bend less, millimetre by millimetre. */
  readonly length: number
  /** From point to point of the skeleton, about the size of a voxel. */
  readonly step: number
}

/**
 * Follows the organ's base back to the stem's axis: along a straight line first, then as it bends in
 * the plane of organ and stem. As with directions, it counts as bent as far as its points are surer
 * than that it is straight. Organs that rise are inserted higher than their line says, those that
 * droop lower: on generated plants insertions err by a fifth less, by a third where organs rise as
 * much as on the scanned one.
 *
 * @param start      the place on the stem next to where the organ is clear of it
 * @param clearance  points nearer to the stem's axis than this belong to the stem
 */
export function insertionOf(
  base: OrganBase,
  stem: StemCurve,
  start: StemPlace,
  clearance: number,
): StemPlace {
  if (base.points.length < 2) return start
  const { middle, line } = lineThrough(base.points)
  const placeAt = (s: number): StemPlace => {
    const low = start.s - 4 * clearance
    return stem.at(Math.min(Math.max(s, Math.max(0, low)), start.s + clearance))
  }
  // where along the stem the line has come to the axis, for the stem's direction there
  let place = start
  for (let pass = 0; pass < 3; pass++) {
    const out = across(line, place.tangent)
    const slope = norm(out)
    // an organ that runs along the stem says little about where it left
    if (slope < 0.1) return start
    const gap = dot(across(subtract(middle, place.point), place.tangent), unit(out))
    const back = dot(line, place.tangent) * (gap / slope)
    place = placeAt(place.s + dot(subtract(middle, place.point), place.tangent) - back)
  }
  const rise = riseByBend(base, middle, line, place)
  return rise === undefined ? place : placeAt(place.s + rise)
}

/**
 * How much higher on the stem than at `place`, where its line leads, a bent organ comes to the axis.
 *
 * @returns undefined if it would never
 */
function riseByBend(
  base: OrganBase,
  middle: Vec3,
  line: Vec3,
  { point, tangent }: StemPlace,
): number | undefined {
  const { step } = base
  const cosine = dot(line, tangent)
  const sine = norm(across(line, tangent))
  const outward = unit(across(line, tangent))
  const upward = unit(across(tangent, line))
  const [offset, slope, bend] = parabola(base, middle, line, upward, sine)
  const from = subtract(middle, point)
  // the distance from the axis, in steps, is 0 at u = −2 c / (b + √(b² − 4 a c)) along the line
  const a = (-bend * cosine) / 2
  const b = sine - slope * cosine
  const c = dot(from, outward) / step - offset * cosine
  const discriminant = b * b - 4 * a * c
  if (!(b > 0 && discriminant > 0)) return undefined
  const u = (-2 * c) / (b + Math.sqrt(discriminant))
  const above = offset + slope * u + (bend / 2) * u * u
  return dot(from, tangent) + step * (u * cosine + above * sine)
}

/**
 * How far points stand above a line, offset + slope · u + bend / 2 · u², all in steps: bend is drawn
 * about 0, as far as gravity bends organs of that angle to the stem (best linear unbiased prediction).
 */
function parabola(
  { points, radii, length, step }: OrganBase,
  middle: Vec3,
  line: Vec3,
  upward: Vec3,
  sine: number,
): Float64Array {
  const normal = new Float64Array(9)
  const right = new Float64Array(3)
  const certainty = certainties(
    arcLengths(points).map((along) => along / step),
    radii,
  )
  points.forEach((p, i) => {
    const away = scale(subtract(p, middle), 1 / step)
    const u = dot(away, line)
    addEquation(normal, [right], [1, u, u ** 2 / 2], [dot(away, upward)], certainty[i])
  })
  normal[8] += (length / (step * RISE * sine)) ** 2
  return solved(normal, right)
}

/** The straight line that follows points along their path most closely (least squares). */
function lineThrough(points: readonly Vec3[]): { middle: Vec3; line: Vec3 } {
  const along = arcLengths(points)
  const mean = along.reduce((sum, u) => sum + u, 0) / along.length
  let middle: Vec3 = [0, 0, 0]
  let slope: Vec3 = [0, 0, 0]
  points.forEach((p, i) => {
    middle = add(middle, scale(p, 1 / points.length))
    slope = add(slope, scale(p, along[i] - mean))
  })
  return { middle, line: unit(slope) }
}
