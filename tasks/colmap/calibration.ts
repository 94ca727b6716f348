// Poses that were calibrated on another scan.
import { centreOf } from '../../src/geometry/camera.ts'
import { RomiError, type InputFile } from '../../src/index.ts'
import type { Calibration } from '../artifacts/calibrated-lens.ts'
import { poseIn, type ScannerPose } from './positions.ts'

/** The metadata under which ROMI's Colmap leaves a calibrated pose with each photograph. */
export const calibratedKey = 'calibrated_pose'

/**
 * Where photographs were taken, if those of the calibration were taken along the same path: each
 * where that of its id was; where ids differ, the first here where the first was there, as in ROMI.
 *
 * @returns undefined if the calibration knows of no pose
 * @throws RomiError `task/no-camera` if there are not as many
 */
export function calibratedPoses(
  { from, cameras }: Calibration,
  photographs: readonly InputFile[],
): ReadonlyMap<string, ScannerPose> | undefined {
  // by id: with the dot of its ending, `IMG (1).jpg` would come before `IMG.jpg`
  const shots = [...cameras.shots]
    .map(([name, camera]) => ({ id: idOfImage(name), position: centreOf(camera) }))
    .sort((a, b) => (a.id < b.id ? -1 : 1))
  if (shots.length === 0) {
    const left = photographs.flatMap((file) => {
      const pose = poseIn(file.metadata(calibratedKey))
      return pose ? [[file.id, pose] as const] : []
    })
    return left.length > 0 ? new Map(left) : undefined
  }
  if (shots.length === photographs.length) {
    const byId = new Map(shots.map(({ id, position }) => [id, position]))
    const inOrder = photographs.map(({ id }) => id).sort((a, b) => (a < b ? -1 : 1))
    const areSame = inOrder.every((id) => byId.has(id))
    return new Map(
      inOrder.map((id, i) => [
        id,
        { position: (areSame ? byId.get(id) : undefined) ?? shots[i].position },
      ]),
    )
  }
  throw new RomiError(
    'task/no-camera',
    `${from} holds ${shots.length} poses, but there are ${photographs.length} photographs: both ` +
      'must be taken along the same path; leave out extrinsic_calibration_scan_id',
  )
}

/** The id of a photograph: its file's name without the ending. */
const idOfImage = (name: string): string => name.replace(/(?<=.)\.[^.]*$/, '')
