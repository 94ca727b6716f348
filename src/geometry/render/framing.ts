// How far away a camera must stand to have the whole plant in its picture.
import { pinholeOf, type Intrinsics } from '../camera.ts'
import type { LabelledMesh } from '../virtual-plant/labelled-mesh.ts'
import { poseAt, type Stand } from './camera-path.ts'

/**
 * The smallest radius of a path at which every view shows all of a mesh.
 *
 * @param standsAt the stands of a path of that radius
 * @param margin   share of the picture, on each side, that stays free
 * The lens is taken as straight, and of a mesh of many vertices some 2000 are looked at: the margin
 * makes up for both.
 */
export function radiusToShow(
  mesh: LabelledMesh,
  intrinsics: Intrinsics,
  standsAt: (radius: number) => readonly Stand[],
  margin = 0.06,
): number {
  const shows = (radius: number): boolean =>
    standsAt(radius).every((stand) => showsAll(mesh, intrinsics, stand, margin))
  let high = 1
  while (!shows(high)) {
    high *= 2
    if (high > 1e9) throw new RangeError('no distance is far enough to show the whole plant')
  }
  let low = high / 2
  while (high - low > 1e-3 * high) {
    const middle = (low + high) / 2
    if (shows(middle)) high = middle
    else low = middle
  }
  return high
}

function showsAll(
  { vertices: v }: LabelledMesh,
  intrinsics: Intrinsics,
  stand: Stand,
  margin: number,
): boolean {
  const { rotmat: r, tvec: t } = poseAt(stand)
  const { fx, fy, cx, cy } = pinholeOf(intrinsics)
  const { width, height } = intrinsics
  const stride = 3 * Math.ceil(v.length / 6000)
  for (let i = 0; i < v.length; i += stride) {
    const depth = r[6] * v[i] + r[7] * v[i + 1] + r[8] * v[i + 2] + t[2]
    if (depth <= 0) return false
    const x = (fx * (r[0] * v[i] + r[1] * v[i + 1] + r[2] * v[i + 2] + t[0])) / depth + cx
    const y = (fy * (r[3] * v[i] + r[4] * v[i + 1] + r[5] * v[i + 2] + t[1])) / depth + cy
    if (x < margin * width || x > (1 - margin) * width) return false
    if (y < margin * height || y > (1 - margin) * height) return false
  }
  return true
}
