// Tree-shaped paths of voxels along the middle of a solid (TEASAR).
import { largestAt } from '../largest.ts'
import { Clearing } from './clearing.ts'
import { Limbs } from './limbs.ts'
import type { VoxelSet } from './voxel-set.ts'
import { byCostDescending, chamferFrom, pathsFrom } from './voxel-paths.ts'

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
 * A path that runs beside an earlier one in the same limb ends where it comes there.
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
  const root = largestAt(chamferFrom([0], neighbours))
  const reach = chamferFrom([root], neighbours)
  const { previous } = pathsFrom(
    [root],
    neighbours,
    depths.map((depth) => depth ** -centring),
  )
  const clearing = new Clearing(voxels, neighbours)
  const limbs = new Limbs(voxels, neighbours, depths)
  const onTree = new Uint8Array(voxels.count)
  const branches: Int32Array[] = []
  for (const tip of byCostDescending(reach)) {
    if (clearing.isCleared(tip)) continue
    const path: number[] = []
    let at = tip
    for (; at >= 0 && !onTree[at]; at = previous[at]) path.push(at)
    if (at >= 0) path.push(at)
    const branch = Int32Array.from(limbs.withoutTwin(path))
    for (const v of branch) onTree[v] = 1
    limbs.add(branch)
    branches.push(branch)
    clearing.clearAbout(branch, (v) => scale * depths[v] + margin)
  }
  return { branches }
}
