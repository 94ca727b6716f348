// Shortest paths through the voxels of a solid.
import { Heap } from '../graph/heap.ts'
import { NEIGHBOURS, STEP_LENGTHS } from './voxel-set.ts'

/** Costs of the cheapest paths from a source, and the voxel before each one on its path. */
export interface VoxelPaths {
  /** Infinity where the source does not reach. */
  readonly costs: Float64Array
  /** −1 at the source and where it does not reach. */
  readonly previous: Int32Array
}

/**
 * Dijkstra's shortest paths from `source`.
 *
 * @param toll  factor on the length of a step, the mean of its two ends; absent: lengths alone
 */
export function pathsFrom(source: number, neighbours: Int32Array, toll?: Float64Array): VoxelPaths {
  const n = neighbours.length / NEIGHBOURS
  const costs = new Float64Array(n).fill(Infinity)
  const previous = new Int32Array(n).fill(-1)
  const heap = new Heap()
  costs[source] = 0
  heap.push(0, source)
  while (heap.size > 0) {
    const cost = heap.cost
    const at = heap.pop()
    if (cost > costs[at]) continue
    for (let s = 0; s < NEIGHBOURS; s++) {
      const to = neighbours[NEIGHBOURS * at + s]
      if (to < 0) continue
      const factor = toll === undefined ? 1 : 0.5 * (toll[at] + toll[to])
      const next = cost + STEP_LENGTHS[s] * factor
      if (next >= costs[to]) continue
      costs[to] = next
      previous[to] = at
      heap.push(next, to)
    }
  }
  return { costs, previous }
}

/** The voxel with the largest finite cost, the first of equals. */
export function farthest(costs: Float64Array): number {
  let best = 0
  for (let v = 0; v < costs.length; v++)
    if (costs[v] !== Infinity && (costs[v] > costs[best] || costs[best] === Infinity)) best = v
  return best
}
