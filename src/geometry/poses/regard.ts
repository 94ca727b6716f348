// The point that cameras look at together.
import { centreOf, type Pose } from '../camera.ts'
import { add, cross, dot, norm, subtract, type Vec3 } from '../linear.ts'

/** Where several cameras look. */
export interface LookAtPoint {
  readonly point: Vec3
  /** The mean distance of the cameras from it. */
  readonly distance: number
}

/**
 * The point to which the lines of sight through the middle of each picture come nearest, in the mean
 * square.
 *
 * @returns undefined if they are (nearly) parallel, or the point is behind most of the cameras
 */
export function regardOf(poses: readonly Pose[]): LookAtPoint | undefined {
  // Σ (I − d dᵀ) p = Σ (I − d dᵀ) c, over the directions d and the centres c
  const rows: [Vec3, Vec3, Vec3] = [
    [0, 0, 0],
    [0, 0, 0],
    [0, 0, 0],
  ]
  let right: Vec3 = [0, 0, 0]
  const sights = poses.map((pose) => ({ centre: centreOf(pose), axis: axisOf(pose) }))
  for (const { centre, axis } of sights) {
    const part = (i: number): Vec3 => {
      const at = (j: number): number => (i === j ? 1 : 0) - axis[i] * axis[j]
      return [at(0), at(1), at(2)]
    }
    for (const i of [0, 1, 2]) rows[i] = add(rows[i], part(i))
    right = add(right, [dot(part(0), centre), dot(part(1), centre), dot(part(2), centre)])
  }
  const point = solveThree(rows, right, 1e-3 * poses.length ** 3)
  if (!point) return undefined
  const away = sights.map(({ centre, axis }) => {
    const to = subtract(point, centre)
    return { distance: norm(to), isBehind: dot(to, axis) <= 0 }
  })
  if (2 * away.filter(({ isBehind }) => isBehind).length >= away.length) return undefined
  return { point, distance: away.reduce((sum, { distance }) => sum + distance, 0) / away.length }
}

const axisOf = ({ rotmat }: Pose): Vec3 => [rotmat[6], rotmat[7], rotmat[8]]

/** Cramer's rule for a symmetric matrix; undefined where its determinant is below `least`. */
function solveThree(
  [a, b, c]: readonly [Vec3, Vec3, Vec3],
  d: Vec3,
  least: number,
): Vec3 | undefined {
  const determinant = dot(a, cross(b, c))
  if (!(determinant > least)) return undefined
  return [
    dot(d, cross(b, c)) / determinant,
    dot(a, cross(d, c)) / determinant,
    dot(a, cross(b, d)) / determinant,
  ]
}
