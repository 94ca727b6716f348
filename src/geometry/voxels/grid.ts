// Grids of voxels: how many, where each lies, and what holds their values.
import type { Bounds, Vec3 } from '../linear.ts'

/** Nodes `origin + (i, j, k) · spacing`; values in C order, z fastest. */
export interface Grid {
  /** Nodes along x, y, z. */
  readonly shape: readonly [number, number, number]
  /** The first node, in the scan's unit. */
  readonly origin: Vec3
  /** Between neighbours, in the scan's unit. */
  readonly spacing: number
}

/** A grid and a value at each of its nodes: that of node (i, j, k) is `data[(i·ny + j)·nz + k]`. */
export interface Volume<
  Data extends Int8Array | Float32Array = Int8Array | Float32Array,
> extends Grid {
  readonly data: Data
}

/**
 * The grid that fills a box: its first node in the corner `min`, none beyond `max`.
 *
 * @throws RangeError if the box is empty or the spacing is not above 0
 */
export function gridOf({ min, max }: Bounds, spacing: number): Grid {
  if (!(spacing > 0 && Number.isFinite(spacing)))
    throw new RangeError(`voxels cannot be ${spacing} wide`)
  const along = (axis: 0 | 1 | 2): number => {
    const extent = max[axis] - min[axis]
    if (!(extent > 0 && Number.isFinite(extent)))
      throw new RangeError(`a box from ${min[axis]} to ${max[axis]} holds nothing`)
    return Math.trunc(extent / spacing) + 1
  }
  return { shape: [along(0), along(1), along(2)], origin: [min[0], min[1], min[2]], spacing }
}

/** How many voxels a grid has. */
export function voxelCount({ shape: [nx, ny, nz] }: Grid): number {
  return nx * ny * nz
}
