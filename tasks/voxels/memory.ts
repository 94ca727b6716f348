// Whether a volume fits into memory, told before it is made.
import { constants } from 'node:buffer'
import { availableMemory } from 'node:process'
import { voxelCount, type Grid } from '../../src/geometry/voxels/grid.ts'
import { RomiError } from '../../src/index.ts'

/** What the kernels, the masks and packing take beside the volume, in bytes. */
const beside = 300e6

/**
 * @param from  where the box was found, for people
 * @param bytes of one voxel, in all volumes that are made
 * @param free  memory, in bytes
 * @throws RomiError `task/too-large` that says how large it is and which voxel_size would fit
 */
export function checkMemory(
  grid: Grid,
  from: string,
  bytes: number,
  free: number = availableMemory(),
): void {
  const size = voxelCount(grid) * bytes
  const isArrayLimit = constants.MAX_LENGTH < free - beside
  const room = isArrayLimit ? constants.MAX_LENGTH : free - beside
  if (size <= room) return
  const fitting = grid.spacing * Math.cbrt(size / Math.max(room, 1))
  // upward to two digits, and a little beyond, for the voxels at the ends
  const digit = 10 ** (Math.floor(Math.log10(fitting)) - 1)
  const suggested = Number((Math.ceil((fitting * 1.01) / digit) * digit).toPrecision(2))
  const gigabytes = (number: number): string =>
    `${Number((Math.max(0, number) / 1e9).toPrecision(3))} GB`
  const limit = isArrayLimit
    ? `Node.js holds at most ${gigabytes(room)} in one array`
    : `${gigabytes(room)} are free`
  throw new RomiError(
    'task/too-large',
    `${grid.shape.join(' × ')} voxels in the box of ${from} take ${gigabytes(size)}, but ${limit}: ` +
      `voxel_size = ${suggested} would fit, or a smaller bounding_box`,
    { facts: { shape: [...grid.shape], bytes: size, free: room, voxelSize: suggested } },
  )
}
