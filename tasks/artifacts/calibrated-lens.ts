// The lens that was calibrated on another scan, for the photographs of this one.
import type { Intrinsics } from '../../src/geometry/camera.ts'
import { RomiError, type InputFileset, type io } from '../../src/index.ts'
import type { CameraSet } from './cameras.ts'

/** A scan whose calibration is used, as a task has it. */
export interface CalibrationScan extends Pick<InputFileset, 'id' | 'task'> {
  read(): Promise<CameraSet>
}

/** A calibration with where it comes from, for messages. */
export interface Calibration {
  readonly from: string
  readonly cameras: CameraSet
}

/** Reads the calibration of another scan. */
export async function calibrationOf(scan: CalibrationScan): Promise<Calibration> {
  return { from: scan.id ?? scan.task, cameras: await scan.read() }
}

/**
 * The lens of a calibration; of several models of it, the one that is asked for.
 *
 * @param image a photograph that was taken through it
 * @throws RomiError `task/no-camera`, `task/size-mismatch`
 */
export function calibratedLens(
  { from, cameras: { intrinsics } }: Calibration,
  cameraModel: string,
  { width, height }: Pick<io.Image, 'width' | 'height'>,
): Intrinsics {
  const lenses = [...new Map(intrinsics.map((lens) => [JSON.stringify(lens), lens])).values()]
  const asked = lenses.filter(({ model }) => model === cameraModel)
  const [lens, ...others] = lenses.length === 1 ? lenses : asked
  if (!lens || others.length > 0)
    throw new RomiError(
      'task/no-camera',
      `${from} holds ${lenses.length} lenses (${lenses.map(({ model }) => model).join(', ')}), ` +
        `of which camera_model = "${cameraModel}" chooses ${asked.length}: set it to one of them`,
    )
  // ROMI's calibration does not tell the size of its pictures
  const isTold = lens.width > 0 && lens.height > 0
  if (isTold && (lens.width !== width || lens.height !== height))
    throw new RomiError(
      'task/size-mismatch',
      `the lens of ${from} was calibrated on pictures of ${lens.width} × ${lens.height} pixels, ` +
        `but photographs have ${width} × ${height}: calibrate it with pictures of that size`,
    )
  return { ...lens, width, height }
}
