// The voxels that can be seen from outside.
import { LongList } from '../long-list.ts'
import { markedColumns, stretches } from './band.ts'
import { KEPT } from './carving.ts'
import type { Volume } from './grid.ts'
import { insideOf } from './inside.ts'

/** Of the voxels that stand, those that have not six neighbours which stand too: x, y, z each. */
export function surfaceVoxels(volume: Volume<Int8Array>): Float32Array {
  const { origin, spacing, data } = volume
  const [nx, ny, nz] = volume.shape
  const plane = ny * nz
  const points = new LongList(Float32Array)
  const inside = insideOf(volume)
  const ends = new Int32Array(nz + 2)
  for (const column of markedColumns(inside)) {
    const row = column * nz
    const [i, j] = [Math.floor(column / ny), column % ny]
    const isAside = i === 0 || j === 0 || i === nx - 1 || j === ny - 1
    const [x, y] = [origin[0] + i * spacing, origin[1] + j * spacing]
    const count = stretches(inside, column, ends)
    for (let s = 0; s < count; s += 2)
      for (let k = ends[s]; k < ends[s + 1]; k++) {
        const q = row + k
        if (data[q] !== KEPT) continue
        const isInner =
          !isAside &&
          k > 0 &&
          k < nz - 1 &&
          data[q - 1] === KEPT &&
          data[q + 1] === KEPT &&
          data[q - nz] === KEPT &&
          data[q + nz] === KEPT &&
          data[q - plane] === KEPT &&
          data[q + plane] === KEPT
        if (!isInner) points.pushThree(x, y, origin[2] + k * spacing)
      }
  }
  return points.taken()
}
