// Shortest paths through the voxels of a solid.
import { Heap } from '../graph/heap.ts'
import { largestAt } from '../largest.ts'
import { NEIGHBOURS, STEP_LENGTHS } from './voxel-set.ts'

/** Costs of the cheapest paths from the sources, and the voxel before each one on its path. */
export interface VoxelPaths {
  /** Infinity where no source reaches. */
  readonly costs: Float64Array
  /** −1 at the sources and where none reaches. */
  readonly previous: Int32Array
}

/**
 * Dijkstra's shortest paths from the sources.
 *
 * @param toll  factor on the length of a step, the mean of its two ends
 */
export function pathsFrom(
  sources: readonly number[],
  neighbours: Int32Array,
  toll: Float64Array,
): VoxelPaths {
  const n = neighbours.length / NEIGHBOURS
  const costs = new Float64Array(n).fill(Infinity)
  const previous = new Int32Array(n).fill(-1)
  const heap = new Heap()
  for (const source of sources) {
    costs[source] = 0
    heap.push(0, source)
  }
  while (heap.size > 0) {
    const cost = heap.cost
    const at = heap.pop()
    if (cost > costs[at]) continue
    for (let s = 0; s < NEIGHBOURS; s++) {
      const to = neighbours[NEIGHBOURS * at + s]
      if (to < 0) continue
      const next = cost + STEP_LENGTHS[s] * 0.5 * (toll[at] + toll[to])
      if (next >= costs[to]) continue
      costs[to] = next
      previous[to] = at
      heap.push(next, to)
    }
  }
  return { costs, previous }
}

/** Steps over a face, an edge, a corner cost 3, 4, 5: lengths to a few percent, in whole numbers. */
const CHAMFER = Int32Array.from(STEP_LENGTHS, (length) => 2 + Math.round(length * length))
const LONGEST = 5

/**
 * How far each voxel lies from the sources through the solid, to a few percent: three times the
 * length (chamfer distance 3-4-5: Borgefors, 1986), −1 where no source reaches.
 *
 * A ring of buckets takes the place of the heap (Dial, 1969), so the cost is linear.
 */
export function chamferFrom(sources: readonly number[], neighbours: Int32Array): Int32Array {
  const costs = new Int32Array(neighbours.length / NEIGHBOURS).fill(-1)
  spread(sources, neighbours, {
    get: (v) => costs[v],
    set: (v, cost) => void (costs[v] = cost),
  })
  return costs
}

/** Whether two voxels are nearer through the solid than `limit` thirds of a voxel. */
export function chamferWithin(
  from: number,
  to: number,
  neighbours: Int32Array,
  limit: number,
): boolean {
  const costs = new Map<number, number>()
  const near = {
    get: (v: number) => costs.get(v) ?? -1,
    set: (v: number, c: number) => void costs.set(v, c),
  }
  spread([from], neighbours, near, limit)
  return costs.has(to)
}

interface Costs {
  /** −1 where there is none yet. */
  get(voxel: number): number
  set(voxel: number, cost: number): void
}

function spread(
  sources: readonly number[],
  neighbours: Int32Array,
  costs: Costs,
  limit = Infinity,
): void {
  const ring: number[][] = Array.from({ length: LONGEST + 1 }, () => [])
  for (const source of sources) {
    costs.set(source, 0)
    ring[0].push(source)
  }
  for (let cost = 0, idle = 0; idle <= LONGEST; cost++) {
    const bucket = ring[cost % ring.length]
    idle = bucket.length > 0 ? 0 : idle + 1
    for (const at of bucket) {
      if (costs.get(at) !== cost) continue
      for (let s = 0; s < NEIGHBOURS; s++) {
        const to = neighbours[NEIGHBOURS * at + s]
        const next = cost + CHAMFER[s]
        if (to < 0 || next >= limit) continue
        const known = costs.get(to)
        if (known >= 0 && known <= next) continue
        costs.set(to, next)
        ring[next % ring.length].push(to)
      }
    }
    bucket.length = 0
  }
}

/** The reached voxels, the most costly first, equal ones by number: a counting sort. */
export function byCostDescending(costs: Int32Array): Uint32Array {
  const highest = costs.length > 0 ? costs[largestAt(costs)] : -1
  const starts = new Uint32Array(highest + 2)
  for (const cost of costs) if (cost >= 0) starts[highest - cost + 1]++
  for (let c = 0; c <= highest; c++) starts[c + 1] += starts[c]
  const order = new Uint32Array(starts[highest + 1])
  for (let v = 0; v < costs.length; v++) if (costs[v] >= 0) order[starts[highest - costs[v]]++] = v
  return order
}
