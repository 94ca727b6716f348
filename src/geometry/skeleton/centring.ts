// Moves the voxels of a skeleton's branches to the middle of their cross-sections.
import { Heap } from '../graph/heap.ts'
import { NEIGHBOURS, STEP_LENGTHS, type VoxelSet } from './voxel-set.ts'

/**
 * The middle of the solid about each voxel of the branches, to fractions of a voxel.
 *
 * Each voxel of the solid belongs to the branch voxel that it is nearest to through the solid; a
 * branch voxel moves, across its branch only, to the mean of what belongs to it and to its near
 * neighbours along the branch. So where an organ lies along the stem each gets its own half.
 *
 * @param owner  of `owners`
 * @returns 3 × count grid coordinates, by voxel; NaN off the branches
 */
export function centredCells(
  voxels: VoxelSet,
  depths: Float64Array,
  branches: readonly Int32Array[],
  owner: Int32Array,
): Float64Array {
  const { cells, count } = voxels
  const sums = sumsByOwner(voxels, owner, depths)
  const centred = new Float64Array(3 * count).fill(NaN)
  const tangent = new Float64Array(3)
  for (const branch of branches)
    for (let t = 0; t < branch.length; t++) {
      const v = branch[t]
      // the last voxel of a branch lies on an earlier one, which has placed it
      if (!Number.isNaN(centred[3 * v])) continue
      const reach = Math.max(2, Math.round(depths[v]))
      const from = Math.max(0, t - reach)
      const to = Math.min(branch.length - 1, t + reach)
      const half = Math.min(t - from, to - t, Math.max(1, Math.round(0.75 * depths[v])))
      let n = 0
      const mean = [0, 0, 0]
      for (let w = t - half; w <= t + half; w++) {
        const u = branch[w]
        n += sums[4 * u + 3]
        for (let axis = 0; axis < 3; axis++) mean[axis] += sums[4 * u + axis]
      }
      let length = 0
      for (let axis = 0; axis < 3; axis++) {
        mean[axis] = n > 0 ? mean[axis] / n - cells[3 * v + axis] : 0
        tangent[axis] = cells[3 * branch[to] + axis] - cells[3 * branch[from] + axis]
        length += tangent[axis] ** 2
      }
      const along =
        length > 0
          ? (mean[0] * tangent[0] + mean[1] * tangent[1] + mean[2] * tangent[2]) / length
          : 0
      for (let axis = 0; axis < 3; axis++)
        centred[3 * v + axis] = cells[3 * v + axis] + mean[axis] - along * tangent[axis]
    }
  return centred
}

/** For each voxel the branch voxel that is nearest through the solid. */
export function owners(neighbours: Int32Array, branches: readonly Int32Array[]): Int32Array {
  const n = neighbours.length / NEIGHBOURS
  const owner = new Int32Array(n).fill(-1)
  const distance = new Float64Array(n).fill(Infinity)
  const heap = new Heap()
  for (const branch of branches)
    for (const v of branch) {
      if (owner[v] === v) continue
      owner[v] = v
      distance[v] = 0
      heap.push(0, v)
    }
  while (heap.size > 0) {
    const d = heap.cost
    const at = heap.pop()
    if (d > distance[at]) continue
    for (let s = 0; s < NEIGHBOURS; s++) {
      const to = neighbours[NEIGHBOURS * at + s]
      if (to < 0 || d + STEP_LENGTHS[s] >= distance[to]) continue
      distance[to] = d + STEP_LENGTHS[s]
      owner[to] = owner[at]
      heap.push(distance[to], to)
    }
  }
  return owner
}

/** Sums of the coordinates and the number of the voxels that belong to each branch voxel. */
function sumsByOwner(
  { cells, count }: VoxelSet,
  owner: Int32Array,
  depths: Float64Array,
): Float64Array {
  const sums = new Float64Array(4 * count)
  for (let v = 0; v < count; v++) {
    const u = owner[v]
    if (u < 0) continue
    const x = cells[3 * v] - cells[3 * u]
    const y = cells[3 * v + 1] - cells[3 * u + 1]
    const z = cells[3 * v + 2] - cells[3 * u + 2]
    // what is farther than the solid is thick was too small to have a branch
    if (x * x + y * y + z * z > (1.5 * depths[u] + 1) ** 2) continue
    for (let axis = 0; axis < 3; axis++) sums[4 * u + axis] += cells[3 * v + axis]
    sums[4 * u + 3]++
  }
  return sums
}
