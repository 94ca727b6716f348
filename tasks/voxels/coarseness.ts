// Whether voxels are fine enough for what the photographs show.

/** Stalks are some pixels wide: voxels wider than this show none. */
const coarsest = 10

/** Voxels wider than this show no plant, and the box that they fill is far larger than it. */
export const hopelesslyCoarse = 100

/**
 * What to say of voxels that are far too large, as where their size is in another unit than the
 * cameras; `undefined` of others.
 *
 * @param width of a voxel, in pixels
 */
export function coarseness(voxelSize: number, width: number): string | undefined {
  if (width <= coarsest) return undefined
  return (
    `a voxel is ${Math.round(width)} pixels wide, and stalks are narrower: is voxel_size = ` +
    `${voxelSize} in the unit of the cameras? Two pixels are ` +
    `${Number(((2 * voxelSize) / width).toPrecision(1))}`
  )
}
