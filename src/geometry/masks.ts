// Telling plant from background: indices of colour and a threshold.
import { checkImage, type Image } from './image.ts'
import { markByForm, type Form } from './marking.ts'
import { rangeOf } from './value-range.ts'

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
  const range = rangeOf(image)
  const stretched = stretch(range)
  const [red, green, blue] = weights.map((weight) => stretched.map((value) => weight * value))
  const isPlant = (r: number, g: number, b: number): boolean =>
    red[r] + green[g] + blue[b] > threshold
  const [least, most] = range
  const [c0, c1, c2] = weights
  const form: Form = [c0, c1, c2, -least * (c0 + c1 + c2) - threshold * (most - least)]
  return maskByForm(image, form, range, isPlant)
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
  const range = rangeOf(image, { alpha: false })
  const stretched = stretch(range)
  const black = 1e-9 // black pixels too have shares
  const isPlant = (r: number, g: number, b: number): boolean => {
    const red = stretched[r]
    const green = stretched[g]
    const blue = stretched[b]
    const sum = red + green + blue + black
    return 2 * (green / sum) - red / sum - blue / sum > threshold
  }
  const [least, most] = range
  // 2G − R − B > threshold · (R + G + B + black), with the stretching undone
  const form: Form = [
    -1 - threshold,
    2 - threshold,
    -1 - threshold,
    threshold * (3 * least - black * (most - least)),
  ]
  return maskByForm(image, form, range, isPlant)
}

/** What a mask of 0 and 255 would be if plant were background. */
export function invertMask(mask: Image): Image {
  return { ...mask, data: mask.data.map((value) => 255 - value) }
}

function checkColours(image: Image): void {
  checkImage(image)
  if (image.channels < 3)
    throw new RangeError(`an image of ${image.channels} channels has no red, green and blue`)
}

/** What becomes of each of the 256 levels when those from `least` to `most` are stretched to 0 … 1. */
function stretch([least, most]: readonly [number, number]): Float64Array {
  // an image of one value is cut to 0 … 1 instead, as scikit-image's rescale_intensity does
  return Float64Array.from({ length: 256 }, (_, value) =>
    least === most ? Math.min(value, 1) : (value - least) / (most - least),
  )
}

/** How far from 0 a form is beyond doubt: a thousand times what rounding does to it and to its index. */
function marginOf(form: Form, [least, most]: readonly [number, number]): number {
  const [r, g, b, constant] = form.map(Math.abs)
  // the form supposes that the image was stretched
  return least === most ? Infinity : 1e-12 * (255 * (r + g + b) + constant)
}

function maskByForm(
  image: Image,
  form: Form,
  range: readonly [number, number],
  isPlant: (red: number, green: number, blue: number) => boolean,
): Image {
  const { width, height } = image
  const data = markByForm(image, form, marginOf(form, range), isPlant)
  return { width, height, channels: 1, data }
}
