// RefineSkeleton: draws a skeleton into the middle of the point cloud.
import { drift } from '../src/geometry/registration/coherent-drift.ts'
import { reconnected } from '../src/geometry/registration/reconnect.ts'
import { defineTask, fileset, param, RomiError } from '../src/index.ts'
import { curveSkeleton } from './artifacts/curve-skeleton.ts'
import { pointCloud } from './artifacts/point-cloud.ts'

export default defineTask({
  name: 'RefineSkeleton',
  version: 2,
  summary: 'Moves the skeleton to the centre of the point cloud.',
  doc:
    'Coherent point drift (Myronenko & Song, 2010): each point is drawn to the mean of the cloud ' +
    'points that are likely its own, and neighbours along the skeleton move alike. Unlike in ROMI, ' +
    'the variance is held at the squared radius of the plant about each point (fitted, it lets the ' +
    'skeleton climb onto the surface), alpha and beta count in that radius, ends stay, and points ' +
    'and lines keep their numbers: ROMI writes its points in another order than its lines name. ' +
    'Its shortest tree opens loops at their longest line, in the stem as well; here TreeGraph does.',
  inputs: {
    upstream_task: fileset(curveSkeleton, {
      default: 'CurveSkeleton',
      doc: 'the skeleton to refine',
    }),
    upstream_pcd: fileset(pointCloud, {
      default: 'PointCloud',
      doc: 'points of the surface whose centre the skeleton is moved to',
    }),
  },
  params: {
    alpha: param.float({
      default: 5,
      min: 0,
      doc: 'Stiffness of the skeleton against the pull of the points.',
    }),
    beta: param.float({
      default: 5,
      min: 0.01,
      doc: 'Square of the distance over which the skeleton moves as one, in squared radii of the plant.',
    }),
    knn_mst: param.boolean({
      default: false,
      doc: 'Also joins separate pieces, by the shortest lines between near points.',
    }),
    max_iterations: param.integer({
      default: undefined as number | undefined, // the type of an optional count
      min: 1,
      doc: 'Maximum number of iterations; by default 30.',
    }),
    tolerance: param.float({
      default: undefined as number | undefined, // the type of an optional share
      min: 0,
      doc: 'Stops when no point moves farther in an iteration, in radii of the plant; by default 0.01.',
    }),
    n_neighbors: param.integer({
      default: undefined as number | undefined, // the type of an optional count
      min: 2,
      doc: 'For knn_mst: number of nearest points, itself included, that a point may be joined to; by default 5.',
    }),
  },
  ignored: {
    knn_algorithm: 'all of them find the same nearest points',
    mst_algorithm: 'all of them find the same shortest tree',
  },
  output: curveSkeleton,
  async run({ inputs, params, log }) {
    const { alpha, beta, knn_mst: isJoined } = params
    const skeleton = await inputs.upstream_task.read()
    const { cloud } = await inputs.upstream_pcd.read()
    if (skeleton.points.length === 0 || cloud.points.length === 0)
      throw new RomiError(
        'task/empty-input',
        `nothing to refine: ${skeleton.points.length / 3} points in the skeleton, ` +
          `${cloud.points.length / 3} in the cloud`,
      )
    const points = drift(skeleton, cloud.points, {
      alpha,
      beta,
      ...(params.max_iterations !== undefined && { rounds: params.max_iterations }),
      ...(params.tolerance !== undefined && { tolerance: params.tolerance }),
    })
    log.info(
      `points moved by ${meanLength(distances(skeleton.points, points)).toPrecision(3)} on average`,
    )
    const moved = { ...skeleton, points }
    const others = params.n_neighbors === undefined ? undefined : params.n_neighbors - 1
    return isJoined ? { ...moved, lines: reconnected(moved, others) } : moved
  },
})

const distances = (before: Float64Array, after: Float64Array): number[] =>
  Array.from({ length: before.length / 3 }, (_, i) =>
    Math.hypot(
      after[3 * i] - before[3 * i],
      after[3 * i + 1] - before[3 * i + 1],
      after[3 * i + 2] - before[3 * i + 2],
    ),
  )

const meanLength = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length
