// Moving a camera a little, in its own frame.
import type { Vec3 } from '../linear.ts'
import type { Pose } from '../camera.ts'

/** The rotation about a vector by its length in radians: 3 × 3, row after row (Rodrigues, 1840). */
export function rotationAbout([x, y, z]: Vec3): number[] {
  const angle = Math.hypot(x, y, z)
  const s = angle < 1e-12 ? 1 : Math.sin(angle) / angle
  const c = angle < 1e-12 ? 0.5 : (1 - Math.cos(angle)) / (angle * angle)
  return [
    1 - c * (y * y + z * z),
    c * x * y - s * z,
    c * x * z + s * y,
    c * x * y + s * z,
    1 - c * (x * x + z * z),
    c * y * z - s * x,
    c * x * z - s * y,
    c * y * z + s * x,
    1 - c * (x * x + y * y),
  ]
}

/** a · b of 3 × 3 numbers, row after row. */
export function multiplied(a: readonly number[], b: readonly number[]): number[] {
  return Array.from({ length: 9 }, (_, i) => {
    const [row, column] = [3 * Math.floor(i / 3), i % 3]
    return a[row] * b[column] + a[row + 1] * b[column + 3] + a[row + 2] * b[column + 6]
  })
}

/** A rotation, 3 × 3, applied to a vector. */
export function turned(r: readonly number[], [x, y, z]: Vec3): Vec3 {
  const at = (i: number): number => r[i] * x + r[i + 1] * y + r[i + 2] * z
  return [at(0), at(3), at(6)]
}

/**
 * A camera that is turned about itself, and then shifted, in its own frame: what it saw at p it
 * sees at R(turn) p + shift.
 *
 * @param turn  in radians, about its x, y and z axes
 * @param shift in the scan's unit
 */
export function movedInFrame<P extends Pose>(pose: P, turn: Vec3, shift: Vec3 = [0, 0, 0]): P {
  const rotation = rotationAbout(turn)
  const [x, y, z] = turned(rotation, pose.tvec)
  return {
    ...pose,
    rotmat: multiplied(rotation, pose.rotmat),
    tvec: [x + shift[0], y + shift[1], z + shift[2]],
  }
}
