// Tree-shaped paths of voxels along the middle of a solid (TEASAR).
import { NEIGHBOURS, type VoxelSet } from './voxel-set.ts'
import { chamferFrom, farthest, pathsFrom } from './voxel-paths.ts'

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
  const root = farthest(chamferFrom(0, neighbours))
  const reach = chamferFrom(root, neighbours)
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
    const branch = Int32Array.from(path)
    branches.push(branch)
    clearing.clearAbout(branch, (v) => scale * depths[v] + margin)
  }
  return { branches }
}

/** The reached voxels, the most costly first, equal ones by number: a counting sort. */
function byCostDescending(costs: Int32Array): Uint32Array {
  const highest = costs[farthest(costs)]
  const starts = new Uint32Array(highest + 2)
  for (const cost of costs) if (cost >= 0) starts[highest - cost + 1]++
  for (let c = 0; c <= highest; c++) starts[c + 1] += starts[c]
  const order = new Uint32Array(starts[highest + 1])
  for (let v = 0; v < costs.length; v++) if (costs[v] >= 0) order[starts[highest - costs[v]]++] = v
  return order
}

/** The part of a solid that branches have accounted for. */
class Clearing {
  readonly #cells: Int32Array
  readonly #neighbours: Int32Array
  /** By how much the ball reaches beyond each voxel that cleared it; below 0: not cleared. */
  readonly #slack: Float64Array
  readonly #source: Int32Array
  readonly #queue: number[] = []

  constructor({ cells, count }: VoxelSet, neighbours: Int32Array) {
    this.#cells = cells
    this.#neighbours = neighbours
    this.#slack = new Float64Array(count).fill(-1)
    this.#source = new Int32Array(count)
  }

  isCleared(voxel: number): boolean {
    return this.#slack[voxel] >= 0
  }

  /** Clears the balls about a branch, as far as the solid connects them: what passes by stays. */
  clearAbout(branch: Int32Array, radius: (voxel: number) => number): void {
    const slack = this.#slack
    const queue = this.#queue
    queue.length = 0
    for (const v of branch) this.#reach(v, v, radius(v))
    for (let head = 0; head < queue.length; head++) {
      const at = queue[head]
      const source = this.#source[at]
      const reach = radius(source)
      for (let s = 0; s < NEIGHBOURS; s++) {
        const to = this.#neighbours[NEIGHBOURS * at + s]
        if (to >= 0 && slack[to] < reach) this.#reach(to, source, reach)
      }
    }
  }

  /** Of several balls the one counts that reaches farthest beyond the voxel. */
  #reach(voxel: number, source: number, radius: number): void {
    const cells = this.#cells
    const x = cells[3 * voxel] - cells[3 * source]
    const y = cells[3 * voxel + 1] - cells[3 * source + 1]
    const z = cells[3 * voxel + 2] - cells[3 * source + 2]
    const slack = radius - Math.sqrt(x * x + y * y + z * z)
    if (slack < 0 || slack <= this.#slack[voxel] + 1e-9) return
    this.#slack[voxel] = slack
    this.#source[voxel] = source
    this.#queue.push(voxel)
  }
}
