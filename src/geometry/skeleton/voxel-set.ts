// A sparse set of voxels: the solid that is skeletonised, whatever it was made from.
import { boundsOf } from '../linear.ts'
import type { Volume } from '../voxels/grid.ts'

/** Occupied voxels of a regular grid, sorted by x, then y, then z; everything else is empty. */
export interface VoxelSet {
  readonly count: number
  /** 3 × count grid indices, voxel after voxel. */
  readonly cells: Int32Array
  /** Centre of voxel (0, 0, 0), in the scan's unit. */
  readonly origin: readonly [number, number, number]
  /** Distance between the centres of neighbours, in the scan's unit. */
  readonly spacing: number
}

/** @returns the voxels of a grid whose value is above `threshold` (carved voxels stand at 1) */
export function voxelsAbove(
  { shape: [nx, ny, nz], origin, spacing, data }: Volume,
  threshold = 0.5,
): VoxelSet {
  if (data.length !== nx * ny * nz)
    throw new RangeError(`${data.length} values do not fill a grid of ${nx} × ${ny} × ${nz}`)
  let count = 0
  for (let v = 0; v < data.length; v++) if (data[v] > threshold) count++
  const cells = new Int32Array(3 * count)
  let c = 0
  let v = 0
  for (let x = 0; x < nx; x++)
    for (let y = 0; y < ny; y++)
      for (let z = 0; z < nz; z++) {
        if (!(data[v++] > threshold)) continue
        cells[c++] = x
        cells[c++] = y
        cells[c++] = z
      }
  return { count, cells, origin, spacing }
}

/** The number of neighbours that share a face, an edge or a corner with a voxel. */
export const NEIGHBOURS = 26

/** The 26 steps to a voxel's neighbours, in the order of `VoxelSet`; step n and 25 − n are opposite. */
export const STEPS: readonly (readonly [number, number, number])[] = [-1, 0, 1]
  .flatMap((x) => [-1, 0, 1].flatMap((y) => [-1, 0, 1].map((z) => [x, y, z] as const)))
  .filter((step) => step.some((d) => d !== 0))

/** The lengths of `STEPS` in voxels: 1, √2 or √3. */
export const STEP_LENGTHS = Float64Array.from(STEPS, (step) => Math.hypot(...step))

/**
 * Finds the neighbours of every voxel.
 *
 * The list is sorted, so it and its copy moved by one step are merged like two sorted lists: no
 * dense grid and no hash table is needed.
 *
 * @returns 26 × count indices of voxels, −1 where there is none
 * Cost: 13 merges of the list.
 */
export function neighbourTable({ count, cells }: VoxelSet): Int32Array {
  const { keys, strideX, strideY } = sortKeys(cells, count)
  const table = new Int32Array(NEIGHBOURS * count).fill(-1)
  for (let step = NEIGHBOURS / 2; step < NEIGHBOURS; step++) {
    const [dx, dy, dz] = STEPS[step]
    const shift = dx * strideX + dy * strideY + dz
    const back = NEIGHBOURS - 1 - step
    let b = 0
    for (let a = 0; a < count; a++) {
      const wanted = keys[a] + shift
      while (b < count && keys[b] < wanted) b++
      if (b === count) break
      if (keys[b] !== wanted) continue
      table[NEIGHBOURS * a + step] = b
      table[NEIGHBOURS * b + back] = a
    }
  }
  return table
}

/** One number a voxel, in the order of the set, with room so that no step wraps to another row. */
function sortKeys(cells: Int32Array, count: number) {
  const { min, max } = boundsOf(cells.subarray(0, 3 * count))
  const strideY = max[2] - min[2] + 3
  const strideX = strideY * (max[1] - min[1] + 3)
  const keys = new Float64Array(count)
  for (let v = 0; v < count; v++)
    keys[v] =
      (cells[3 * v] - min[0]) * strideX +
      (cells[3 * v + 1] - min[1]) * strideY +
      (cells[3 * v + 2] - min[2])
  return { keys, strideX, strideY }
}

/** The squared distance between two voxels, in voxels. */
export function squaredDistance(cells: Int32Array, a: number, b: number): number {
  const x = cells[3 * a] - cells[3 * b]
  const y = cells[3 * a + 1] - cells[3 * b + 1]
  const z = cells[3 * a + 2] - cells[3 * b + 2]
  return x * x + y * y + z * z
}
