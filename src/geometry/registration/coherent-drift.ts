// Moves a skeleton into the middle of the points of a surface.
import { evenlySpread, picked } from '../neighbours.ts'
import type { CurveSkeleton } from '../skeleton/curve-skeleton.ts'
import { conjugateGradients } from './conjugate-gradients.ts'
import { CurveStiffness } from './curve-stiffness.ts'
import { withoutSliding } from './sliding.ts'
import { Assignment } from './soft-assignment.ts'

/** How the skeleton is drawn to the cloud. */
export interface DriftOptions {
  /** How stiff the skeleton is against the pull of the points. */
  readonly alpha: number
  /** Square of the distance over which it moves as one; 1 = the squared radius of the body. */
  readonly beta: number
  /** The largest number of rounds. */
  readonly rounds?: number
  /** Ends when no point moves farther than this share of the radius about it. */
  readonly tolerance?: number
  /** Points of the cloud for each of the skeleton: enough of them are as good as all. */
  readonly pointsEach?: number
}

/**
 * Coherent point drift of a skeleton to a surface: each point is drawn to the mean of the surface
 * points that are likely its own, and neighbours move alike.
 *
 * Source: Myronenko & Song, "Point set registration: coherent point drift", 2010, figure 4. What is
 * different, and why:
 * - The variance is not fitted but held at the squared radius about each point. Fitted, it falls to
 *   a third of that, and below a half the middle of a tube is no stable place: the skeleton climbs
 *   onto the surface.
 * - Lengths count in radii of the body (the median one), so that alpha and beta mean the same in mm
 *   and in cm.
 * - Points are drawn across the skeleton, not along it: ends stay where they are.
 * - Motions are coherent along the lines (`CurveStiffness`), the cloud is thinned out, and a cloud
 *   point belongs to some of the nearest skeleton points: a round is linear in their number.
 *
 * @returns the new places of the skeleton's points, in the same order
 */
export function drift(
  skeleton: CurveSkeleton,
  cloud: Float64Array,
  options: DriftOptions,
): Float64Array {
  const { alpha, beta, rounds = 30, tolerance = 0.01, pointsEach = 20 } = options
  const start = skeleton.points
  const count = start.length / 3
  if (count === 0 || cloud.length === 0) return start.slice()
  const step = Math.ceil(cloud.length / 3 / (pointsEach * count))
  const assignment = new Assignment(skeleton, picked(cloud, evenlySpread(cloud, step)))
  const unit = assignment.variances.slice().sort()[count >> 1]
  const stiffness = new CurveStiffness(skeleton, beta * unit)
  const bending = stiffness.diagonal()
  const motion = [0, 1, 2].map(() => new Float64Array(count))
  let places = start.slice()
  for (let round = 0; round < rounds; round++) {
    const { weights, means } = assignment.expect(places)
    const targets = withoutSliding(skeleton, places, means)
    // Each point's own weight stands on the side of the stiffness, so that one that owns few points
    // of the cloud follows its neighbours.
    const share = weights.map((weight, i) => (step * weight * unit) / assignment.variances[i])
    const matrix = {
      diagonal: bending.map((value, i) => share[i] + alpha * value),
      times(v: Float64Array, result: Float64Array): void {
        stiffness.times(v, result)
        for (let i = 0; i < count; i++) result[i] = share[i] * v[i] + alpha * result[i]
      },
    }
    for (let d = 0; d < 3; d++) {
      const pull = share.map((weight, i) => weight * (targets[3 * i + d] - start[3 * i + d]))
      conjugateGradients(matrix, pull, motion[d])
    }
    const before = places
    places = start.map((value, i) => value + motion[i % 3][Math.floor(i / 3)])
    if (largestStep(before, places, assignment.variances) <= tolerance) break
  }
  return places
}

/** How far points moved at most along any axis, in radii. */
function largestStep(before: Float64Array, after: Float64Array, variances: Float64Array): number {
  let largest = 0
  for (let i = 0; i < before.length; i++)
    largest = Math.max(
      largest,
      Math.abs(after[i] - before[i]) / Math.sqrt(variances[Math.floor(i / 3)]),
    )
  return largest
}
