// One organ measured: where it leaves the stem, which way, how long, how surely.
import { across, add, distance, dot, norm, scale, subtract, unit, type Vec3 } from '../linear.ts'
import { arcLengths, lengthOf } from '../skeleton/smoothed-curve.ts'
import { directionAtInsertion } from './organ-direction.ts'
import type { OrganPath } from './organ-paths.ts'
import { shapeOf, type OrganShape } from './organ-shape.ts'
import { azimuth, type StemCurve, type StemPlace } from './stem-curve.ts'

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
  const { first, base, along } = baseOf(path.points, isClear, reach)
  if (base.length === 0) return undefined
  const place = insertionOf(base, stem, near(base[0]), clearance)
  const length = lengthOf([place.point, ...path.points.slice(first)])
  const direction = directionAtInsertion(base, place.point, { length, step })
  const outward = across(direction, place.tangent)
  return {
    insertion: place.point,
    arcLength: place.s,
    junction,
    direction,
    azimuth: azimuth(outward, place),
    length,
    shape: shapeOf(path, first, place, length),
    confidence: Math.min(1, along / reach) * norm(outward),
    points: base,
  }
}

/**
 * The points of an organ that clear the stem, up to `reach` along it. An organ may clear the stem,
 * touch it again and leave it for good: then it begins there.
 *
 * @returns also which point is the first, and how long the organ is from there, as far as it counts
 */
function baseOf(points: readonly Vec3[], isClear: (p: Vec3) => boolean, reach: number) {
  let first = points.length
  let base: Vec3[] = []
  let along = 0
  let wasClear = false
  for (const [i, p] of points.entries()) {
    if (i > first) along += distance(p, points[i - 1])
    if (along > reach) break
    const clears = isClear(p)
    if (clears && !wasClear) [first, base, along] = [i, [], 0]
    if (clears) base.push(p)
    wasClear = clears
  }
  return { first, base, along }
}

/** Follows the organ's base line back to the stem's axis. */
function insertionOf(
  base: readonly Vec3[],
  stem: StemCurve,
  start: StemPlace,
  clearance: number,
): StemPlace {
  if (base.length < 2) return start
  const { middle, line } = lineThrough(base)
  // where along the stem the line has come to the axis, for the stem's direction there
  let place = start
  for (let pass = 0; pass < 3; pass++) {
    const out = across(line, place.tangent)
    const slope = norm(out)
    // an organ that runs along the stem says little about where it left
    if (slope < 0.1) return start
    const gap = dot(across(subtract(middle, place.point), place.tangent), unit(out))
    const back = dot(line, place.tangent) * (gap / slope)
    const s = place.s + dot(subtract(middle, place.point), place.tangent) - back
    const low = start.s - 4 * clearance
    place = stem.at(Math.min(Math.max(s, Math.max(0, low)), start.s + clearance))
  }
  return place
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
