// What is known of a scan before COLMAP is asked: photographs, the scanner's poses, the lens, the box.
import type { Intrinsics } from '../../src/geometry/camera.ts'
import type { Vec3 } from '../../src/geometry/linear.ts'
import {
  RomiError,
  type Box,
  type FileRef,
  type InputFile,
  type InputFileset,
  type io,
  type TaskContext,
} from '../../src/index.ts'
import {
  calibratedLens,
  calibrationOf,
  type CalibrationScan,
} from '../artifacts/calibrated-lens.ts'
import { givenBox } from './box.ts'
import { calibratedPoses } from './calibration.ts'
import { matchingOf, type Matching } from './matching.ts'
import type { ColmapParams } from './params.ts'
import { scannerPoses } from './positions.ts'

/** A photograph, and where the scanner says that it was taken. */
export interface TakenPhotograph {
  readonly ref: FileRef
  /** The name of its file. */
  readonly name: string
  /** In the frame that the model is brought into; undefined where it keeps its own. */
  readonly scanner: Vec3 | undefined
}

/** What is known of a scan. */
export interface Survey {
  readonly photographs: readonly InputFile[]
  readonly taken: readonly TakenPhotograph[]
  readonly box: Box | undefined
  /** What COLMAP takes as it is. */
  readonly lens: Intrinsics | undefined
  readonly matching: Matching
  readonly unit: string | undefined
}

interface Inputs {
  readonly upstream_task: InputFileset & { read(file: InputFile): Promise<io.Image> }
  readonly intrinsic_calibration_scan_id: CalibrationScan | undefined
  readonly extrinsic_calibration_scan_id: CalibrationScan | undefined
}

/**
 * Gathers what is known of a scan before COLMAP is asked.
 *
 * @throws RomiError `task/too-few-photographs`, `task/no-poses`, `task/no-camera`,
 *   `task/size-mismatch`
 */
export async function gatherScan(
  inputs: Inputs,
  params: ColmapParams,
  log: TaskContext['log'],
): Promise<Survey> {
  const { upstream_task: input } = inputs
  const photographs = input.files
  if (photographs.length < 3)
    throw new RomiError(
      'task/too-few-photographs',
      `${photographs.length} photographs are too few for poses: take at least three, or widen ` +
        'query',
    )
  const { intrinsic_calibration_scan_id: lensScan, extrinsic_calibration_scan_id: poseScan } =
    inputs
  const intrinsic = lensScan && (await calibrationOf(lensScan))
  const extrinsic = poseScan && (await calibrationOf(poseScan))
  const lensFrom = extrinsic && params.use_calibration_camera ? extrinsic : intrinsic
  const image = await input.read(photographs[0])
  const lens = lensFrom && calibratedLens(lensFrom, params.camera_model, image)

  const poses = (extrinsic && calibratedPoses(extrinsic, photographs)) ?? scannerPoses(photographs)
  if (params.align_pcd && poses.size === 0)
    throw new RomiError(
      'task/no-poses',
      'no photograph says where it was taken, and COLMAP alone cannot know how large a plant is: ' +
        'give them "approximate_pose" = [x, y, z, pan, tilt], as romi-run import --metadata does; ' +
        'or set align_pcd = false, and lengths are in a unit of its own',
    )
  // in the scanner's frame; where the model keeps its own, what is given is in that
  const { align_pcd: isAligned, bounding_box: given } = params
  const box = givenBox(isAligned ? given : undefined, input)
  const matching = matchingOf(
    params,
    photographs.map(({ id }) => poses.get(id)),
    lens ?? roughly(image),
    box,
  )
  if (matching.is === 'pairs')
    log.info(`${matching.pairs.length} pairs of ${photographs.length} photographs are compared`)
  else if (matching.is !== params.matcher)
    log.warn(
      `matcher = "${params.matcher}" goes by where photographs were taken, and their metadata do ` +
        'not tell: all pairs are compared',
    )
  const unit = input.metadata('unit') ?? input.scanMetadata('unit')
  return {
    photographs,
    box: isAligned ? box : given,
    lens,
    matching,
    taken: photographs.map(({ ref, id, filename }) => {
      return { ref, name: filename, scanner: isAligned ? poses.get(id)?.position : undefined }
    }),
    unit: typeof unit === 'string' ? unit : undefined,
  }
}

/** A lens that is about right, COLMAP's first guess: 1.2 × the longer side. */
function roughly({ width, height }: io.Image): Intrinsics {
  const focal = 1.2 * Math.max(width, height)
  return { model: 'SIMPLE_PINHOLE', width, height, params: [focal, width / 2, height / 2] }
}
