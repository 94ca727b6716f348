// Small vectors of three numbers, for what is not a kernel's inner loop.

/** x, y, z. */
export type Vec3 = readonly [number, number, number]

/** Point `i` of a flat array of coordinates. */
export function pointAt(coordinates: ArrayLike<number>, i: number): Vec3 {
  return [coordinates[3 * i], coordinates[3 * i + 1], coordinates[3 * i + 2]]
}

export function add(a: Vec3, b: Vec3): Vec3 {
  return [a[0] + b[0], a[1] + b[1], a[2] + b[2]]
}

export function subtract(a: Vec3, b: Vec3): Vec3 {
  return [a[0] - b[0], a[1] - b[1], a[2] - b[2]]
}

export function scale(a: Vec3, factor: number): Vec3 {
  return [a[0] * factor, a[1] * factor, a[2] * factor]
}

export function dot(a: Vec3, b: Vec3): number {
  return a[0] * b[0] + a[1] * b[1] + a[2] * b[2]
}

export function cross(a: Vec3, b: Vec3): Vec3 {
  return [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]]
}

export function norm(a: Vec3): number {
  return Math.hypot(a[0], a[1], a[2])
}

export function distance(a: Vec3, b: Vec3): number {
  return Math.hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2])
}

/** `a` at length 1; a null vector stays null. */
export function unit(a: Vec3): Vec3 {
  const length = norm(a)
  return length > 0 ? scale(a, 1 / length) : a
}

/** The part of `a` at right angles to the unit vector `axis`. */
export function across(a: Vec3, axis: Vec3): Vec3 {
  return subtract(a, scale(axis, dot(a, axis)))
}
