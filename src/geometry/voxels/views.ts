// What carving and averaging know of the views: float32 projections, masks and their sums.
import { checkCamera, pinholeOf, type Camera } from '../camera.ts'
import { checkImage, type Image } from '../image.ts'
import type { PixelBox } from '../marked-box.ts'
import type { Grid } from './grid.ts'
import { sumsOf, type MaskSums } from './mask-sums.ts'
import { shared } from '../shared-memory.ts'

/** A mask and the camera that took the photograph it was made of. */
export interface View {
  readonly camera: Camera
  /** One channel, as large as the camera's images; 0 = background. */
  readonly mask: Image
  /** `sumsOf` the mask, where they are known. */
  readonly sums?: MaskSums
}

/**
 * A view made ready for the kernels, in memory that threads share.
 *
 * The kernels compute p = R X + t; u = p.x / p.z · fx + cx; v = p.y / p.z · fy + cy in float32,
 * each operation rounded, as ROMI's OpenCL kernels do. `x`, `y` and `z` hold the rounded products
 * of R with the coordinates of the nodes: three rows of the camera's axes, a node after the other.
 */
export interface PreparedView {
  readonly width: number
  readonly height: number
  readonly x: Float32Array
  readonly y: Float32Array
  readonly z: Float32Array
  /** tx, ty, tz, fx, fy, cx, cy */
  readonly lens: Float32Array
  /** How far, at most, rounding moves each component of p from the exact sum of the products. */
  readonly slack: readonly [number, number, number]
  /** 0, which stands for all pixels beside the box of `sums`, and then those of the box, row by row. */
  readonly pixels: Uint8Array
  readonly sums: MaskSums
}

/** @throws RangeError if a mask and its camera differ in size, or a number is beyond float32 */
export function prepareView({ camera, mask, sums }: View, grid: Grid): PreparedView {
  checkCamera(camera)
  checkImage(mask)
  const { width, height } = mask
  if (mask.channels !== 1) throw new RangeError(`a mask has one channel, not ${mask.channels}`)
  if (width !== camera.width || height !== camera.height)
    throw new RangeError(
      `a mask of ${width} × ${height} does not fit a camera of ${camera.width} × ${camera.height}`,
    )
  const { fx, fy, cx, cy } = pinholeOf(camera)
  const lens = shared(Float32Array, 7)
  lens.set([...camera.tvec, fx, fy, cx, cy])
  const [x, y, z] = ([0, 1, 2] as const).map((axis) => products(camera.rotmat, grid, axis))
  const summed = sums ?? sumsOf(mask)
  return {
    width,
    height,
    x,
    y,
    z,
    lens,
    slack: [slackOf(0), slackOf(1), slackOf(2)],
    pixels: croppedPixels(mask, summed),
    sums: summed,
  }

  /** The error of a sum of four terms, each addition off by 2⁻²⁴ of its result (Higham, 2002, §4.2). */
  function slackOf(row: number): number {
    let size = Math.abs(lens[row])
    for (const terms of [x, y, z])
      size += Math.max(Math.abs(terms[row]), Math.abs(terms[terms.length - 3 + row]))
    if (!(size < 1e30)) throw new RangeError('a camera lies too far from the voxels')
    return size * 4 * 2 ** -24
  }
}

function croppedPixels({ width, data }: Image, box: PixelBox): Uint8Array {
  const across = box.right - box.left
  const pixels = shared(Uint8Array, 1 + across * (box.bottom - box.top))
  for (let y = box.top, at = 1; y < box.bottom; y++, at += across)
    pixels.set(data.subarray(y * width + box.left, y * width + box.right), at)
  return pixels
}

/**
 * The pixels at which a view shows the nodes (i, j, k0 … k1 − 1), in float32 arithmetic.
 *
 * @param pixels receives their places in the view’s pixels, from 0 on; −1 where the view shows no pixel
 */
export function projectRow(
  { x, y, z, lens, width, height, sums }: PreparedView,
  i: number,
  j: number,
  k0: number,
  k1: number,
  pixels: Int32Array,
): void {
  const { fround } = Math
  const { left, top, right, bottom } = sums
  const boxWidth = right - left
  const tx = lens[0]
  const ty = lens[1]
  const tz = lens[2]
  const fx = lens[3]
  const fy = lens[4]
  const cx = lens[5]
  const cy = lens[6]
  const ax = fround(x[3 * i] + y[3 * j])
  const ay = fround(x[3 * i + 1] + y[3 * j + 1])
  const az = fround(x[3 * i + 2] + y[3 * j + 2])
  for (let k = k0; k < k1; k++) {
    const depth = fround(fround(az + z[3 * k + 2]) + tz)
    const across = fround(fround(ax + z[3 * k]) + tx)
    const down = fround(fround(ay + z[3 * k + 1]) + ty)
    const u = fround(fround(fround(across / depth) * fx) + cx)
    const v = fround(fround(fround(down / depth) * fy) + cy)
    const isSeen = depth >= 0 && u > -1 && v > -1 && u < width && v < height
    const column = u | 0
    const row = v | 0
    const isInBox = column >= left && column < right && row >= top && row < bottom
    pixels[k - k0] = !isSeen ? -1 : isInBox ? 1 + (row - top) * boxWidth + column - left : 0
  }
}

/** R's column `axis` times each node's coordinate, as float32. */
function products(rotmat: readonly number[], grid: Grid, axis: 0 | 1 | 2): Float32Array {
  const { fround } = Math
  const count = grid.shape[axis]
  const terms = shared(Float32Array, 3 * count)
  const origin = fround(grid.origin[axis])
  const spacing = fround(grid.spacing)
  for (let i = 0; i < count; i++) {
    const coordinate = fround(origin + fround(i * spacing))
    for (let row = 0; row < 3; row++)
      terms[3 * i + row] = fround(rotmat[3 * row + axis]) * coordinate
  }
  return terms
}
