// PointCloudEvaluation: how near a point cloud is to the truth.
import {
  cloudsCompared,
  compareClouds,
  nearestDistances,
  type Agreement,
  type CloudComparison,
  type DistanceSummary,
} from '../src/geometry/registration/compare-clouds.ts'
import { defineTask, fileset, param, RomiError, type JsonObject } from '../src/index.ts'
import { cloudEvaluation } from './artifacts/figures.ts'
import { pointCloud, type SurfaceCloud } from './artifacts/point-cloud.ts'

/** If no thresholds are given: this many voxels count as near. */
const voxelsNear = [1, 2, 4]

export default defineTask({
  name: 'PointCloudEvaluation',
  version: 1,
  summary: 'Compares the point cloud with the ground truth.',
  doc:
    'Precision: the share of the points that have a true one within a distance. Recall: the share ' +
    'of the true points that have one of the cloud within it. F-score: the harmonic mean of both ' +
    '(Knapitsch et al., 2017). fitness and inlier_rmse are what Open3D calls so, at max_distance. ' +
    'For each label of the truth, recall tells how much of it was found; if the cloud has labels, ' +
    'too, its points of a label are compared with the true ones of the same.',
  inputs: {
    upstream_task: fileset(pointCloud, {
      default: 'PointCloud',
      doc: 'the point cloud to evaluate',
    }),
    ground_truth: fileset(pointCloud, {
      default: 'PointCloudGroundTruth',
      doc: 'points on the true surface',
      groundTruth: ({ files }) => files > 0,
    }),
  },
  params: {
    max_distance: param.float({
      default: 2,
      min: 0,
      unit: 'length',
      doc: 'Largest distance at which a point counts as an inlier, for fitness and inlier_rmse.',
    }),
    thresholds: param.numbers({
      default: [],
      unit: 'length',
      doc: 'Distances for precision, recall and F-score; by default 1, 2 and 4 voxels, and max_distance.',
    }),
  },
  output: cloudEvaluation,
  async run({ inputs, params, log }) {
    const predicted = await inputs.upstream_task.read()
    const truth = await inputs.ground_truth.read()
    for (const [{ cloud }, name] of [
      [predicted, 'point cloud'],
      [truth, 'ground truth'],
    ] as const)
      if (cloud.points.length === 0)
        throw new RomiError('task/empty-input', `the ${name} has no point to compare`)
    const thresholds = thresholdsFor(params, predicted.spacing)
    const toTruth = nearestDistances(predicted.cloud.points, truth.cloud.points)
    const fromTruth = nearestDistances(truth.cloud.points, predicted.cloud.points)
    const all = cloudsCompared(toTruth, fromTruth, thresholds)
    const isAsked = (threshold: number): boolean => threshold === params.max_distance
    // The last that is said stands in the summary.
    const askedLast = all.at.toSorted(
      (a, b) => Number(isAsked(a.threshold)) - Number(isAsked(b.threshold)),
    )
    for (const { threshold, precision, recall, fScore } of askedLast)
      log.info(
        `within ${threshold}${isAsked(threshold) ? ' (max_distance)' : ''}: precision ${percent(precision)}, recall ${percent(recall)}, ` +
          `F-score ${percent(fScore)}`,
      )
    return {
      id: inputs.upstream_task.id ?? inputs.upstream_task.task,
      max_distance: params.max_distance,
      all: comparisonJson(all, params.max_distance),
      labels: byLabel(predicted, truth, fromTruth, thresholds, params.max_distance),
    }
  },
})

function thresholdsFor(
  params: { readonly max_distance: number; readonly thresholds: readonly number[] },
  spacing: number | undefined,
): readonly number[] {
  const own = params.thresholds.length > 0 ? params.thresholds : defaultThresholds(spacing)
  return [...new Set([...own, params.max_distance])].sort((a, b) => a - b)
}

const defaultThresholds = (spacing: number | undefined): readonly number[] =>
  spacing === undefined ? [] : voxelsNear.map((voxels) => voxels * spacing)

/**
 * The same for each label of the truth; without labels in the cloud, how much of it was found.
 *
 * @param fromTruth from each point of the truth to the nearest of the cloud
 */
function byLabel(
  predicted: SurfaceCloud,
  truth: SurfaceCloud,
  fromTruth: Float64Array,
  thresholds: readonly number[],
  maxDistance: number,
): JsonObject {
  const labels = [...new Set(truth.labels)].sort()
  const figures = labels.map((label) => {
    if (!predicted.labels)
      return recall(
        fromTruth.filter((_, i) => truth.labels?.[i] === label),
        thresholds,
      )
    const mine = labelledPoints(truth, label)
    const found = labelledPoints(predicted, label)
    if (found.length === 0)
      return recall(new Float64Array(mine.length / 3).fill(Infinity), thresholds)
    return comparisonJson(compareClouds(found, mine, thresholds), maxDistance)
  })
  return Object.fromEntries(labels.map((label, i) => [label, figures[i]]))
}

const labelledPoints = ({ cloud, labels }: SurfaceCloud, label: string): Float64Array =>
  cloud.points.filter((_, i) => labels?.[Math.floor(i / 3)] === label)

function recall(fromTruth: Float64Array, thresholds: readonly number[]): JsonObject {
  const { at, truePoints, fromTruth: distances } = cloudsCompared(fromTruth, fromTruth, thresholds)
  return {
    true_points: truePoints,
    ...(Number.isFinite(distances.mean) && { from_truth: distanceJson(distances) }),
    at: at.map((one) => ({ threshold: one.threshold, recall: one.recall })),
  }
}

/** With `fitness` and `inlier_rmse` at `maxDistance` on top, where ROMI's tools look for them. */
function comparisonJson(comparison: CloudComparison, maxDistance: number): JsonObject {
  const { predictedPoints, truePoints, toTruth, fromTruth, at } = comparison
  const open3d = at.find(({ threshold }) => threshold === maxDistance)
  return {
    ...(open3d && { fitness: open3d.fitness, inlier_rmse: open3d.inlierRmse }),
    predicted_points: predictedPoints,
    true_points: truePoints,
    to_truth: distanceJson(toTruth),
    from_truth: distanceJson(fromTruth),
    at: at.map(thresholdJson),
  }
}

const thresholdJson = ({ threshold, precision, recall, fScore, inlierRmse }: Agreement) => ({
  threshold,
  precision,
  recall,
  f_score: fScore,
  inlier_rmse: inlierRmse,
})

const distanceJson = ({ mean, median, percentile95, largest }: DistanceSummary) => ({
  mean,
  median,
  percentile_95: percentile95,
  largest,
})

const percent = (share: number): string => `${(100 * share).toFixed(1)} %`
