// Curves in space by arc length, with a frame that does not twist: the axes of stems and organs.
import { across, combined, cross, dot, unit } from './vector.ts'
import type { Vector } from './vector.ts'

/** A curve sampled at equal arc lengths, from 0 to `length`. */
export interface Curve {
  readonly length: number
  /** Arc length between successive points. */
  readonly step: number
  readonly points: readonly Vector[]
  /** Unit direction at each point. */
  readonly tangents: readonly Vector[]
  /** Unit normal at each point: turns with the curve, never about it. */
  readonly normals: readonly Vector[]
}

/** Where a curve is and how it stands there: tangent, normal and side are a right-handed frame. */
export interface Station {
  readonly point: Vector
  readonly tangent: Vector
  readonly normal: Vector
  readonly side: Vector
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
  start: Vector,
  direction: (arcLength: number) => Vector,
  length: number,
  steps: number,
  normal: Vector,
): Curve {
  const step = length / steps
  const points = [start]
  const tangents = [direction(0)]
  const normals = [unit(across(normal, tangents[0]))]
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
  points: readonly Vector[],
  tangents: readonly Vector[],
  normal: Vector,
): Vector {
  const along = combined([1, points[i]], [-1, points[i - 1]])
  const mirrored = (v: Vector, through: Vector) =>
    combined([1, v], [(-2 * dot(v, through)) / dot(through, through), through])
  const between = mirrored(normal, along)
  const second = combined([1, tangents[i]], [-1, mirrored(tangents[i - 1], along)])
  return unit(across(dot(second, second) > 0 ? mirrored(between, second) : between, tangents[i]))
}

/** The curve's frame at an arc length, interpolated between its points. */
export function stationAt(curve: Curve, arcLength: number): Station {
  const position = Math.min(Math.max(arcLength / curve.step, 0), curve.points.length - 1)
  const i = Math.min(Math.floor(position), curve.points.length - 2)
  const f = position - i
  const mixed = (values: readonly Vector[]) => combined([1 - f, values[i]], [f, values[i + 1]])
  const tangent = unit(mixed(curve.tangents))
  const normal = unit(across(mixed(curve.normals), tangent))
  return { point: mixed(curve.points), tangent, normal, side: cross(tangent, normal) }
}
