// Undistorting: what the ideal pinhole of a camera would have seen instead of its lens.
import { lensOf, type Intrinsics } from './camera.ts'
import { checkImage, type Image } from './image.ts'
import { distort, isStraight } from './lens.ts'

/** Parts of a pixel that positions are rounded to: 5 bits, as OpenCV's remap does. */
const PARTS = 32

/** For each pixel of the pinhole image where the lens showed it, in 1/32 of a pixel. */
export interface UndistortionMap {
  readonly width: number
  readonly height: number
  readonly u: Int32Array
  readonly v: Int32Array
}

/**
 * Finds where the lens of a camera shows each pixel of the pinhole with the same focal lengths and
 * principal point. One map serves all the images of a camera.
 *
 * @returns undefined if the lens bends nothing
 */
export function undistortionMap(camera: Intrinsics): UndistortionMap | undefined {
  const lens = lensOf(camera)
  if (isStraight(lens)) return undefined
  const { width, height } = camera
  const { fx, fy, cx, cy } = lens
  const u = new Int32Array(width * height)
  const v = new Int32Array(width * height)
  const bent = new Float64Array(2)
  for (let y = 0, at = 0; y < height; y++)
    for (let x = 0; x < width; x++, at++) {
      distort(lens, (x - cx) / fx, (y - cy) / fy, bent)
      u[at] = fixed(fx * bent[0] + cx)
      v[at] = fixed(fy * bent[1] + cy)
    }
  return { width, height, u, v }
}

/** In 1/32; what lies far outside of any image comes to lie just as far outside. */
function fixed(position: number): number {
  return Math.round(Math.max(-1e6, Math.min(1e6, position)) * PARTS)
}

/**
 * Resamples an image: bilinear, with black beyond its border.
 *
 * In fixed point as OpenCV's remap, whose images it equals except for ±1 where a position lies between
 * two of the 1/32 of a pixel.
 *
 * @throws RangeError if the map was made for images of another size
 */
export function remap(image: Image, map: UndistortionMap): Image {
  checkImage(image)
  const { width, height, channels, data } = image
  if (map.width !== width || map.height !== height)
    throw new RangeError(
      `an image of ${width} × ${height} does not fit a camera of ${map.width} × ${map.height}`,
    )
  const { u, v } = map
  const row = width * channels
  const straight = new Uint8Array(data.length)
  for (let i = 0, to = 0; i < u.length; i++, to += channels) {
    const x = u[i] >> 5
    const y = v[i] >> 5
    if (x < -1 || y < -1 || x >= width || y >= height) continue
    // the shares of the four pixels around; of those beyond the border nothing
    let right = u[i] & (PARTS - 1)
    let below = v[i] & (PARTS - 1)
    let left = PARTS - right
    let above = PARTS - below
    let at = y * row + x * channels
    if (x < 0 || y < 0 || x === width - 1 || y === height - 1) {
      if (x < 0) left = 0
      if (y < 0) above = 0
      if (x === width - 1) right = 0
      if (y === height - 1) below = 0
      for (let c = 0; c < channels; c++, at++)
        straight[to + c] =
          (left * above * (data[at] ?? 0) +
            right * above * (data[at + channels] ?? 0) +
            left * below * (data[at + row] ?? 0) +
            right * below * (data[at + row + channels] ?? 0) +
            512) >>
          10
      continue
    }
    for (let c = 0; c < channels; c++, at++)
      straight[to + c] =
        (above * (left * data[at] + right * data[at + channels]) +
          below * (left * data[at + row] + right * data[at + row + channels]) +
          512) >>
        10
  }
  return { width, height, channels, data: straight }
}
