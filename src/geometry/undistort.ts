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
  /** width · y + x of the upper left of the four pixels around; −1 if one of them is beyond the border. */
  readonly corners: Int32Array
  /** Right of that pixel and below it, in 1/32: 32 · below + right. */
  readonly parts: Uint16Array
  /** Those with some of the four beyond the border, and some not: number, x and y in 1/32 of each. */
  readonly border: Int32Array
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
  const corners = new Int32Array(width * height)
  const parts = new Uint16Array(width * height)
  const border: number[] = []
  const bent = new Float64Array(2)
  for (let y = 0, at = 0; y < height; y++)
    for (let x = 0; x < width; x++, at++) {
      distort(lens, (x - cx) / fx, (y - cy) / fy, bent)
      const u = fixed(fx * bent[0] + cx)
      const v = fixed(fy * bent[1] + cy)
      const left = u >> 5
      const top = v >> 5
      parts[at] = ((v & (PARTS - 1)) << 5) | (u & (PARTS - 1))
      if (left >= 0 && top >= 0 && left < width - 1 && top < height - 1)
        corners[at] = top * width + left
      else {
        corners[at] = -1
        if (left >= -1 && top >= -1 && left < width && top < height) border.push(at, u, v)
      }
    }
  return { width, height, corners, parts, border: Int32Array.from(border) }
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
  const straight = new Uint8Array(data.length)
  if (channels === 3) remapColours(data, map, straight)
  else remapChannels(data, channels, map, straight)
  remapBorder(image, map, straight)
  return { width, height, channels, data: straight }
}

/**
 * The pixels whose four neighbours all lie in the image, of three channels. Between p and q at
 * `right` / 32 lies (32 p + right · (q − p)) / 32: one product a step.
 */
function remapColours(data: Uint8Array, map: UndistortionMap, straight: Uint8Array): void {
  const { width, corners, parts } = map
  const row = 3 * width
  for (let i = 0, to = 0; i < corners.length; i++, to += 3) {
    if (corners[i] < 0) continue
    const at = (3 * corners[i]) | 0
    const under = (at + row) | 0
    const right = parts[i] & 31
    const below = parts[i] >> 5
    // the three channels are written out: a loop over them takes nearly twice the time
    const p0 = data[at]
    const q0 = data[under]
    const a0 = ((p0 << 5) + Math.imul(right, data[at + 3] - p0)) | 0
    const b0 = ((q0 << 5) + Math.imul(right, data[under + 3] - q0)) | 0
    straight[to] = ((a0 << 5) + Math.imul(below, b0 - a0) + 512) >> 10
    const p1 = data[at + 1]
    const q1 = data[under + 1]
    const a1 = ((p1 << 5) + Math.imul(right, data[at + 4] - p1)) | 0
    const b1 = ((q1 << 5) + Math.imul(right, data[under + 4] - q1)) | 0
    straight[to + 1] = ((a1 << 5) + Math.imul(below, b1 - a1) + 512) >> 10
    const p2 = data[at + 2]
    const q2 = data[under + 2]
    const a2 = ((p2 << 5) + Math.imul(right, data[at + 5] - p2)) | 0
    const b2 = ((q2 << 5) + Math.imul(right, data[under + 5] - q2)) | 0
    straight[to + 2] = ((a2 << 5) + Math.imul(below, b2 - a2) + 512) >> 10
  }
}

/** The same of any number of channels. */
function remapChannels(
  data: Uint8Array,
  channels: number,
  map: UndistortionMap,
  straight: Uint8Array,
): void {
  const { width, corners, parts } = map
  const row = width * channels
  for (let i = 0, to = 0; i < corners.length; i++, to += channels) {
    if (corners[i] < 0) continue
    const right = parts[i] & 31
    const below = parts[i] >> 5
    for (let c = 0, at = channels * corners[i]; c < channels; c++, at++) {
      const p = data[at]
      const q = data[at + row]
      const a = (p << 5) + right * (data[at + channels] - p)
      const b = (q << 5) + right * (data[at + row + channels] - q)
      straight[to + c] = ((a << 5) + below * (b - a) + 512) >> 10
    }
  }
}

/** The pixels of which some of the four neighbours lie beyond the border, where all is black. */
function remapBorder(
  { width, height, channels, data }: Image,
  { border }: UndistortionMap,
  straight: Uint8Array,
): void {
  const row = width * channels
  for (let n = 0; n < border.length; n += 3) {
    const [u, v] = [border[n + 1], border[n + 2]]
    const [x, y] = [u >> 5, v >> 5]
    const right = x < width - 1 ? u & 31 : 0
    const below = y < height - 1 ? v & 31 : 0
    const left = x >= 0 ? PARTS - (u & 31) : 0
    const above = y >= 0 ? PARTS - (v & 31) : 0
    for (let c = 0, at = y * row + x * channels; c < channels; c++, at++)
      straight[border[n] * channels + c] =
        (left * above * (data[at] ?? 0) +
          right * above * (data[at + channels] ?? 0) +
          left * below * (data[at + row] ?? 0) +
          right * below * (data[at + row + channels] ?? 0) +
          512) >>
        10
  }
}
