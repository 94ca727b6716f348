// Models as COLMAP would find them, of rings of cameras whose places are known.
import type { Vec3 } from '../../src/geometry/linear.ts'
import { quaternionOf, rotationOf } from '../../src/geometry/poses/quaternion.ts'
import { movedPose, applySimilarity, type Similarity } from '../../src/geometry/poses/similarity.ts'
import { poseAt, standsAlong, type Stand } from '../../src/geometry/render/camera-path.ts'
import type { io, JsonObject } from '../../src/index.ts'

/** A scanner's path: a circle of 300 about (375, 375), 80 high. */
export const circleOf = (views: number): readonly Stand[] =>
  standsAlong({ is: 'circle', centre: [375, 375], radius: 300, z: 80, tilt: 0, views })

/** The metadata of a photograph that was meant to be taken at a stand. */
export const takenAt = ({ position, pan, tilt }: Stand): JsonObject => ({
  approximate_pose: [...position, pan, tilt],
  channel: 'rgb',
})

/** A frame such as COLMAP chooses: of no known unit, turned anyhow. */
export const anyFrame: Similarity = {
  scale: 0.013,
  rotation: rotationOf([0.3, -0.5, 0.7, 0.1]),
  shift: [1, -2, 3],
}

/** A model in `anyFrame` of photographs at these stands, by the names of their files. */
export function modelOf(
  stands: Readonly<Record<string, Stand>>,
  camera: Partial<io.ColmapCamera> = {},
): io.ColmapModel {
  const points: readonly Vec3[] = [
    [375, 375, 0],
    [361, 380, 20],
    [390, 350, -40],
    [900, 900, 900],
  ]
  return {
    cameras: [
      {
        id: 1,
        model: 'SIMPLE_RADIAL',
        width: 4,
        height: 3,
        params: [3.2, 2, 1.5, 0.05],
        ...camera,
      },
    ],
    images: Object.entries(stands).map(([name, stand], i): io.ColmapImage => {
      const { rotmat, tvec } = movedPose(anyFrame, poseAt(stand))
      return {
        id: i + 1,
        qvec: quaternionOf(rotmat),
        tvec,
        cameraId: 1,
        name,
        xys: Float64Array.of(1, 2, 3, 0.5),
        point3DIds: Float64Array.of(7, -1),
      }
    }),
    points3D: {
      ids: Float64Array.of(7, 3, 12, 90),
      xyz: Float64Array.from(points.flatMap((point) => [...applySimilarity(anyFrame, point)])),
      rgb: Uint8Array.from({ length: 12 }, (_, i) => 20 * i),
      errors: Float64Array.of(0.4, 0.5, 0.6, 0.7),
      starts: Uint32Array.of(0, 2, 3, 4, 4),
      tracks: Uint32Array.of(1, 0, 2, 0, 1, 1, 2, 1),
    },
  }
}
