// Tree-shaped paths of voxels along the middle of a solid (TEASAR).
import { NEIGHBOURS, type VoxelSet } from './voxel-set.ts'
import { farthest, pathsFrom } from './voxel-paths.ts'

/** Branches of voxels: each runs from a tip to where it meets an earlier one. */
export interface VoxelTree {
  /** The first runs from one end of the solid to the other; each later one ends on an earlier. */
  readonly branches: readonly Int32Array[]
}

export interface VoxelTreeOptions {
  /** A branch clears the solid about it as far as `scale` × its depth + `margin` voxels. */
  readonly scale?: number
  readonly margin?: number
  /** How strongly paths keep to the middle: the toll of a voxel is depth to the −`centring`. */
  readonly centring?: number
}

/**
 * The penalised-distance skeleton of a connected solid.
 *
 * From the remotest voxel the cheapest path to the root or to an earlier path, where shallow
 * voxels are dear; what lies about the path is cleared; again until nothing is left. (TEASAR:
 * Sato, Bitter, Bender, Kaufman & Nakajima, 2000.) The toll is a power of the depth, not TEASAR's
 * share of the largest depth, so that a stem is centred beside a rosette ten times as thick.
 *
 * @param depths of `boundaryDistances`
 */
export function voxelTree(
  voxels: VoxelSet,
  neighbours: Int32Array,
  depths: Float64Array,
  options: VoxelTreeOptions = {},
): VoxelTree {
  const { scale = 1.5, margin = 2, centring = 4 } = options
  if (voxels.count === 0) return { branches: [] }
  const root = farthest(pathsFrom(0, neighbours).costs)
  const reach = pathsFrom(root, neighbours).costs
  const { previous } = pathsFrom(
    root,
    neighbours,
    depths.map((depth) => depth ** -centring),
  )
  const clearing = new Clearing(voxels, neighbours)
  const onTree = new Uint8Array(voxels.count)
  const branches: Int32Array[] = []
  for (const tip of byCostDescending(reach)) {
    if (clearing.isCleared(tip)) continue
    const path: number[] = []
    let at = tip
    for (; at >= 0 && !onTree[at]; at = previous[at]) {
      path.push(at)
      onTree[at] = 1
    }
    if (at >= 0) path.push(at)
    branches.push(Int32Array.from(path))
    for (const v of path) clearing.clearAbout(v, scale * depths[v] + margin)
  }
  return { branches }
}

function byCostDescending(costs: Float64Array): Uint32Array {
  const order = Uint32Array.from(costs, (_, v) => v).filter((v) => costs[v] !== Infinity)
  return order.sort((a, b) => costs[b] - costs[a] || a - b)
}

/** The part of a solid that branches have accounted for. */
class Clearing {
  readonly #cells: Int32Array
  readonly #neighbours: Int32Array
  readonly #cleared: Uint8Array
  /** The source whose ball a voxel was last visited by. */
  readonly #visitor: Int32Array
  readonly #queue: Int32Array

  constructor({ cells, count }: VoxelSet, neighbours: Int32Array) {
    this.#cells = cells
    this.#neighbours = neighbours
    this.#cleared = new Uint8Array(count)
    this.#visitor = new Int32Array(count).fill(-1)
    this.#queue = new Int32Array(count)
  }

  isCleared(voxel: number): boolean {
    return this.#cleared[voxel] === 1
  }

  /** Clears the ball about `source`, as far as the solid connects it: a twig that only passes by stays. */
  clearAbout(source: number, radius: number): void {
    const cells = this.#cells
    const limit = radius * radius
    const x = cells[3 * source]
    const y = cells[3 * source + 1]
    const z = cells[3 * source + 2]
    this.#queue[0] = source
    this.#visitor[source] = source
    this.#cleared[source] = 1
    for (let head = 0, tail = 1; head < tail; head++)
      for (let s = 0; s < NEIGHBOURS; s++) {
        const to = this.#neighbours[NEIGHBOURS * this.#queue[head] + s]
        if (to < 0 || this.#visitor[to] === source) continue
        const dx = cells[3 * to] - x
        const dy = cells[3 * to + 1] - y
        const dz = cells[3 * to + 2] - z
        if (dx * dx + dy * dy + dz * dz > limit) continue
        this.#visitor[to] = source
        this.#cleared[to] = 1
        this.#queue[tail++] = to
      }
  }
}
