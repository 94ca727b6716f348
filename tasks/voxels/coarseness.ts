// Whether voxels are fine enough for what the photographs show.
import { pinholeOf } from '../../src/geometry/camera.ts'
import type { Box } from '../../src/geometry/linear.ts'
import type { View } from '../../src/geometry/voxels/views.ts'

/** Stalks are some pixels wide: voxels wider than this show none. */
const coarsest = 10

/**
 * What to say of voxels that are far too large, as where their size is in another unit than the
 * cameras; `undefined` of others.
 */
export function coarseness(
  voxelSize: number,
  { min, max }: Box,
  views: readonly Pick<View, 'camera'>[],
): string | undefined {
  const [x, y, z] = min.map((low, axis) => (low + max[axis]) / 2)
  const widths = views
    .map(({ camera }) => {
      const { rotmat: r, tvec } = camera
      return (voxelSize * pinholeOf(camera).fx) / (r[6] * x + r[7] * y + r[8] * z + tvec[2])
    })
    .filter((width) => width > 0)
    .sort((a, b) => a - b)
  const width = widths.at(widths.length >> 1)
  if (width === undefined || width <= coarsest) return undefined
  return (
    `a voxel is ${Math.round(width)} pixels wide, and stalks are narrower: is voxel_size = ` +
    `${voxelSize} in the unit of the cameras? Two pixels are ` +
    `${Number(((2 * voxelSize) / width).toPrecision(1))}`
  )
}
