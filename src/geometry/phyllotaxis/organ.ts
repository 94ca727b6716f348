// One organ measured: where it leaves the stem, which way, how long, how surely.
import { across, distance, norm, type Vec3 } from '../linear.ts'
import { lengthOf } from '../skeleton/smoothed-curve.ts'
import { directionAtInsertion } from './organ-direction.ts'
import { insertionOf } from './organ-insertion.ts'
import type { OrganPath } from './organ-paths.ts'
import { shapeOf, type OrganShape } from './organ-shape.ts'
import { azimuth, type StemCurve } from './stem-curve.ts'

export interface Organ {
  /** Where the organ's base meets the axis of the stem. */
  readonly insertion: Vec3
  /** Arc length of the insertion along the stem, from its base. */
  readonly arcLength: number
  /** Arc length of the place where the skeleton branches: near the insertion, but for hanging organs. */
  readonly junction: number
  /** Unit vector of the organ near its base. */
  readonly direction: Vec3
  /** Radians about the stem, right-handed towards the tip, from the frame's reference. */
  readonly azimuth: number
  /** Length from the axis of the stem to the tip. */
  readonly length: number
  readonly shape: OrganShape
  /** From 0, a guess, to 1: how well the organ's base determines its direction. */
  readonly confidence: number
  /** The organ's points near its base, which gave the direction. */
  readonly points: readonly Vec3[]
}

export interface OrganOptions {
  /** Points nearer to the stem's axis than this belong to the stem. */
  readonly clearance: number
  /** Points up to this distance along the organ, from where it clears the stem for good, count. */
  readonly reach: number
  /** From point to point of the skeleton, about the size of a voxel. */
  readonly step: number
}

/**
 * @param junction arc length of the place where the skeleton branches
 * @returns undefined if the organ never clears the stem
 */
export function measureOrgan(
  path: OrganPath,
  stem: StemCurve,
  junction: number,
  { clearance, reach, step }: OrganOptions,
): Organ | undefined {
  const range = [junction - 6 * reach, junction + 6 * reach] as const
  const near = (p: Vec3) => stem.nearest(p, Math.max(0, range[0]), Math.min(stem.length, range[1]))
  const isClear = (p: Vec3) => distance(p, near(p).point) > clearance
  const clear = baseOf(path.points, isClear, reach)
  if (clear.points.length === 0) return undefined
  const own = path.shared > 0 ? baseOf(path.points, isClear, reach, pastFork(path)) : clear
  const { first, points: base, along } = own.points.length > 0 ? own : clear
  const whole = path.points.slice(clear.first)
  const radii = path.radii?.slice(first, first + base.length)
  const place = insertionOf(
    { points: base, length: lengthOf(whole), step, ...(radii && { radii }) },
    stem,
    near(clear.points[0]),
    clearance,
  )
  const length = lengthOf([place.point, ...whole])
  const direction = directionAtInsertion(base, place.point, { length, step })
  const outward = across(direction, place.tangent)
  return {
    insertion: place.point,
    arcLength: place.s,
    junction,
    direction,
    azimuth: azimuth(outward, place),
    length,
    shape: shapeOf(path, clear.first, place, length),
    confidence: Math.min(1, along / reach) * norm(outward),
    points: base,
  }
}

/**
 * The points of an organ that clear the stem, up to `reach` along it. An organ may clear the stem,
 * touch it again and leave it for good: then it begins there.
 *
 * @param from the first point that may count
 * @returns also which point is the first, and how long the organ is from there, as far as it counts
 */
function baseOf(points: readonly Vec3[], isClear: (p: Vec3) => boolean, reach: number, from = 0) {
  let first = points.length
  let base: Vec3[] = []
  let along = 0
  let wasClear = false
  for (const [i, p] of points.entries()) {
    if (i > first) along += distance(p, points[i - 1])
    if (along > reach) break
    const clears = i >= from && isClear(p)
    if (clears && !wasClear) [first, base, along] = [i, [], 0]
    if (clears) base.push(p)
    wasClear = clears
  }
  return { first, points: base, along }
}

/** The first of a path's points that is clear of the place where another organ parts from it. */
function pastFork({ points, radii, shared }: OrganPath): number {
  const radius = radii?.[shared - 1] ?? 0
  const past = points.findIndex((p, i) => i >= shared && distance(p, points[shared - 1]) >= radius)
  return past < 0 ? shared : past
}
