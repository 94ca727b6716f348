// Undistorting: what the ideal pinhole of a camera would have seen instead of its lens.
import { lensOf, type Intrinsics } from './camera.ts'
import { rawBytes } from './bytes.ts'
import { checkImage, type Image } from './image.ts'
import { distort, isStraight } from './lens.ts'
import { perStrip, workspace } from './wasm/kernels.ts'

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
  /** Of each row y, the first row of the lens's image that y or a row below it is mixed of. */
  readonly first: Int32Array
  /** Of each row y, the end of those that y or a row above it is mixed of. */
  readonly end: Int32Array
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
  const first = new Int32Array(height).fill(height)
  const end = new Int32Array(height)
  const border: number[] = []
  const bent = new Float64Array(2)
  for (let y = 0, at = 0; y < height; y++) {
    if (y > 0) end[y] = end[y - 1]
    for (let x = 0; x < width; x++, at++) {
      distort(lens, (x - cx) / fx, (y - cy) / fy, bent)
      const u = fixed(fx * bent[0] + cx)
      const v = fixed(fy * bent[1] + cy)
      const left = u >> 5
      const top = v >> 5
      parts[at] = ((v & (PARTS - 1)) << 5) | (u & (PARTS - 1))
      if (left >= 0 && top >= 0 && left < width - 1 && top < height - 1) {
        corners[at] = top * width + left
      } else {
        corners[at] = -1
        if (left < -1 || top < -1 || left >= width || top >= height) continue
        border.push(at, u, v)
      }
      first[y] = Math.min(first[y], Math.max(top, 0))
      end[y] = Math.max(end[y], Math.min(top + 2, height))
    }
  }
  for (let y = height - 2; y >= 0; y--) first[y] = Math.min(first[y], first[y + 1])
  return { width, height, corners, parts, first, end, border: Int32Array.from(border) }
}

/** In 1/32; what lies far outside of any image comes to lie just as far outside. */
function fixed(position: number): number {
  return Math.round(Math.max(-1e6, Math.min(1e6, position)) * PARTS)
}

/**
 * Resamples an image: bilinear, with black beyond its border. Its `data` are changed in place, as new
 * memory can cost more time than the mixing.
 *
 * In fixed point as OpenCV's remap, whose images it equals except for ±1 where a position lies between
 * two of the 1/32 of a pixel.
 *
 * @returns the image that was given
 * @throws RangeError if the map was made for images of another size, or the image has more than 4
 *   channels
 */
export function remap(image: Image, map: UndistortionMap): Image {
  checkImage(image)
  const { width, height, channels, data } = image
  if (map.width !== width || map.height !== height)
    throw new RangeError(
      `an image of ${width} × ${height} does not fit a camera of ${map.width} × ${map.height}`,
    )
  if (channels > 4) throw new RangeError(`an image has 1 to 4 channels, not ${channels}`)
  const row = width * channels
  const strips = stripsOf(map, perStrip(row))
  const most = width * Math.max(...strips.map(({ y, yEnd }) => yEnd - y))
  const heldRows = Math.max(...strips.map(({ first, end }) => end - first))
  const { kernels, memory, places } = workspace(
    heldRows * row,
    4 * most,
    2 * most,
    most * channels,
    256,
  )
  const [held, corners, parts, mixed, weights] = places
  let [heldFirst, heldEnd, border] = [0, 0, 0]
  for (const { y, yEnd, first, end } of strips) {
    memory.copyWithin(held, held + (first - heldFirst) * row, held + (heldEnd - heldFirst) * row)
    memory.set(data.subarray(heldEnd * row, end * row), held + (heldEnd - first) * row)
    ;[heldFirst, heldEnd] = [first, end]
    const [at, atEnd] = [y * width, yEnd * width]
    memory.set(rawBytes(map.corners.subarray(at, atEnd)), corners)
    memory.set(rawBytes(map.parts.subarray(at, atEnd)), parts)
    const from = held - first * row
    kernels.mixPixels(from, row, channels, corners, parts, atEnd - at, mixed, weights)
    data.set(memory.subarray(mixed, mixed + (atEnd - at) * channels), at * channels)
    for (; border < map.border.length && map.border[border] < atEnd; border += 3)
      mixAtBorder(image, map.border.subarray(border, border + 3), memory, from)
  }
  return image
}

/** Rows y to yEnd, and those of the image of the lens that are still needed: by these or later ones. */
interface Strip {
  readonly y: number
  readonly yEnd: number
  readonly first: number
  readonly end: number
}

function stripsOf({ height, first, end }: UndistortionMap, rows: number): Strip[] {
  const strips: Strip[] = []
  for (let y = 0, known = 0; y < height; y += rows) {
    const yEnd = Math.min(y + rows, height)
    const strip = {
      y,
      yEnd,
      first: Math.min(first[y], known),
      // at least those that are about to be written over
      end: Math.max(end[yEnd - 1], yEnd),
    }
    strips.push(strip)
    known = strip.end
  }
  return strips
}

/**
 * A pixel of which some of the four neighbours lie beyond the border, where all is black.
 *
 * @param entry its number, and where the lens showed it, in 1/32
 * @param from  where pixel 0 of the image of the lens would lie in `memory`
 */
function mixAtBorder(
  { width, height, channels, data }: Image,
  [pixel, u, v]: Int32Array,
  memory: Uint8Array,
  from: number,
): void {
  const row = width * channels
  const [x, y] = [u >> 5, v >> 5]
  const right = x < width - 1 ? u & 31 : 0
  const below = y < height - 1 ? v & 31 : 0
  const left = x >= 0 ? PARTS - (u & 31) : 0
  const above = y >= 0 ? PARTS - (v & 31) : 0
  for (let c = 0, at = from + y * row + x * channels; c < channels; c++, at++)
    data[pixel * channels + c] =
      (left * above * (memory[at] ?? 0) +
        right * above * (memory[at + channels] ?? 0) +
        left * below * (memory[at + row] ?? 0) +
        right * below * (memory[at + row + channels] ?? 0) +
        512) >>
      10
}
