// Similarities: a turn, a scale and a shift between two frames of the same scene.
import { centreOf, type Pose } from '../camera.ts'
import { meanOf, type Vec3 } from '../linear.ts'
import { rotationOf } from './quaternion.ts'

/** Takes a point p to `scale` · `rotation` p + `shift`. */
export interface Similarity {
  readonly scale: number
  /** 3 × 3, row after row. */
  readonly rotation: readonly number[]
  readonly shift: Vec3
}

/** Leaves everything where it is. */
export const identity: Similarity = {
  scale: 1,
  rotation: [1, 0, 0, 0, 1, 0, 0, 0, 1],
  shift: [0, 0, 0],
}

/** Where a similarity takes a point. */
export function applySimilarity({ scale, rotation: r, shift }: Similarity, [x, y, z]: Vec3): Vec3 {
  const at = (i: number): number =>
    scale * (r[3 * i] * x + r[3 * i + 1] * y + r[3 * i + 2] * z) + shift[i]
  return [at(0), at(1), at(2)]
}

/** The pose, in the new frame, of a camera that sees there what it saw in the old one. */
export function movedPose(similarity: Similarity, pose: Pose): Pose {
  const { rotmat: a } = pose
  const { rotation: b } = similarity
  const rotmat = Array.from({ length: 9 }, (_, i) => {
    const [row, column] = [3 * Math.floor(i / 3), 3 * (i % 3)]
    return a[row] * b[column] + a[row + 1] * b[column + 1] + a[row + 2] * b[column + 2]
  })
  const [x, y, z] = applySimilarity(similarity, centreOf(pose))
  const at = (i: number): number => -(rotmat[i] * x + rotmat[i + 1] * y + rotmat[i + 2] * z)
  return { rotmat, tvec: [at(0), at(3), at(6)] }
}

/**
 * The similarity that brings points nearest to others, in the mean square.
 *
 * @param from three points or more, not all on one line
 * @param to   as many, in the same order
 * @returns undefined where the points do not determine it
 * Source: Horn, Closed-form solution of absolute orientation using unit quaternions, 1987.
 */
export function similarityBetween(
  from: readonly Vec3[],
  to: readonly Vec3[],
): Similarity | undefined {
  if (from.length !== to.length)
    throw new RangeError(`${from.length} points cannot be brought to ${to.length}`)
  if (from.length < 3) return undefined
  const [centre, target] = [meanOf(from), meanOf(to)]
  // the covariance of the two, and the spread of each
  const c = new Float64Array(9)
  const spread = [0, 0]
  for (let p = 0; p < from.length; p++)
    for (let i = 0; i < 3; i++) {
      const a = from[p][i] - centre[i]
      spread[0] += a * a
      spread[1] += (to[p][i] - target[i]) ** 2
      for (let j = 0; j < 3; j++) c[3 * i + j] += a * (to[p][j] - target[j])
    }
  const { values, vectors } = symmetricEigen(quaternionForm(c), 4)
  // two equal largest values: any turn about a line would do
  if (!(values[0] - values[1] > 1e-9 * Math.sqrt(spread[0] * spread[1]))) return undefined
  const [w, qx, qy, qz] = vectors[0]
  const rotation = rotationOf([w, qx, qy, qz])
  const scale = values[0] / spread[0]
  const [x, y, z] = applySimilarity({ scale, rotation, shift: [0, 0, 0] }, centre)
  return { scale, rotation, shift: [target[0] - x, target[1] - y, target[2] - z] }
}

/** Horn's matrix: its largest eigenvector is the quaternion of the best turn. */
function quaternionForm([xx, xy, xz, yx, yy, yz, zx, zy, zz]: Float64Array): Float64Array {
  // prettier-ignore
  return Float64Array.of(
    xx + yy + zz, yz - zy, zx - xz, xy - yx,
    yz - zy, xx - yy - zz, xy + yx, zx + xz,
    zx - xz, xy + yx, yy - xx - zz, yz + zy,
    xy - yx, zx + xz, yz + zy, zz - xx - yy,
  )
}

/**
 * Eigenvalues, largest first, with their unit vectors, by Jacobi's rotations (1846).
 *
 * @param matrix n × n and symmetric, row after row
 */
export function symmetricEigen(
  matrix: Float64Array,
  n: number,
): { readonly values: readonly number[]; readonly vectors: readonly (readonly number[])[] } {
  const a = matrix.slice()
  const v = Float64Array.from({ length: n * n }, (_, i) => (i % (n + 1) === 0 ? 1 : 0))
  const size = Math.hypot(...a)
  for (let sweep = 0; sweep < 64; sweep++) {
    let off = 0
    for (let p = 0; p < n; p++)
      for (let q = p + 1; q < n; q++) {
        off = Math.max(off, Math.abs(a[p * n + q]))
        rotate(a, v, n, p, q)
      }
    if (off <= 1e-16 * size) break
  }
  const order = Array.from({ length: n }, (_, i) => i).sort((i, j) => a[j * n + j] - a[i * n + i])
  return {
    values: order.map((i) => a[i * n + i]),
    vectors: order.map((i) => Array.from({ length: n }, (_, row) => v[row * n + i])),
  }
}

/** Turns the plane of axes p and q so that their entry vanishes. */
function rotate(a: Float64Array, v: Float64Array, n: number, p: number, q: number): void {
  const entry = a[p * n + q]
  if (entry === 0) return
  const theta = (a[q * n + q] - a[p * n + p]) / (2 * entry)
  const t = (theta < 0 ? -1 : 1) / (Math.abs(theta) + Math.sqrt(theta * theta + 1))
  const cosine = 1 / Math.sqrt(t * t + 1)
  const sine = t * cosine
  for (let k = 0; k < n; k++) {
    const [kp, kq] = [a[k * n + p], a[k * n + q]]
    a[k * n + p] = cosine * kp - sine * kq
    a[k * n + q] = sine * kp + cosine * kq
  }
  for (let k = 0; k < n; k++) {
    const [pk, qk] = [a[p * n + k], a[q * n + k]]
    a[p * n + k] = cosine * pk - sine * qk
    a[q * n + k] = sine * pk + cosine * qk
    const [vp, vq] = [v[k * n + p], v[k * n + q]]
    v[k * n + p] = cosine * vp - sine * vq
    v[k * n + q] = sine * vp + cosine * vq
  }
}
