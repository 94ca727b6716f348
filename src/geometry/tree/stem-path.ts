// Which way through a skeleton is the stem: from its root, where the plant is thick.
import {
  farthestReached,
  pathBack,
  reachFrom,
  type PointGraph,
  type Reach,
} from '../graph/forest.ts'
import { largestPiece } from '../graph/pieces.ts'
import type { CurveSkeleton } from '../skeleton/curve-skeleton.ts'

export interface StemOptions {
  /** The axis that the plant grows along: 0, 1 or 2; z unless told otherwise. */
  readonly axis?: number
  /** True of a plant that grows towards smaller coordinates. */
  readonly inverted?: boolean
}

/** A path counts as thick as this multiple of the stem at most: no longer where it crosses a rosette. */
const MOST_WEIGHT = 4
/** The lowest share of the longest path, which may lie in a rosette, tells nothing of the stem's thickness. */
const FOOT = 0.15
/** The last share of a path, where thickness no longer tells stem from organs, goes on as far as it can. */
const FREE_TIP = 0.15

/** The way of the stem, and how sure it is. */
export interface StemPath {
  /** From the root to the tip; empty if the skeleton has no line. */
  readonly path: readonly number[]
  /**
   * How the best of the ways that leave this one below its last third goes on from there: its
   * thickness-weighted length as a share of this one's above that place. Near 1, either may be the
   * stem.
   */
  readonly rival: number
}

/**
 * The shortest path from the root of a skeleton, its lowest point, on which length × thickness is
 * largest: a strong side branch is as long as the stem above it, but thinner. Then on to the point
 * that lies farthest, as thickness tells little among flowers.
 *
 * Without radii all is taken for equally thick.
 *
 * @param graph  of the skeleton; may have loops; of several pieces, the one with most lines counts
 * Cost: that of shortest paths.
 */
export function stemPath(
  { points, radii }: CurveSkeleton,
  graph: PointGraph,
  { axis = 2, inverted = false }: StemOptions = {},
): StemPath {
  const root = lowest(points, largestPiece(graph), axis, inverted ? -1 : 1)
  if (root === undefined) return { path: [], rival: 0 }
  const reach = reachFrom(graph, root)
  const order = byDistance(reach)
  const weight = radii
    ? edgeWeights(radii, pathBack(reach, farthestReached(reach)).reverse())
    : undefined
  const sums = weightedLengths(reach, order, weight)
  const best = order.reduce((most, v) => (sums[v] > sums[most] ? v : most), root)
  const thick = pathBack(reach, best).reverse()
  return {
    path: withFreeTip(reach, order, thick),
    rival: rivalOf(reach, order, thick, sums),
  }
}

/** The point that lies lowest along an axis. */
function lowest(
  points: Float64Array,
  among: readonly number[],
  axis: number,
  sign: number,
): number | undefined {
  let best: number | undefined
  for (const v of among)
    if (best === undefined || sign * points[3 * v + axis] < sign * points[3 * best + axis]) best = v
  return best
}

/** What is reached, from the source outwards. */
function byDistance({ distances }: Reach): number[] {
  const reached = Array.from(distances.keys()).filter((v) => distances[v] !== Infinity)
  return reached.sort((a, b) => distances[a] - distances[b] || a - b)
}

/** Thickness at each point against that of the longest path above its foot, where the stem prevails. */
function edgeWeights(radii: Float64Array, longest: readonly number[]): Float64Array {
  const above = longest.slice(Math.floor(FOOT * longest.length)).map((v) => radii[v])
  const typical = above.sort((a, b) => a - b)[above.length >> 1]
  return typical > 0
    ? radii.map((radius) => Math.min(MOST_WEIGHT, radius / typical))
    : radii.map(() => 1)
}

/** To each point the sum of length × mean weight over the lines of its shortest path. */
function weightedLengths(
  { distances, previous }: Reach,
  order: readonly number[],
  weight: Float64Array | undefined,
): Float64Array {
  const sums = new Float64Array(distances.length)
  for (const v of order) {
    const u = previous[v]
    if (u < 0) continue
    const mean = weight ? (weight[u] + weight[v]) / 2 : 1
    sums[v] = sums[u] + (distances[v] - distances[u]) * mean
  }
  return sums
}

/** A path with the last of it replaced by the way from there to the farthest point beyond. */
function withFreeTip(reach: Reach, order: readonly number[], path: readonly number[]): number[] {
  const { distances, previous } = reach
  const end = distances[path[path.length - 1]]
  const fork = path.find((v) => distances[v] >= (1 - FREE_TIP) * end) ?? path[0]
  const isBeyond = new Uint8Array(distances.length)
  isBeyond[fork] = 1
  let farthest = fork
  for (const v of order) {
    if (v === fork || previous[v] < 0 || !isBeyond[previous[v]]) continue
    isBeyond[v] = 1
    if (distances[v] > distances[farthest]) farthest = v
  }
  return pathBack(reach, farthest).reverse()
}

/** Above this share of its length a path's last organs leave it, which are no other stem. */
const RIVAL_FORK = 2 / 3

function rivalOf(
  { distances, previous }: Reach,
  order: readonly number[],
  path: readonly number[],
  sums: Float64Array,
): number {
  const end = path[path.length - 1]
  const onPath = new Set(path)
  // where each point's way leaves the path
  const fork = new Int32Array(distances.length)
  let most = 0
  for (const v of order) {
    fork[v] = onPath.has(v) || previous[v] < 0 ? v : fork[previous[v]]
    const from = fork[v]
    if (from === v || distances[from] > RIVAL_FORK * distances[end]) continue
    most = Math.max(most, (sums[v] - sums[from]) / (sums[end] - sums[from]))
  }
  return most
}
