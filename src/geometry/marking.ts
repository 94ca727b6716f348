// Marking the pixels of a colour: sixteen at a time where that is beyond doubt, else one by one.
import type { Image } from './image.ts'
import { perStrip, workspace } from './wasm/kernels.ts'

/** r·R + g·G + b·B + constant, of levels from 0 to 255. */
export type Form = readonly [r: number, g: number, b: number, constant: number]

/** How the kernel marks what is in doubt. */
const DOUBT = 1

/**
 * Marks with 255 each pixel that is plant, which a linear form of its colours tells unless it lies
 * close to 0.
 *
 * @param image   with 3 or 4 channels
 * @param form    above `margin` for plant and below −`margin` for background
 * @param isPlant asked where the form is between, or nearly so
 * @returns one value a pixel, 0 or 255
 */
export function markByForm(
  { width, height, channels, data }: Image,
  form: Form,
  margin: number,
  isPlant: (red: number, green: number, blue: number) => boolean,
): Uint8Array {
  const marks = new Uint8Array(width * height)
  const { r, g, b, below, above } = inWholeNumbers(form, margin)
  const most = perStrip(channels)
  const { kernels, memory, places } = workspace(most * channels, most)
  const [bytes, marked] = places
  for (let from = 0; from < marks.length; from += most) {
    const count = Math.min(most, marks.length - from)
    memory.set(data.subarray(from * channels, (from + count) * channels), bytes)
    const inDoubt = kernels.markByWeights(bytes, channels, count, r, g, b, below, above, marked)
    marks.set(memory.subarray(marked, marked + count), from)
    if (inDoubt === 0) continue
    const strip = marks.subarray(from, from + count)
    for (let i = strip.indexOf(DOUBT); i >= 0; i = strip.indexOf(DOUBT, i + 1)) {
      const at = (from + i) * channels
      strip[i] = isPlant(data[at], data[at + 1], data[at + 2]) ? 255 : 0
    }
  }
  return marks
}

interface WholeForm {
  readonly r: number
  readonly g: number
  readonly b: number
  /** Below it, the form lies below −margin. */
  readonly below: number
  /** Above it, the form lies above the margin. */
  readonly above: number
}

/**
 * A form of which the greatest weight has 15 bits, without its constant, and limits for it. Those that
 * are not finite come out so that nothing lies beyond them.
 */
function inWholeNumbers([r, g, b, constant]: Form, margin: number): WholeForm {
  const largest = Math.max(Math.abs(r), Math.abs(g), Math.abs(b))
  const scale = largest > 0 ? 32_767 / largest : 1
  // rounding moves each of three weights by a half at most, and the sum by that of 255 each: by 382.5
  const below = Math.floor((-margin - constant) * scale) - 384
  const above = Math.ceil((margin - constant) * scale) + 384
  return {
    r: Math.round(r * scale),
    g: Math.round(g * scale),
    b: Math.round(b * scale),
    below: Number.isFinite(below) ? inWord(below) : -(2 ** 31),
    above: Number.isFinite(above) ? inWord(above) : 2 ** 31 - 1,
  }
}

const inWord = (value: number): number => Math.max(-(2 ** 31), Math.min(2 ** 31 - 1, value))
