// Vectors for what shapes a plant, beside those of linear.ts.
import type { Vec3 } from '../linear.ts'

/** The sum of `vector · factor` over the given pairs. */
export function combined(...terms: readonly (readonly [factor: number, vector: Vec3])[]): Vec3 {
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

/** `a` at length 1; it divides where that of linear.ts multiplies, and plants depend on the last digit. */
export function unitByDivision(a: Vec3): Vec3 {
  const length = Math.hypot(a[0], a[1], a[2])
  return [a[0] / length, a[1] / length, a[2] / length]
}
