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
 * The pixels whose four neighbours all lie in the image, of three channels.
 *
 * Two pixels side by side are read by four bytes each, which is a third of the reads. Between the left
 * and the right one lies p (32 − right) + q right, which 13 bits hold: so two channels are weighed in
 * one number, 16 bits apart; red with blue, and green of the upper row with that of the lower.
 */
function remapColours(data: Uint8Array, map: UndistortionMap, straight: Uint8Array): void {
  const { width, corners, parts } = map
  const row = 3 * width
  const bytes = new DataView(data.buffer, data.byteOffset, data.byteLength)
  for (let i = 0, to = 0; i < corners.length; i++, to += 3) {
    if (corners[i] < 0) continue
    const at = Math.imul(3, corners[i])
    const under = (at + row) | 0
    const right = parts[i] & 31
    const left = PARTS - right
    const below = parts[i] >> 5
    // four bytes that end with the pixel to the right: those behind it may be beyond the image
    const p = bytes.getInt32(at, true)
    const q = bytes.getInt32(at + 2, true) >>> 8
    const r = bytes.getInt32(under, true)
    const s = bytes.getInt32(under + 2, true) >>> 8
    const upper = (Math.imul(p & redBlue, left) + Math.imul(q & redBlue, right)) | 0
    const lower = (Math.imul(r & redBlue, left) + Math.imul(s & redBlue, right)) | 0
    const leftGreen = ((p >> 8) & 255) | ((r << 8) & 0xff0000)
    const rightGreen = ((q >> 8) & 255) | ((s << 8) & 0xff0000)
    const green = (Math.imul(leftGreen, left) + Math.imul(rightGreen, right)) | 0
    straight[to] = mixedByHeight(upper & 0xffff, lower & 0xffff, below)
    straight[to + 1] = mixedByHeight(green & 0xffff, green >>> 16, below)
    straight[to + 2] = mixedByHeight(upper >>> 16, lower >>> 16, below)
  }
}

/** The bytes of red and blue, where a pixel is read as a number. */
const redBlue = 0xff00ff

/** What lies `below` / 32 of the way from one row to the next, both in 1/32, rounded. */
function mixedByHeight(upper: number, lower: number, below: number): number {
  return ((upper << 5) + Math.imul(below, lower - upper) + 512) >> 10
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
