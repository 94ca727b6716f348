// Vectors in space, for the few thousand that shape a plant.

/** A point or direction: x, y, z. */
export type Vector = readonly [x: number, y: number, z: number]

/** The sum of `vector · factor` over the given pairs. */
export function combined(...terms: readonly (readonly [factor: number, vector: Vector])[]): Vector {
  let x = 0
  let y = 0
  let z = 0
  for (const [factor, vector] of terms) {
    x += factor * vector[0]
    y += factor * vector[1]
    z += factor * vector[2]
  }
  return [x, y, z]
}

/** The dot product. */
export function dot(a: Vector, b: Vector): number {
  return a[0] * b[0] + a[1] * b[1] + a[2] * b[2]
}

/** The cross product. */
export function cross(a: Vector, b: Vector): Vector {
  return [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]]
}

/** The vector of length 1 along `a`. */
export function unit(a: Vector): Vector {
  const length = Math.hypot(a[0], a[1], a[2])
  return [a[0] / length, a[1] / length, a[2] / length]
}

/** The part of `a` normal to the unit vector `axis`. */
export function across(a: Vector, axis: Vector): Vector {
  return combined([1, a], [-dot(a, axis), axis])
}
