// Models of a ring of cameras in a room, as photographs through a lens would give them.
import { project, type Camera, type Intrinsics } from '../../src/geometry/camera.ts'
import type { Vec3 } from '../../src/geometry/linear.ts'
import { quaternionOf } from '../../src/geometry/poses/quaternion.ts'
import { random } from '../../src/geometry/random.ts'
import { poseAt } from '../../src/geometry/render/camera-path.ts'
import type { io } from '../../src/index.ts'
import { circleOf } from './colmap-models.ts'

/** What differs from lens to lens. */
export interface RingLens {
  /** Where the principal point lies across the image, 1000 pixels wide. */
  readonly across: number
  /** The coefficients of radial distortion; absent: 0. */
  readonly k?: readonly [k1: number, k2: number]
}

/** The size of each image, in pixels. */
export const size = { width: 1000, height: 750 }
/** Where the cameras stand. */
export const stands = circleOf(12)
/** The file of a photograph. */
export const nameOf = (i: number): string => `p${String(i).padStart(2, '0')}.png`

/**
 * A ring of cameras in a room, with matches 0.4 pixel off.
 *
 * @param seen the lens that took the photographs
 * @param told the lens that the model names, a SIMPLE_RADIAL unless it has a k2; absent: the same
 * @param seed draws points and errors
 */
export function ringModel(seen: RingLens, told = seen, seed = 3): io.ColmapModel {
  const draw = random(seed)
  const points = Array.from({ length: 300 }, (): Vec3 => {
    const turn = 2 * Math.PI * draw.uniform()
    const away = 100 + 400 * draw.uniform()
    return [375 + away * Math.cos(turn), 375 + away * Math.sin(turn), 300 * draw.uniform() - 100]
  })
  const tracks: number[][] = points.map(() => [])
  const images = stands.map((stand, view): io.ColmapImage => {
    const pose = poseAt(stand)
    const camera: Camera = { ...lensOf(seen), ...pose }
    const shown = points.flatMap((point, id) => {
      const pixel = project(camera, point)
      const isIn = pixel && pixel.every((at, i) => at > 0 && at < [size.width, size.height][i])
      return isIn ? [{ id, pixel: pixel.map((at) => at + 0.4 * draw.normal()) }] : []
    })
    for (const [i, { id }] of shown.entries()) tracks[id].push(view + 1, i)
    return {
      id: view + 1,
      qvec: quaternionOf(pose.rotmat),
      tvec: pose.tvec,
      cameraId: 1,
      name: nameOf(view),
      xys: Float64Array.from(shown.flatMap(({ pixel }) => pixel)),
      point3DIds: Float64Array.from(shown, ({ id }) => id + 1),
    }
  })
  let end = 0
  const starts = [0, ...tracks.map((track) => (end += track.length / 2))]
  return {
    cameras: [{ id: 1, ...lensOf(told) }],
    images,
    points3D: {
      ids: Float64Array.from(points, (_, id) => id + 1),
      xyz: Float64Array.from(points.flat()),
      rgb: new Uint8Array(3 * points.length),
      errors: new Float64Array(points.length).fill(0.5),
      starts: Uint32Array.from(starts),
      tracks: Uint32Array.from(tracks.flat()),
    },
  }
}

function lensOf({ across, k = [0, 0] }: RingLens): Intrinsics {
  const [k1, k2] = k
  const params = [900, across, 375, k1]
  return k2 === 0
    ? { model: 'SIMPLE_RADIAL', ...size, params }
    : { model: 'RADIAL', ...size, params: [...params, k2] }
}
