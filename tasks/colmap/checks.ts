// How far COLMAP's poses can be trusted, as numbers that limits are set on.
import { distance, meanOf } from '../../src/geometry/linear.ts'
import type { io, TaskContext } from '../../src/index.ts'
import { distanceOf, type Photograph } from '../artifacts/reconstruction.ts'

/** What Colmap and ExtrinsicCalibration report. */
export const poseChecks = {
  registered_share: {
    doc: 'Share of the photographs that COLMAP found a pose for.',
    min: 0.9,
    low: 'the plant is seen from fewer sides. Are these photographs sharp, and is there texture around the plant? matcher = "exhaustive" finds more',
  },
  reprojection_error: {
    doc: 'Mean distance between where points are seen and where the poses say that they are.',
    unit: 'pixel',
    max: 2,
    high: 'lens or poses are wrong. Did the plant move, or the focus change? Another camera_model may fit the lens',
  },
  scanner_distance: {
    doc: "Mean distance of the poses from the scanner's, divided by that of the cameras from their middle.",
    max: 0.03,
    high: "the scanner's poses or COLMAP's are wrong. Look at camera_positions.svg, and at approximate_pose of the photographs",
  },
} as const

/** Reports how many photographs have a pose, how well points fit, and how far off the scanner's they are. */
export function reportPoses(
  { points3D: { errors } }: io.ColmapModel,
  photographs: readonly Photograph[],
  check: TaskContext['check'],
): void {
  const found = photographs.flatMap(({ estimated }) => (estimated ? [estimated] : []))
  check('registered_share', found.length / photographs.length)
  // a model without points tells no error
  check('reprojection_error', errors.reduce((sum, error) => sum + error, 0) / errors.length)
  const distances = photographs.map(distanceOf).filter((away) => away !== undefined)
  if (distances.length === 0) return
  const middle = meanOf(found)
  const radius = found.reduce((sum, place) => sum + distance(place, middle), 0) / found.length
  const mean = distances.reduce((sum, away) => sum + away, 0) / distances.length
  check('scanner_distance', mean / radius)
}
