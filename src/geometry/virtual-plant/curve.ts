// Curves in space by arc length, with a frame that does not twist: the axes of stems and organs.
import { across, cross, dot, type Vec3 } from '../linear.ts'
import { combined, unitByDivision } from './vector.ts'

/** A curve sampled at equal arc lengths, from 0 to `length`. */
export interface Curve {
  readonly length: number
  /** Arc length between successive points. */
  readonly step: number
  readonly points: readonly Vec3[]
  /** Unit direction at each point. */
  readonly tangents: readonly Vec3[]
  /** Unit normal at each point: turns with the curve, never about it. */
  readonly normals: readonly Vec3[]
}

/** Where a curve is and how it stands there: tangent, normal and side are a right-handed frame. */
export interface Station {
  readonly point: Vec3
  readonly tangent: Vec3
  readonly normal: Vec3
  readonly side: Vec3
}

/**
 * Follows a field of directions.
 *
 * @param start     the first point
 * @param direction the unit direction at each arc length
 * @param length    arc length of the curve, > 0
 * @param steps     number of equal steps, each straight, with the direction at its middle
 * @param normal    the direction that the frame's normal should have at the start; it is made
 *                  perpendicular to the curve
 */
export function traced(
  start: Vec3,
  direction: (arcLength: number) => Vec3,
  length: number,
  steps: number,
  normal: Vec3,
): Curve {
  const step = length / steps
  const points = [start]
  const tangents = [direction(0)]
  const normals = [unitByDivision(across(normal, tangents[0]))]
  for (let i = 1; i <= steps; i++) {
    points.push(combined([1, points[i - 1]], [step, direction((i - 0.5) * step)]))
    tangents.push(direction(i * step))
    normals.push(carried(i, points, tangents, normals[i - 1]))
  }
  return { length, step, points, tangents, normals }
}

/** Wang, Jüttler, Zheng and Liu, "Computation of rotation minimizing frames", 2008: two mirrors. */
function carried(
  i: number,
  points: readonly Vec3[],
  tangents: readonly Vec3[],
  normal: Vec3,
): Vec3 {
  const along = combined([1, points[i]], [-1, points[i - 1]])
  const mirrored = (v: Vec3, through: Vec3) =>
    combined([1, v], [(-2 * dot(v, through)) / dot(through, through), through])
  const between = mirrored(normal, along)
  const second = combined([1, tangents[i]], [-1, mirrored(tangents[i - 1], along)])
  return unitByDivision(
    across(dot(second, second) > 0 ? mirrored(between, second) : between, tangents[i]),
  )
}

/** The curve's frame at an arc length, interpolated between its points. */
export function stationAt(curve: Curve, arcLength: number): Station {
  const position = Math.min(Math.max(arcLength / curve.step, 0), curve.points.length - 1)
  const i = Math.min(Math.floor(position), curve.points.length - 2)
  const f = position - i
  const mixed = (values: readonly Vec3[]) => combined([1 - f, values[i]], [f, values[i + 1]])
  const tangent = unitByDivision(mixed(curve.tangents))
  const normal = unitByDivision(across(mixed(curve.normals), tangent))
  return { point: mixed(curve.points), tangent, normal, side: cross(tangent, normal) }
}
