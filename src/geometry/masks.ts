// Telling plant from background: indices of colour, a threshold, and dilation by a disk.
import { checkImage, type Image } from './image.ts'

/** How much of red, green and blue makes the plant. */
export type Weights = readonly [red: number, green: number, blue: number]

/**
 * Marks the pixels of which c₀·R + c₁·G + c₂·B lies above a threshold.
 *
 * R, G and B are stretched so that the least value of the image over all its channels, alpha
 * included, becomes 0 and the greatest 1; the sum is not clipped. In double precision, in this
 * order, so that the mask is bit for bit the one that ROMI makes.
 *
 * @param image with 3 or 4 channels
 * @returns one channel, 0 = background, 255 = plant
 * @throws RangeError if the image has no colours
 */
export function linearMask(image: Image, weights: Weights, threshold: number): Image {
  checkColours(image)
  const { channels, data } = image
  const stretched = stretch(data, channels, channels)
  const tables = weights.map((weight) => stretched.map((value) => weight * value))
  const mask = emptyMask(image)
  const marks = mask.data
  const counting = [0, 1, 2].filter((channel) => weights[channel] !== 0)
  if (counting.length === 1) {
    // the usual case, three times as fast: adding 0 changes nothing
    const [channel] = counting
    const levels = Uint8Array.from(tables[channel], (value) => (value > threshold ? 255 : 0))
    for (let i = 0, at = channel; at < data.length; i++, at += channels) marks[i] = levels[data[at]]
    return mask
  }
  const [red, green, blue] = tables
  for (let i = 0, at = 0; at < data.length; i++, at += channels)
    if (red[data[at]] + green[data[at + 1]] + blue[data[at + 2]] > threshold) marks[i] = 255
  return mask
}

/**
 * Marks the pixels of which 2g − r − b lies above a threshold, with r, g, b the shares of red, green
 * and blue in their sum.
 *
 * Alpha counts neither in the sum nor in the stretching (see `linearMask`): with it, as ROMI has it,
 * the masks of an image with alpha come out empty.
 *
 * @param image with 3 or 4 channels
 * @returns one channel, 0 = background, 255 = plant
 * @throws RangeError if the image has no colours
 * Source: excess green index, Woebbecke et al., 1995.
 */
export function excessGreenMask(image: Image, threshold: number): Image {
  checkColours(image)
  const { channels, data } = image
  const stretched = stretch(data, channels, 3)
  const mask = emptyMask(image)
  const marks = mask.data
  for (let i = 0, at = 0; at < data.length; i++, at += channels) {
    const red = stretched[data[at]]
    const green = stretched[data[at + 1]]
    const blue = stretched[data[at + 2]]
    const sum = red + green + blue + 1e-9 // black pixels too have shares
    if (2 * (green / sum) - red / sum - blue / sum > threshold) marks[i] = 255
  }
  return mask
}

/**
 * Grows what is marked by a disk: marks every pixel whose centre lies within `radius` of the centre
 * of a marked one. Beyond the border of the image nothing is marked.
 *
 * @param mask   one channel; not 0 = marked
 * @param radius in pixels; need not be whole
 * @returns one channel, 0 or 255
 * @throws RangeError if the mask has more than one channel or the radius is below 0
 * Cost: the same for every radius. In each row a column whose nearest mark lies g rows away covers
 * the pixels up to √(r² − g²) left and right; the ends of these stretches are counted along the row.
 */
