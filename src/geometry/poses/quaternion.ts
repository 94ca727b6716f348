// Rotations as quaternions, which is how COLMAP writes them.
import { largestAt } from '../largest.ts'

/** w, x, y, z. */
export type Quaternion = readonly [w: number, x: number, y: number, z: number]

/** The rotation of a quaternion of any length but zero: 3 × 3, row after row. */
export function rotationOf([w, x, y, z]: Quaternion): readonly number[] {
  const s = 2 / (w * w + x * x + y * y + z * z)
  // prettier-ignore
  return [
    1 - s * (y * y + z * z), s * (x * y - w * z), s * (x * z + w * y),
    s * (x * y + w * z), 1 - s * (x * x + z * z), s * (y * z - w * x),
    s * (x * z - w * y), s * (y * z + w * x), 1 - s * (x * x + y * y),
  ]
}

/**
 * The unit quaternion of a rotation, with w ≥ 0.
 *
 * Source: Shepperd, Quaternion from rotation matrix, 1978: it divides by the largest part.
 */
export function quaternionOf(r: readonly number[]): Quaternion {
  const trace = r[0] + r[4] + r[8]
  const squares = [trace, r[0], r[4], r[8]]
  const largest = largestAt(squares)
  const [i, j, k] = [largest - 1, largest % 3, (largest + 1) % 3]
  const q = [0, 0, 0, 0]
  if (largest === 0) {
    q[0] = 1 + trace
    q[1] = r[7] - r[5]
    q[2] = r[2] - r[6]
    q[3] = r[3] - r[1]
  } else {
    q[0] = r[3 * k + j] - r[3 * j + k]
    q[1 + i] = 1 + r[4 * i] - r[4 * j] - r[4 * k]
    q[1 + j] = r[3 * i + j] + r[3 * j + i]
    q[1 + k] = r[3 * i + k] + r[3 * k + i]
  }
  const length = Math.hypot(...q) * (q[0] < 0 ? -1 : 1)
  return [q[0] / length, q[1] / length, q[2] / length, q[3] / length]
}
