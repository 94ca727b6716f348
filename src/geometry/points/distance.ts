// Signed distances to the surface of what a volume shows, plane after plane and only where asked.
import type { Volume } from '../voxels/grid.ts'
import { grow, stretches, type Band } from './band.ts'

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
 * @param bands where distances are wanted, as `bandsOfDistances` has them
 * @param reach up to which distance, in voxels; whole
 * @param first the first plane that will be asked for
 * @returns a function that writes the distances of plane i as `j · nz + k`; to be called for `first`
 *   and then for each plane in turn
 * Memory: 2 · reach + 1 planes of 2 bytes a voxel, or of 4 for a reach beyond 180.
 */
export function signedDistances(
  { shape: [nx, ny, nz], data }: Volume,
  { need, needTwo }: DistanceBands,
  reach: number,
  first: number,
): (i: number, distances: Float64Array) => void {
  const beyond = reach + 1
  /** Signed distances along z of one plane, at most `beyond`. */
  const alongZ = new Int16Array(ny * nz)
  /** Signed squares of distances within their plane, of the planes up to `reach` around that asked. */
  const ring = Array.from({ length: 2 * reach + 1 }, () => squaresUpTo(beyond * beyond, ny * nz))
  /** The planes d before and after the one that is asked for, from 0 on. */
  const before: Squares[] = []
  const after: Squares[] = []
  const ends = new Int32Array(nz + 2)
  /** Squared distances along z of a part of one row, for voxels outside. */
  const squares = new Int32Array(nz)
  const low = new Int32Array(ny)
  const high = new Int32Array(ny)
  let ready = Math.max(0, first - reach) // the next plane for the first two passes

  return (i, distances) => {
    for (; ready < Math.min(nx, beyond + i); ready++) {
      spanRows(ready)
      for (let j = 0; j < ny; j++) measureAlongZ(ready, j)
      measurePlane(ready, planeOf(ready))
    }
    for (let d = 0; d <= reach; d++) {
      // beyond the volume's end the plane itself stands for others: d steps away it is no nearer
      before[d] = planeOf(i >= d ? i - d : i)
      after[d] = planeOf(i + d < nx ? i + d : i)
    }
    for (let j = 0; j < ny; j++)
      for (let s = stretches(need, i * ny + j, ends) - 2; s >= 0; s -= 2)
        for (let at = j * nz + ends[s]; at < j * nz + ends[s + 1]; at++)
          distances[at] =
            before[0][at] > 0 ? Math.sqrt(squareAbove(at)) - 0.5 : 0.5 - Math.sqrt(squareBelow(at))
  }

  /** Finds for each row of the plane the part that `measurePlane` will look at. */
  function spanRows(i: number): void {
    low.fill(nz)
    high.fill(0)
    for (let j = 0; j < ny; j++) {
      const count = stretches(needTwo, i * ny + j, ends)
      if (count === 0) continue
      for (let to = Math.max(0, j - reach); to <= Math.min(ny - 1, j + reach); to++) {
        low[to] = Math.min(low[to], ends[0])
        high[to] = Math.max(high[to], ends[count - 1])
      }
    }
  }

  function measureAlongZ(i: number, j: number): void {
    if (low[j] >= high[j]) return
    const from = Math.max(0, low[j] - reach)
    const to = Math.min(nz, high[j] + reach)
    const volumeRow = (i * ny + j) * nz
    const row = j * nz
    let wasInside = false
    for (let k = from, far = beyond; k < to; k++) {
      const isInside = data[volumeRow + k] > 0.5
      far = k > from && isInside !== wasInside ? 1 : Math.min(beyond, far + 1)
      alongZ[row + k] = isInside ? far : -far
      wasInside = isInside
    }
    for (let k = to - 1, far = beyond; k >= from; k--) {
      const isInside = alongZ[row + k] > 0
      far = k < to - 1 && isInside !== wasInside ? 1 : Math.min(beyond, far + 1)
      if (far < Math.abs(alongZ[row + k])) alongZ[row + k] = isInside ? far : -far
      wasInside = isInside
    }
  }

  function measurePlane(i: number, plane: Squares): void {
    for (let j = 0; j < ny; j++)
      for (let s = stretches(needTwo, i * ny + j, ends) - 2; s >= 0; s -= 2)
        plane.fill(beyond * beyond, j * nz + ends[s], j * nz + ends[s + 1])
    for (let j = 0; j < ny; j++) spreadRow(j, plane)
    for (let j = 0; j < ny; j++)
      for (let s = stretches(needTwo, i * ny + j, ends) - 2; s >= 0; s -= 2)
        for (let at = j * nz + ends[s]; at < j * nz + ends[s + 1]; at++)
          plane[at] = alongZ[at] > 0 ? squareInside(j, at) : -plane[at]
  }

  /**
   * Tells the rows up to `reach` away, for their voxels outside, how far those inside in this row are.
   * Few rows have some at all, so this looks at much less than asking all rows around each voxel.
   */
  function spreadRow(j: number, plane: Squares): void {
    if (low[j] >= high[j]) return
    const first = Math.max(0, j - reach)
    const last = Math.min(ny - 1, j + reach)
    const from = Math.max(0, low[j] - reach)
    const to = Math.min(nz, high[j] + reach)
    const row = j * nz
    for (let k = from; k < to; k++) {
      if (alongZ[row + k] <= -beyond) continue
      const start = k
      for (; k < to && alongZ[row + k] > -beyond; k++) {
        const far = Math.min(0, alongZ[row + k])
        squares[k] = far * far
      }
      for (let other = first; other <= last; other++) {
        const square = (other - j) * (other - j)
        const there = other * nz
        for (let n = start; n < k; n++)
          if (squares[n] + square < plane[there + n]) plane[there + n] = squares[n] + square
      }
    }
  }

  /** Of a voxel inside, which are few: all rows around are asked. */
  function squareInside(j: number, at: number): number {
    let best = alongZ[at] * alongZ[at]
    for (let d = 1; d * d < best; d++) {
      if (j >= d) {
        const left = Math.max(0, alongZ[at - d * nz])
        best = Math.min(best, d * d + left * left)
      }
      if (j + d < ny) {
        const left = Math.max(0, alongZ[at + d * nz])
        best = Math.min(best, d * d + left * left)
      }
    }
    return best
  }

  /** Of a voxel inside: on the way to one outside, what is outside itself counts as 0. */
  function squareAbove(at: number): number {
    let best = before[0][at]
    for (let d = 1, square = 1; square < best; d++, square = d * d) {
      const a = Math.max(0, before[d][at]) + square
      const b = Math.max(0, after[d][at]) + square
      if (a < best) best = a
      if (b < best) best = b
    }
    return best
  }

  /** Of a voxel outside. */
  function squareBelow(at: number): number {
    let best = -before[0][at]
    for (let d = 1, square = 1; square < best; d++, square = d * d) {
      const a = square - Math.min(0, before[d][at])
      const b = square - Math.min(0, after[d][at])
      if (a < best) best = a
      if (b < best) best = b
    }
    return best
  }

  function planeOf(i: number): Squares {
    return ring[i % ring.length]
  }
}

/** Signed squares: half the memory where two bytes hold them. */
type Squares = Int16Array | Int32Array

const squaresUpTo = (largest: number, count: number): Squares =>
  largest < 2 ** 15 ? new Int16Array(count) : new Int32Array(count)
