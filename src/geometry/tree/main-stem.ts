// Which path of a skeleton is the plant's main stem.
import { farthestReached, pathBack, reachFrom, type PointGraph } from '../graph/forest.ts'
import type { CurveSkeleton } from '../skeleton/curve-skeleton.ts'

export interface StemOptions {
  /** The axis that the plant grows along: 0, 1 or 2; z unless told otherwise. */
  readonly axis?: number
  /** True of a plant that grows towards smaller coordinates. */
  readonly inverted?: boolean
}

/** @returns the stem's points from the base to the tip */
export function mainStem(
  skeleton: CurveSkeleton,
  graph: PointGraph,
  { axis = 2, inverted = false }: StemOptions = {},
): number[] {
  const start = extreme(skeleton.points, graph, axis, inverted ? -1 : 1)
  if (start < 0) return []
  const end = farthestReached(reachFrom(graph, start))
  const reach = reachFrom(graph, end)
  const path = pathBack(reach, farthestReached(reach))
  const up = skeleton.points[3 * path[0] + axis] - skeleton.points[3 * end + axis]
  return up > 0 === inverted ? path : path.reverse()
}

/** The point farthest along an axis among those that have a line. */
function extreme(points: Float64Array, graph: PointGraph, axis: number, sign: number): number {
  let best = -1
  for (let v = 0; v < graph.count; v++) {
    if (graph.starts[v] === graph.starts[v + 1]) continue
    if (best < 0 || sign * points[3 * v + axis] > sign * points[3 * best + axis]) best = v
  }
  return best
}
