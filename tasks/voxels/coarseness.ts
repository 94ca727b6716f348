// Whether voxels are fine enough for what the photographs show.
import { depthOf, pinholeOf } from '../../src/geometry/camera.ts'
import { along, subtract, type Bounds } from '../../src/geometry/linear.ts'
import type { View } from '../../src/geometry/voxels/views.ts'

/** Stalks are some pixels wide: voxels wider than this show none. */
const coarsest = 10

/** Voxels wider than this show no plant, and the box that they fill is far larger than it. */
export const hopelesslyCoarse = 100

/** How many pixels wide a voxel is, as most views show it; `undefined` if none looks there. */
export function voxelWidth(
  voxelSize: number,
  { min, max }: Bounds,
  views: readonly Pick<View, 'camera'>[],
): number | undefined {
  const middle = along(min, subtract(max, min), 0.5)
  const widths = views
    .map(({ camera }) => (voxelSize * pinholeOf(camera).fx) / depthOf(camera, middle))
    .filter((width) => width > 0)
    .sort((a, b) => a - b)
  return widths.at(widths.length >> 1)
}

/**
 * What to say of voxels that are far too large, as where their size is in another unit than the
 * cameras; `undefined` of others.
 */
export function coarseness(voxelSize: number, width: number | undefined): string | undefined {
  if (width === undefined || width <= coarsest) return undefined
  return (
    `a voxel is ${Math.round(width)} pixels wide, and stalks are narrower: is voxel_size = ` +
    `${voxelSize} in the unit of the cameras? Two pixels are ` +
    `${Number(((2 * voxelSize) / width).toPrecision(1))}`
  )
}
