// The voxels that can be seen from outside.
import { LongList } from '../long-list.ts'
import { KEPT } from './carving.ts'
import type { Volume } from './grid.ts'

/** Of the voxels that stand, those that have not six neighbours which stand too: x, y, z each. */
export function surfaceVoxels({
  shape: [nx, ny, nz],
  origin,
  spacing,
  data,
}: Volume<Int8Array>): Float32Array {
  const plane = ny * nz
  const points = new LongList(Float32Array)
  for (let q = data.indexOf(KEPT); q >= 0; q = data.indexOf(KEPT, q)) {
    // those behind one another in memory are looked at in one go
    const row = Math.floor(q / nz)
    const [first, end] = [row * nz, (row + 1) * nz]
    const [i, j] = [Math.floor(row / ny), row % ny]
    const isAside = i === 0 || j === 0 || i === nx - 1 || j === ny - 1
    const [x, y] = [origin[0] + i * spacing, origin[1] + j * spacing]
    for (; q < end && data[q] === KEPT; q++) {
      const isInner =
        !isAside &&
        q > first &&
        q < end - 1 &&
        data[q - 1] === KEPT &&
        data[q + 1] === KEPT &&
        data[q - nz] === KEPT &&
        data[q + nz] === KEPT &&
        data[q - plane] === KEPT &&
        data[q + plane] === KEPT
      if (isInner) continue
      points.pushThree(x, y, origin[2] + (q - first) * spacing)
    }
  }
  return points.taken()
}
