// Where a block of voxels appears in a view, whatever float32 rounding does to its voxels.
import { marksWithin } from './mask-sums.ts'
import type { PreparedView } from './views.ts'

/** Nodes i0 ≤ i < i1, j0 ≤ j < j1, k0 ≤ k < k1 of a grid. */
export interface Block {
  readonly i0: number
  readonly i1: number
  readonly j0: number
  readonly j1: number
  readonly k0: number
  readonly k1: number
}

/** None of the block's voxels is seen: all behind the camera, or all beside the image. */
export const OUT = 0
/** All of them are seen, all on background. */
export const BACKGROUND = 1
/** All of them are seen, all on the plant. */
export const PLANT = 2
/** Those that are seen, if any, are on the plant. */
export const FRINGE = 3
/** Some may be one, some another. */
export const MIXED = 4

/**
 * What a view says of a block as a whole: OUT, BACKGROUND, PLANT, FRINGE, or MIXED where it cannot
 * tell. Never wrong about any voxel, as float32 arithmetic projects it.
 *
 * In front of the camera the image of a box lies in the rectangle around the images of its corners.
 * That rectangle is widened by the most that rounding can do: to p by `slack`, which moves the
 * quotient q = p.x / p.z by (slack.x + |q| · slack.z) / p.z at most, and 2⁻²⁴ of the value in each
 * of the three operations from there on.
 */
export function classify(view: PreparedView, block: Block): number {
  const { x, y, z, lens, slack, width, height } = view
  const tx = lens[0]
  const ty = lens[1]
  const tz = lens[2]
  const fx = lens[3]
  const fy = lens[4]
  const cx = lens[5]
  const cy = lens[6]
  const i0 = 3 * block.i0
  const i1 = 3 * block.i1 - 3
  const j0 = 3 * block.j0
  const j1 = 3 * block.j1 - 3
  const k0 = 3 * block.k0
  const k1 = 3 * block.k1 - 3

  // its corners, in units of the focal length
  let left = Infinity
  let right = -Infinity
  let top = Infinity
  let bottom = -Infinity
  let nearest = Infinity
  let farthest = -Infinity
  for (let corner = 0; corner < 8; corner++) {
    const i = corner & 1 ? i1 : i0
    const j = corner & 2 ? j1 : j0
    const k = corner & 4 ? k1 : k0
    const depth = tz + x[i + 2] + y[j + 2] + z[k + 2]
    const across = (tx + x[i] + y[j] + z[k]) / depth
    const down = (ty + x[i + 1] + y[j + 1] + z[k + 1]) / depth
    if (depth < nearest) nearest = depth
    if (depth > farthest) farthest = depth
    if (across < left) left = across
    if (across > right) right = across
    if (down < top) top = down
    if (down > bottom) bottom = down
  }
  if (farthest + slack[2] < 0) return OUT
  nearest -= slack[2]
  if (!(nearest > 0)) return MIXED

  // the rectangle of their images in pixels, widened
  const farX = Math.max(-left, right)
  const farY = Math.max(-top, bottom)
  const offX = widening(fx, cx, farX, (slack[0] + farX * slack[2]) / nearest)
  const offY = widening(fy, cy, farY, (slack[1] + farY * slack[2]) / nearest)
  const u0 = Math.min(fx * left, fx * right) + cx - offX
  const u1 = Math.max(fx * left, fx * right) + cx + offX
  const v0 = Math.min(fy * top, fy * bottom) + cy - offY
  const v1 = Math.max(fy * top, fy * bottom) + cy + offY
  if (u1 <= -1 || v1 <= -1 || u0 >= width || v0 >= height) return OUT
  const isInside = u0 > -1 && v0 > -1 && u1 < width && v1 < height

  // the plant in it
  const x0 = Math.max(0, Math.trunc(u0))
  const y0 = Math.max(0, Math.trunc(v0))
  const x1 = Math.min(width, Math.trunc(u1) + 1)
  const y1 = Math.min(height, Math.trunc(v1) + 1)
  const area = (x1 - x0) * (y1 - y0)
  if (area >= 65536) return MIXED
  const plant = marksWithin(view.sums, x0, y0, x1, y1)
  if (plant === 0) return isInside ? BACKGROUND : MIXED
  if (plant === area) return isInside ? PLANT : FRINGE
  return MIXED
}

/** Pixels by which an image point may be off: `off` before, and rounding in, `q · f + c`. */
function widening(f: number, c: number, far: number, off: number): number {
  return Math.abs(f) * off + (Math.abs(f) * (far + off) + Math.abs(c)) * 4 * 2 ** -24 + 1e-30
}
