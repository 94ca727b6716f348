// From a solid to its curve skeleton.
import type { TriangleMesh } from '../mesh/mesh.ts'
import type { OrientedCloud } from '../mesh/moving-least-squares.ts'
import { surfaceThroughPoints } from '../mesh/surface.ts'
import { boundaryDistances } from './boundary-distance.ts'
import { centredCells, owners } from './centring.ts'
import { bridgedWhole } from './components.ts'
import { contacts } from './contacts.ts'
import type { CurveSkeleton } from './curve-skeleton.ts'
import { resolutionOf, suitableSpacing, voxelsInside } from './solid-of-mesh.ts'
import { neighbourTable, type VoxelSet } from './voxel-set.ts'
import { voxelTree, type VoxelTreeOptions } from './voxel-tree.ts'

export interface SkeletonOptions extends VoxelTreeOptions {
  /**
   * Parts of the solid that are at most this many empty voxels apart are joined; of a mesh, so many
   * times what it resolves, as its thin parts may be filled with finer voxels.
   */
  readonly gap?: number
  /** Side branches that reach less than `spur` × the local radius out of the solid are dropped. */
  readonly spur?: number
}

/** Where cameras' poses are off by half a pixel, carving leaves gaps of a dozen voxels in stalks. */
const GAP = 12

/**
 * The centred skeleton of a solid: a tree, with a loop where parts of the solid touch.
 *
 * Gaps are bridged, the part that reaches farthest is kept, penalised-distance paths are laid
 * through its middle, spurs are dropped, what the paths cut open is closed, and all is centred.
 */
export function skeletonOfVoxels(voxels: VoxelSet, options: SkeletonOptions = {}): SkeletonOfSolid {
  const { gap = GAP, spur = 1 } = options
  const solid = bridgedWhole(voxels, gap)
  const neighbours = neighbourTable(solid)
  const depths = boundaryDistances(solid, neighbours)
  const tree = voxelTree(solid, neighbours, depths, options)
  const branches = withoutSpurs(tree.branches, solid, depths, spur)
  const owner = owners(neighbours, branches)
  const loops = contacts(solid, neighbours, depths, branches, owner)
  const centred = centredCells(solid, depths, branches, owner)
  const skeleton = skeletonOfBranches(solid, { branches, loops, owner }, centred, depths)
  return { ...skeleton, leftShare: solid.left / Math.max(1, voxels.count) }
}

/** A skeleton, and how much of the solid it says nothing of. */
export interface SkeletonOfSolid extends CurveSkeleton {
  /** The share of the solid in parts too far off to be joined. */
  readonly leftShare: number
}

/**
 * The skeleton of what a closed, outward mesh encloses.
 *
 * @throws RangeError if it encloses nothing
 */
export function skeletonOfMesh(mesh: TriangleMesh, options: SkeletonOptions = {}): SkeletonOfSolid {
  const resolution = resolutionOf(mesh)
  const spacing = suitableSpacing(mesh, resolution)
  const gap = Math.ceil(((options.gap ?? GAP) * resolution) / spacing)
  return skeletonOfVoxels(voxelsInside(mesh, spacing), { ...options, gap })
}

/**
 * The skeleton of the body whose surface points lie on, with normals that lead out of it.
 *
 * @throws RangeError if there are fewer than two points
 */
export async function skeletonOfCloud(
  cloud: OrientedCloud,
  options: SkeletonOptions = {},
): Promise<SkeletonOfSolid> {
  return skeletonOfMesh(await surfaceThroughPoints(cloud), options)
}

/** Drops, the latest first, branches that stay near the branch they end on. */
function withoutSpurs(
  branches: readonly Int32Array[],
  { cells }: VoxelSet,
  depths: Float64Array,
  spur: number,
): Int32Array[] {
  const carries = new Map<number, number>()
  const kept: Int32Array[] = []
  for (let b = branches.length - 1; b >= 0; b--) {
    const branch = branches[b]
    const tip = branch[0]
    const base = branch[branch.length - 1]
    const reach = Math.hypot(
      cells[3 * tip] - cells[3 * base],
      cells[3 * tip + 1] - cells[3 * base + 1],
      cells[3 * tip + 2] - cells[3 * base + 2],
    )
    const isSpur = b > 0 && reach < (1 + spur) * depths[base]
    if (isSpur && !branch.slice(0, -1).some((v) => carries.has(v))) continue
    kept.push(branch)
    if (b > 0) carries.set(base, b)
  }
  return kept.reverse()
}

/** The paths of a solid, and what of it belongs to each. */
interface OwnedBranches {
  readonly branches: readonly Int32Array[]
  readonly loops: readonly (readonly [number, number])[]
  readonly owner: Int32Array
}

function skeletonOfBranches(
  { origin, spacing }: VoxelSet,
  { branches, loops, owner }: OwnedBranches,
  centred: Float64Array,
  depths: Float64Array,
): CurveSkeleton {
  const index = new Map<number, number>()
  const points: number[] = []
  const radii: number[] = []
  const lines: number[] = []
  const pointOf = (v: number): number => {
    const known = index.get(v)
    if (known !== undefined) return known
    index.set(v, radii.length)
    for (let axis = 0; axis < 3; axis++) points.push(origin[axis] + spacing * centred[3 * v + axis])
    // the surface lies halfway between the last voxel and the first empty one
    radii.push(spacing * (depths[v] - 0.5))
    return radii.length - 1
  }
  for (const branch of branches)
    for (let t = 1; t < branch.length; t++) lines.push(pointOf(branch[t - 1]), pointOf(branch[t]))
  for (const [a, b] of loops) lines.push(pointOf(a), pointOf(b))
  const volumes = new Float64Array(radii.length)
  for (const v of owner) {
    const point = index.get(v)
    if (point !== undefined) volumes[point] += spacing ** 3
  }
  return {
    points: Float64Array.from(points),
    lines: Uint32Array.from(lines),
    radii: Float64Array.from(radii),
    volumes,
  }
}
