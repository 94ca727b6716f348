// Vectors and boxes in space: the few words that all of the geometry shares.

/** x, y, z: a point or a direction. */
export type Vec3 = readonly [number, number, number]

/** A box along the axes: `min` ≤ `max` on each of them. */
export interface Bounds {
  readonly min: Vec3
  readonly max: Vec3
}

/** Point `i` of a flat array of coordinates. */
export function pointAt(coordinates: ArrayLike<number>, i: number): Vec3 {
  return [coordinates[3 * i], coordinates[3 * i + 1], coordinates[3 * i + 2]]
}

/** How many radians one degree is. */
export const radiansPerDegree = Math.PI / 180

/** a + b */
export function add(a: Vec3, b: Vec3): Vec3 {
  return [a[0] + b[0], a[1] + b[1], a[2] + b[2]]
}

/** a − b */
export function subtract(a: Vec3, b: Vec3): Vec3 {
  return [a[0] - b[0], a[1] - b[1], a[2] - b[2]]
}

/** s·a */
export function scale(a: Vec3, s: number): Vec3 {
  return [a[0] * s, a[1] * s, a[2] * s]
}

/** a · b */
export function dot(a: Vec3, b: Vec3): number {
  return a[0] * b[0] + a[1] * b[1] + a[2] * b[2]
}

/** a × b */
export function cross(a: Vec3, b: Vec3): Vec3 {
  return [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]]
}

/** a + s·b */
export function along(a: Vec3, b: Vec3, s: number): Vec3 {
  return [a[0] + s * b[0], a[1] + s * b[1], a[2] + s * b[2]]
}

/** |a| */
export function norm(a: Vec3): number {
  return Math.hypot(a[0], a[1], a[2])
}

/** |a − b| */
export function distance(a: Vec3, b: Vec3): number {
  return Math.hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2])
}

/** `a` at length 1; a null vector stays null. */
export function unit(a: Vec3): Vec3 {
  const length = norm(a)
  return length > 0 ? scale(a, 1 / length) : a
}

/** The angle between two unit vectors, in degrees: 0 to 180. */
export function degreesBetween(a: Vec3, b: Vec3): number {
  return (Math.acos(Math.min(1, Math.max(-1, dot(a, b)))) * 180) / Math.PI
}

/** The part of `a` at right angles to the unit vector `axis`. */
export function across(a: Vec3, axis: Vec3): Vec3 {
  return subtract(a, scale(axis, dot(a, axis)))
}

/** The mean of points; NaN of none. */
export function meanOf(points: readonly Vec3[]): Vec3 {
  const sum = points.reduce(add, [0, 0, 0])
  return [sum[0] / points.length, sum[1] / points.length, sum[2] / points.length]
}

/**
 * The smallest box that holds points; of none, one from ∞ to −∞.
 *
 * @param points x, y and z by turns
 */
export function boundsOf(points: ArrayLike<number>): Bounds {
  const min: [number, number, number] = [Infinity, Infinity, Infinity]
  const max: [number, number, number] = [-Infinity, -Infinity, -Infinity]
  for (let i = 0; i < points.length; i++) {
    const axis = i % 3
    if (points[i] < min[axis]) min[axis] = points[i]
    if (points[i] > max[axis]) max[axis] = points[i]
  }
  return { min, max }
}
