// Telling plant from background: indices of colour, a threshold, and dilation by a disk.
import { someAbove, someBelow, wordsOf } from './bytes.ts'
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
    // the usual case, several times as fast: adding 0 changes nothing
    const [channel] = counting
    markLevels(image, channel, tables[channel], threshold, marks)
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
    for (let x = first[y]; x <= last[y]; x++) {
      const gap = gaps[row + x]
      if (gap > far) continue
      ends[Math.max(0, x - half[gap])]++
      ends[Math.min(width, x + half[gap] + 1)]--
    }
    const end = Math.min(width, last[y] + half[0] + 1)
    for (let x = Math.max(0, first[y] - half[0]), open = 0; x < end; x++) {
      open += ends[x]
      ends[x] = 0
      if (open > 0) marks[row + x] = 255
    }
    ends[end] = 0
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
  const words = width % 4 === 0 ? wordsOf(data) : new Int32Array(0)
  const wordsInRow = words.length > 0 ? width / 4 : 0
  for (let y = 0; y < height; y++) {
    const row = y * width
    let left = 0
    while (left < 4 * wordsInRow && words[(row + left) >> 2] === 0) left += 4
    while (left < width && data[row + left] === 0) left++
    if (left === width) continue
    let right = width - 1
    while (right > 4 && wordsInRow > 0 && words[(row + right) >> 2] === 0) right -= 4
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
  const [least, most] = rangeOf(data, channels, counted)
  // an image of one value is cut to 0 … 1 instead, as scikit-image's rescale_intensity does
  return Float64Array.from({ length: 256 }, (_, value) =>
    least === most ? Math.min(value, 1) : (value - least) / (most - least),
  )
}

/** The least and the greatest value in the first `counted` of the channels. */
function rangeOf(data: Uint8Array, channels: number, counted: number): [number, number] {
  let least = 255
  let most = 0
  let at = 0
  const look = (end: number): void => {
    for (; at < end; at++) {
      if (at % channels >= counted) continue
      if (data[at] < least) least = data[at]
      if (data[at] > most) most = data[at]
    }
  }
  const words = counted === channels ? wordsOf(data) : new Int32Array(0)
  for (let n = 0; n < words.length; n++) {
    if (least === 0 && most === 255) return [least, most]
    if ((someBelow(words[n], least) | someAbove(words[n], most)) === 0) continue
    at = 4 * n
    look(at + 4)
  }
  at = 4 * words.length
  look(data.length)
  return [least, most]
}

/** Marks each pixel whose level in one channel the table has above the threshold. */
function markLevels(
  { channels, data }: Image,
  channel: number,
  table: Float64Array,
  threshold: number,
  marks: Uint8Array,
): void {
  const isPlant = (level: number): boolean => table[level] > threshold
  const levels = Uint8Array.from({ length: 256 }, (_, level) => (isPlant(level) ? 255 : 0))
  const mark = (from: number, to: number): void => {
    for (let i = from, at = from * channels + channel; i < to; i++, at += channels)
      marks[i] = levels[data[at]]
  }
  const top = levels.lastIndexOf(0) // of the background, where the brighter is plant
  const words = channels === 3 && levels.indexOf(255) > top ? wordsOf(data) : new Int32Array(0)
  // three words hold four pixels, and their levels lie, as it happens, in four different places
  const places = [0, 0, 0]
  for (let at = channel; at < 12; at += 3) places[at >> 2] |= 0xff << (8 * (at & 3))
  const [a, b, c] = places
  const fours = Math.floor(words.length / 3)
  for (let n = 0; n < fours; n++) {
    const word = (words[3 * n] & a) | (words[3 * n + 1] & b) | (words[3 * n + 2] & c)
    if (someAbove(word, top) !== 0) mark(4 * n, 4 * n + 4)
  }
  mark(4 * fours, marks.length)
}

function emptyMask({ width, height }: Image): Image {
  return { width, height, channels: 1, data: new Uint8Array(width * height) }
}
