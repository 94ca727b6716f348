// Signed distances to the surface of what a volume shows, plane after plane and only where asked.
import type { Volume } from '../voxels/grid.ts'
import type { Workspace } from '../wasm/kernels.ts'
import { grow, type Band } from '../voxels/band.ts'
import { markPlane, rowLength } from './plane-rows.ts'

export interface DistanceBands {
  /** Where distances are wanted. */
  readonly need: Band
  /** Where the first two passes are. */
  readonly needTwo: Band
}

/** @param reach as that of `signedDistances` */
export const bandsOfDistances = (need: Band, reach: number): DistanceBands => ({
  need,
  needTwo: grow(need, reach, 0, 0),
})

/** The farthest that squares of two bytes tell. */
const MOST_REACH = 180

/**
 * Bytes of each part of the room of `signedDistances`.
 *
 * @throws RangeError if `reach` is more than 180
 */
export function distanceRoomSizes({ shape, words }: Band, reach: number): readonly number[] {
  if (reach > MOST_REACH) throw new RangeError(`${reach} voxels are too far: ${MOST_REACH} at most`)
  const [, ny, nz] = shape
  const plane = 2 * ny * rowLength(nz)
  return [ny * nz, 4 * ny * words, 8 * ny, plane, 8 * (reach + 1), (2 * reach + 1) * plane]
}

/**
 * Distances of voxels to the surface, for one plane of constant i after the other.
 *
 * A voxel above 0.5 is inside: its distance is that to the nearest voxel outside less 0.5; outside
 * it is 0.5 less the distance to the nearest voxel inside. In voxels; exact up to `reach`, beyond it
 * only known to be more. What lies beyond the volume is neither inside nor outside.
 *
 * Three passes, along z, y and x, each the minimum of the one before plus squared offsets (Saito &
 * Toriwaki, 1994). As offsets go up to `reach` only, trying them from the nearest on until they
 * exceed the best is quicker than the parabolas of Felzenszwalb & Huttenlocher, 2012. One signed
 * number does for both sides: its sign tells the side, and a neighbour on the other side is itself
 * where the way ends.
 *
 * @param room  with the places of parts of `distanceRoomSizes`
 * @param bands where distances are wanted, as `bandsOfDistances` has them
 * @param reach up to which distance, in voxels; whole
 * @param first the first plane that will be asked for
 * @returns a function that writes the distances of plane i to a place of the room, eight bytes each,
 *   as `j · rowLength(nz) + k`; to be called for `first` and then for each plane in turn
 * Memory: 2 · reach + 1 planes of 2 bytes a voxel.
 */
export function signedDistances(
  { kernels, memory, places }: Workspace,
  { shape: [nx, ny, nz], data }: Volume,
  { need, needTwo }: DistanceBands,
  reach: number,
  first: number,
): (i: number, distances: number) => void {
  const [inside, marked, spans, along, table, ring] = places
  const { words } = need
  const row = rowLength(nz)
  const voxels = new Int8Array(memory.buffer, inside, ny * nz)
  /** The planes d before the one that is asked for, and those d after it, from 0 on. */
  const nearby = new Int32Array(memory.buffer, table, 2 * (reach + 1))
  let ready = Math.max(0, first - reach) // the next plane for the first two passes

  return (i, distances) => {
    for (; ready < Math.min(nx, i + reach + 1); ready++) measureWithin(ready)
    if (!markPlane(need, i, memory, marked)) return
    for (let d = 0; d <= reach; d++) {
      // beyond the volume's end the plane itself stands for others: d steps away it is no nearer
      nearby[d] = planeOf(i >= d ? i - d : i)
      nearby[reach + 1 + d] = planeOf(i + d < nx ? i + d : i)
    }
    kernels.measureAcross(table, ny, row, marked, words, reach, distances)
  }

  function measureWithin(i: number): void {
    if (!markPlane(needTwo, i, memory, marked)) return
    const plane = data.subarray(i * ny * nz, (i + 1) * ny * nz)
    if (plane instanceof Int8Array) voxels.set(plane)
    else for (let at = 0; at < plane.length; at++) voxels[at] = plane[at] > 0.5 ? 1 : 0
    const to = planeOf(i)
    kernels.measurePlane(inside, ny, nz, row, marked, words, reach, spans, along, to)
  }

  function planeOf(i: number): number {
    return ring + (i % (2 * reach + 1)) * 2 * ny * row
  }
}
