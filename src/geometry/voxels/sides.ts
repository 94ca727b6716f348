// Which sides of a grid its contents cross: what a box has cut off goes on beyond them.
import { depthOf, pinholeOf, type Camera } from '../camera.ts'
import type { Vec3 } from '../linear.ts'
import { markedColumns, stretches } from './band.ts'
import type { Volume } from './grid.ts'
import { insideOf } from './inside.ts'
import type { View } from './views.ts'

/** A side of a grid. */
export type Side = (typeof sides)[number]

const sides = ['low x', 'high x', 'low y', 'high y', 'low z', 'high z'] as const

/** How many voxels beyond its side a plant must go on to be cut: the tips of leaves do not. */
const BEYOND = 4

/** A voxel that stands at a side, and where the plant is if it goes on beyond it. */
interface Contact {
  readonly side: Side
  readonly beyond: Vec3
}

/**
 * The sides that the plant crosses, in the order of the axes: voxels with values above a half stand
 * there, and what lies some voxels outside, too, is plant in all views that show it.
 *
 * A box that just holds the plant is touched on all sides, and crossed on none.
 * Cost: one projection a view for each voxel at a side. Only cameras' pinhole part counts.
 */
export function sidesCrossed(volume: Volume, views: readonly View[]): Side[] {
  const crossed = new Set<Side>()
  for (const { side, beyond } of sideContacts(volume))
    if (!crossed.has(side) && isPlantInAll(beyond, views)) crossed.add(side)
  return sides.filter((side) => crossed.has(side))
}

function sideContacts(volume: Volume): Contact[] {
  const { origin, spacing, data } = volume
  const [nx, ny, nz] = volume.shape
  const found: Contact[] = []
  const inside = insideOf(volume)
  const ends = new Int32Array(nz + 2)
  for (const column of markedColumns(inside)) {
    const [i, j] = [Math.floor(column / ny), column % ny]
    const first = column * nz
    if (i === 0 || i === nx - 1 || j === 0 || j === ny - 1)
      for (let s = 0, count = stretches(inside, column, ends); s < count; s += 2)
        for (let k = ends[s]; k < ends[s + 1]; k++)
          if (data[first + k] > 0.5) {
            if (i === 0) touch(i, j, k, 0, -1)
            if (i === nx - 1) touch(i, j, k, 0, 1)
            if (j === 0) touch(i, j, k, 1, -1)
            if (j === ny - 1) touch(i, j, k, 1, 1)
          }
    if (data[first] > 0.5) touch(i, j, 0, 2, -1)
    if (data[first + nz - 1] > 0.5) touch(i, j, nz - 1, 2, 1)
  }
  return found

  function touch(i: number, j: number, k: number, axis: 0 | 1 | 2, sign: -1 | 1): void {
    const beyond = [i, j, k].map(
      (c, a) => origin[a] + spacing * (a === axis ? c + sign * BEYOND : c),
    )
    const side = sides[2 * axis + (sign < 0 ? 0 : 1)]
    found.push({ side, beyond: [beyond[0], beyond[1], beyond[2]] })
  }
}

/** Whether some views show the point, and all of these as plant. */
function isPlantInAll(point: Vec3, views: readonly View[]): boolean {
  let isSeen = false
  for (const { camera, mask } of views) {
    const [u, v] = pixelShowing(camera, point)
    if (u < 0 || v < 0 || u >= mask.width || v >= mask.height) continue
    if (mask.data[v * mask.width + u] === 0) return false
    isSeen = true
  }
  return isSeen
}

/** The pixel that shows a point, inside the picture or not; behind the camera it is (−1, −1). */
function pixelShowing(camera: Camera, point: Vec3): readonly [number, number] {
  const depth = depthOf(camera, point)
  if (!(depth > 0)) return [-1, -1]
  const { rotmat: r, tvec: t } = camera
  const { fx, fy, cx, cy } = pinholeOf(camera)
  const [x, y, z] = point
  return [
    Math.floor((fx * (r[0] * x + r[1] * y + r[2] * z + t[0])) / depth + cx),
    Math.floor((fy * (r[3] * x + r[4] * y + r[5] * z + t[1])) / depth + cy),
  ]
}