export function dilateMask(mask: Image, radius: number): Image {
  checkImage(mask)
  const { width, height, data } = mask
  if (mask.channels !== 1) throw new RangeError(`a mask has one channel, not ${mask.channels}`)
  if (!(radius >= 0)) throw new RangeError(`a disk cannot have the radius ${radius}`)
  const far = Math.min(Math.floor(radius), height)
  const half = Int32Array.from({ length: far + 1 }, (_, g) =>
    Math.min(width, Math.floor(Math.sqrt(radius * radius - g * g))),
  )
  const { first, last } = columnsInReach(mask, far)
  const gaps = gapsAlongColumns(data, width, far, first, last)
  const grown = emptyMask(mask)
  const marks = grown.data
  const ends = new Int32Array(width + 1)
  for (let y = 0, row = 0; y < height; y++, row += width) {
    if (first[y] > last[y]) continue
    ends.fill(0)
    for (let x = first[y]; x <= last[y]; x++) {
      const gap = gaps[row + x]
      if (gap > far) continue
      ends[Math.max(0, x - half[gap])]++
      ends[Math.min(width, x + half[gap] + 1)]--
    }
    const end = Math.min(width, last[y] + half[0] + 1)
    for (let x = Math.max(0, first[y] - half[0]), open = 0; x < end; x++) {
      open += ends[x]
      if (open > 0) marks[row + x] = 255
    }
  }
  return grown
}

/** For each row the first and last column with a mark at most `far` rows away; most have few. */
function columnsInReach(
  { width, height, data }: Image,
  far: number,
): { first: Int32Array; last: Int32Array } {
  const first = new Int32Array(height).fill(width)
  const last = new Int32Array(height).fill(-1)
  for (let y = 0; y < height; y++) {
    const row = y * width
    let left = 0
    while (left < width && data[row + left] === 0) left++
    if (left === width) continue
    let right = width - 1
    while (data[row + right] === 0) right--
    for (let to = Math.max(0, y - far); to <= Math.min(height - 1, y + far); to++) {
      if (left < first[to]) first[to] = left
      if (right > last[to]) last[to] = right
    }
  }
  return { first, last }
}

/** How many rows away the nearest mark of its column lies from each pixel; far + 1 if further. */
function gapsAlongColumns(
  data: Uint8Array,
  width: number,
  far: number,
  first: Int32Array,
  last: Int32Array,
): Uint16Array {
  const gaps = new Uint16Array(data.length).fill(far + 1)
  for (let y = 0; y < first.length; y++)
    for (let at = y * width + first[y]; at <= y * width + last[y]; at++) {
      if (data[at] !== 0) gaps[at] = 0
      else if (y > 0 && gaps[at - width] < far) gaps[at] = gaps[at - width] + 1
    }
  for (let y = first.length - 2; y >= 0; y--)
    for (let at = y * width + first[y]; at <= y * width + last[y]; at++)
      if (gaps[at + width] + 1 < gaps[at]) gaps[at] = gaps[at + width] + 1
  return gaps
}

/** What a mask of 0 and 255 would be if plant were background. */
export function invertMask(mask: Image): Image {
  return { ...mask, data: mask.data.map((value) => 255 - value) }
}

/** The share of a mask's pixels that are not 0. */
export function coverOf({ data }: Image): number {
  let marked = 0
  for (let i = 0; i < data.length; i++) if (data[i] !== 0) marked++
  return marked / data.length
}

function checkColours(image: Image): void {
  checkImage(image)
  if (image.channels < 3)
    throw new RangeError(`an image of ${image.channels} channels has no red, green and blue`)
}

/** What becomes of each of the 256 grey levels when those in the image are stretched to 0 … 1. */
function stretch(data: Uint8Array, channels: number, counted: number): Float64Array {
  let least = 255
  let most = 0
  for (let c = 0; c < counted; c++)
    for (let at = c; at < data.length && (least > 0 || most < 255); at += channels) {
      const value = data[at]
      if (value < least) least = value
      if (value > most) most = value
    }
  // an image of one value is cut to 0 … 1 instead, as scikit-image's rescale_intensity does
  return Float64Array.from({ length: 256 }, (_, value) =>
    least === most ? Math.min(value, 1) : (value - least) / (most - least),
  )
}

function emptyMask({ width, height }: Image): Image {
  return { width, height, channels: 1, data: new Uint8Array(width * height) }
}
