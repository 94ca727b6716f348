// The voxels that can be seen from outside.
import { KEPT } from './carving.ts'
import type { Volume } from './grid.ts'

/** Of the voxels that stand, those that have not six neighbours which stand too: x, y, z each. */
export function surfaceVoxels({
  shape: [nx, ny, nz],
  origin,
  spacing,
  data,
}: Volume<Int8Array>): Float32Array {
  const points: number[] = []
  for (let q = data.indexOf(KEPT); q >= 0; q = data.indexOf(KEPT, q)) {
    // those behind one another in memory are looked at in one go
    for (; data[q] === KEPT; q++) {
      const k = q % nz
      const j = ((q - k) / nz) % ny
      const i = (q - k - j * nz) / (ny * nz)
      const isEdge = i === 0 || j === 0 || k === 0 || i === nx - 1 || j === ny - 1 || k === nz - 1
      const isInner =
        !isEdge &&
        data[q - 1] === KEPT &&
        data[q + 1] === KEPT &&
        data[q - nz] === KEPT &&
        data[q + nz] === KEPT &&
        data[q - ny * nz] === KEPT &&
        data[q + ny * nz] === KEPT
      if (!isInner)
        points.push(origin[0] + i * spacing, origin[1] + j * spacing, origin[2] + k * spacing)
    }
  }
  return new Float32Array(points)
}
