// Lenses and poses that were calibrated on another scan.
import { centreOf, type Intrinsics } from '../../src/geometry/camera.ts'
import { RomiError, type InputFile } from '../../src/index.ts'
import type { CameraSet } from '../artifacts/cameras.ts'
import { poseIn, type ScannerPose } from './positions.ts'

/** A calibration with where it comes from, for messages. */
export interface Calibration {
  readonly from: string
  readonly cameras: CameraSet
}

/** A lens that COLMAP takes as it is. */
export type KnownLens = Pick<Intrinsics, 'model' | 'params'>

/**
 * The lens of a calibration; of several models of it, the one that is asked for.
 *
 * @throws RomiError `task/no-camera`
 */
export function calibratedLens(
  { from, cameras: { intrinsics } }: Calibration,
  cameraModel: string,
): KnownLens {
  const asked = intrinsics.filter(({ model }) => model === cameraModel)
  const candidates = intrinsics.length === 1 ? intrinsics : asked
  if (candidates.length === 1) return candidates[0]
  throw new RomiError(
    'task/no-camera',
    `${from} holds ${intrinsics.length} lenses (${intrinsics.map(({ model }) => model).join(', ')}), ` +
      `of which camera_model = "${cameraModel}" chooses ${asked.length}: set it to one of them`,
  )
}

/** The metadata under which ROMI's Colmap leaves a calibrated pose with each photograph. */
export const calibratedKey = 'calibrated_pose'

/**
 * Where photographs were taken, if those of the calibration were taken along the same path: the
 * first here where the first was there, as in ROMI; by their files' ids.
 *
 * @returns undefined if the calibration knows of no pose
 * @throws RomiError `task/no-camera` if there are not as many
 */
export function calibratedPoses(
  { from, cameras }: Calibration,
  photographs: readonly InputFile[],
): ReadonlyMap<string, ScannerPose> | undefined {
  const shots = [...cameras.shots].sort(([a], [b]) => (a < b ? -1 : 1))
  if (shots.length === 0) {
    const left = photographs.flatMap((file) => {
      const pose = poseIn(file.metadata(calibratedKey))
      return pose ? [[file.id, pose] as const] : []
    })
    return left.length > 0 ? new Map(left) : undefined
  }
  if (shots.length === photographs.length)
    return new Map(
      photographs.map(({ id }, i) => [id, { position: centreOf(shots[i][1]) }] as const),
    )
  throw new RomiError(
    'task/no-camera',
    `${from} holds ${shots.length} poses, but there are ${photographs.length} photographs: both ` +
      'must be taken along the same path; leave out extrinsic_calibration_scan_id',
  )
}
