// How near two point clouds are to each other.
import { NeighbourTree } from '../neighbours.ts'

/** Distances from each point of one cloud to the nearest of another, in the clouds' unit. */
export interface DistanceSummary {
  readonly mean: number
  readonly median: number
  /** 95 of 100 points are nearer than this. */
  readonly percentile95: number
  readonly largest: number
}

/** What is near enough, at one distance that counts as near. */
export interface Agreement {
  readonly threshold: number
  /** Share of the predicted points that have a true one within the threshold. */
  readonly precision: number
  /** Share of the true points that have a predicted one within the threshold. */
  readonly recall: number
  /** Harmonic mean of both (Knapitsch et al., "Tanks and Temples", 2017, eq. 5). */
  readonly fScore: number
  /** The precision under the name that Open3D gives it. */
  readonly fitness: number
  /** Root mean square distance of the predicted points within the threshold, as in Open3D. */
  readonly inlierRmse: number
}

/** A comparison of a predicted with a true cloud. */
export interface CloudComparison {
  readonly predictedPoints: number
  readonly truePoints: number
  readonly toTruth: DistanceSummary
  readonly fromTruth: DistanceSummary
  /** In the order of the thresholds. */
  readonly at: readonly Agreement[]
}

/**
 * Compares two clouds, both ways, by nearest neighbours.
 *
 * @param predicted x, y, z of each point
 * @param truth     x, y, z of each point, in the same unit and axes
 * @throws RangeError when one of them has no point
 */
export function compareClouds(
  predicted: Float64Array,
  truth: Float64Array,
  thresholds: readonly number[],
): CloudComparison {
  return cloudsCompared(
    nearestDistances(predicted, truth),
    nearestDistances(truth, predicted),
    thresholds,
  )
}

/** From each of the `points` to the nearest of `others`. */
export function nearestDistances(points: Float64Array, others: Float64Array): Float64Array {
  if (points.length === 0 || others.length === 0)
    throw new RangeError('a cloud without points has no distance to another')
  const tree = new NeighbourTree(others)
  const distances = new Float64Array(points.length / 3)
  for (let i = 0; i < distances.length; i++) {
    tree.nearest(points[3 * i], points[3 * i + 1], points[3 * i + 2])
    distances[i] = Math.sqrt(tree.distanceSquared)
  }
  return distances
}

/** What distances say that `nearestDistances` found before, such as those of one label. */
export function cloudsCompared(
  toTruth: Float64Array,
  fromTruth: Float64Array,
  thresholds: readonly number[],
): CloudComparison {
  const summary = summaryOfDistances(toTruth)
  return {
    predictedPoints: toTruth.length,
    truePoints: fromTruth.length,
    toTruth: summary,
    fromTruth: fromTruth === toTruth ? summary : summaryOfDistances(fromTruth),
    at: thresholds.map((threshold) => agreement(toTruth, fromTruth, threshold)),
  }
}

function agreement(toTruth: Float64Array, fromTruth: Float64Array, threshold: number): Agreement {
  let [near, squares, found] = [0, 0, 0]
  for (const distance of toTruth) {
    if (!(distance < threshold)) continue
    near++
    squares += distance * distance
  }
  for (const distance of fromTruth) if (distance < threshold) found++
  const precision = fractionOf(near, toTruth.length)
  const recall = fractionOf(found, fromTruth.length)
  return {
    threshold,
    precision,
    recall,
    fScore: fractionOf(2 * precision * recall, precision + recall),
    fitness: precision,
    inlierRmse: Math.sqrt(fractionOf(squares, near)),
  }
}

const fractionOf = (part: number, whole: number): number => (whole > 0 ? part / whole : 0)

function summaryOfDistances(distances: Float64Array): DistanceSummary {
  const sorted = distances.slice().sort()
  const at = (quantile: number): number =>
    sorted[Math.min(sorted.length - 1, Math.floor(quantile * sorted.length))]
  return {
    mean: sorted.reduce((sum, distance) => sum + distance, 0) / sorted.length,
    median: at(0.5),
    percentile95: at(0.95),
    largest: at(1),
  }
}
