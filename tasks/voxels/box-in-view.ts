// What each camera sees of the box: where it is nothing, the cameras are not what they seem.
import { centreOf, pinholeOf, type Camera } from '../../src/geometry/camera.ts'
import type { Bounds, Vec3 } from '../../src/geometry/linear.ts'

/** Points along each edge of the box at which it is looked at: a share is told to a few percent. */
const samples = 9

/** What cameras see of a box. */
export interface BoxInView {
  /** For each camera, the share of the box within its image. */
  readonly shares: readonly number[]
  readonly mean: number
  /** The share of the cameras that stand in the box. */
  readonly inside: number
  /** Which do. */
  readonly isInside: readonly boolean[]
}

/** Looks at a box through cameras; only their pinhole part counts. */
export function boxInView(box: Bounds, cameras: readonly Camera[]): BoxInView {
  const points = boxPoints(box)
  const shares = cameras.map((camera) => pointsInView(points, camera) / points.length)
  const isInside = cameras.map((camera) =>
    centreOf(camera).every((c, axis) => c > box.min[axis] && c < box.max[axis]),
  )
  return {
    shares,
    mean: shares.reduce((sum, share) => sum + share, 0) / Math.max(1, shares.length),
    inside: isInside.filter(Boolean).length / Math.max(1, cameras.length),
    isInside,
  }
}

function boxPoints({ min, max }: Bounds): Vec3[] {
  const places = Array.from({ length: samples }, (_, i) => (i + 0.5) / samples)
  const at = (axis: number, place: number) => min[axis] + place * (max[axis] - min[axis])
  return places.flatMap((x) =>
    places.flatMap((y) => places.map((z): Vec3 => [at(0, x), at(1, y), at(2, z)])),
  )
}

function pointsInView(points: readonly Vec3[], camera: Camera): number {
  const { rotmat: r, tvec: t, width, height } = camera
  const { fx, fy, cx, cy } = pinholeOf(camera)
  let count = 0
  for (const [x, y, z] of points) {
    const depth = r[6] * x + r[7] * y + r[8] * z + t[2]
    if (!(depth > 0)) continue
    const u = (fx * (r[0] * x + r[1] * y + r[2] * z + t[0])) / depth + cx
    const v = (fy * (r[3] * x + r[4] * y + r[5] * z + t[1])) / depth + cy
    if (u >= 0 && u < width && v >= 0 && v < height) count++
  }
  return count
}

/** Most cameras stand in the box, or see less than a tenth of it: such a scan cannot be. */
export const cannotBe = ({ shares, inside }: BoxInView): boolean =>
  inside > 0.5 || 2 * shares.filter((share) => share < 0.1).length > shares.length

/** `61…98 %`. */
export function sharesText({ shares }: BoxInView): string {
  const percent = shares.map((share) => Math.round(100 * share))
  return `${Math.min(...percent)}…${Math.max(...percent)} %`
}
