// Marking the pixels of a colour: several at a time where that is beyond doubt, else one by one.
import { someAbove, wordsOf } from './bytes.ts'
import type { Image } from './image.ts'

/** r·R + g·G + b·B + constant, of levels from 0 to 255. */
export type Form = readonly [r: number, g: number, b: number, constant: number]

/**
 * Marks with 255 each pixel of which one channel lies above a level.
 *
 * @param image   with 3 or 4 channels
 * @param channel 0, 1 or 2
 * @param level   −1 to 255
 * @param marks   one value a pixel; changed in place
 */
export function markBrighter(
  { channels, data }: Image,
  channel: number,
  level: number,
  marks: Uint8Array,
): void {
  // three words hold four pixels of three channels, and their levels lie, as it happens, in four
  // different places; of three pixels of four channels they lie upon each other, which makes of dark
  // ones hardly a bright one
  const places = [0, 0, 0]
  for (let at = channel; at < 12; at += channels) places[at >> 2] |= 0xff << (8 * (at & 3))
  const [a, b, c] = places
  const inThree = 12 / channels
  const mark = (from: number, to: number): void => {
    for (let i = from, at = from * channels + channel; i < to; i++, at += channels)
      if (data[at] > level) marks[i] = 255
  }
  const words = level < 0 ? new Int32Array(0) : wordsOf(data)
  // four quarters at a time: of a large array, memory delivers them twice as fast as one after the other
  const quarter = 3 * Math.floor(words.length / 12)
  const quarterOfPixels = (quarter / 3) * inThree
  for (let n = 0, i = 0; n < quarter; n += 3, i += inThree) {
    const m = n + quarter
    const o = m + quarter
    const p = o + quarter
    const first = someAbove((words[n] & a) | (words[n + 1] & b) | (words[n + 2] & c), level)
    const second = someAbove((words[m] & a) | (words[m + 1] & b) | (words[m + 2] & c), level)
    const third = someAbove((words[o] & a) | (words[o + 1] & b) | (words[o + 2] & c), level)
    const fourth = someAbove((words[p] & a) | (words[p + 1] & b) | (words[p + 2] & c), level)
    if ((first | second | third | fourth) === 0) continue
    const to = i + inThree
    if (first !== 0) mark(i, to)
    if (second !== 0) mark(i + quarterOfPixels, to + quarterOfPixels)
    if (third !== 0) mark(i + 2 * quarterOfPixels, to + 2 * quarterOfPixels)
    if (fourth !== 0) mark(i + 3 * quarterOfPixels, to + 3 * quarterOfPixels)
  }
  mark(4 * quarterOfPixels, marks.length)
}

/**
 * Marks with 255 each pixel that is plant, which a linear form of its colours tells unless it lies
 * close to 0.
 *
 * @param image   with 3 or 4 channels
 * @param form    above `margin` for plant and below −`margin` for background
 * @param isPlant asked where the form is between
 * @param marks   one value a pixel; changed in place
 */
export function markByForm(
  { channels, data }: Image,
  [r, g, b, constant]: Form,
  margin: number,
  isPlant: (red: number, green: number, blue: number) => boolean,
  marks: Uint8Array,
): void {
  const words = wordsOf(data)
  const [r20, g20, b20, background] = wholeForm(r, g, b, -margin - constant)
  for (let n = 0, from = 0; from < marks.length; n += channels, from += 4) {
    if (n + channels <= words.length) {
      // four pixels, out of three words or of four
      const u = words[n]
      const v = words[n + 1]
      const w = words[n + 2]
      const first = weighed(r20, u & 255, g20, (u >> 8) & 255, b20, (u >> 16) & 255)
      if (channels === 3) {
        const second = weighed(r20, u >>> 24, g20, v & 255, b20, (v >> 8) & 255)
        const third = weighed(r20, (v >> 16) & 255, g20, v >>> 24, b20, w & 255)
        const fourth = weighed(r20, (w >> 8) & 255, g20, (w >> 16) & 255, b20, w >>> 24)
        if (areBelow(background, first, second, third, fourth)) continue
      } else {
        const x = words[n + 3]
        const second = weighed(r20, v & 255, g20, (v >> 8) & 255, b20, (v >> 16) & 255)
        const third = weighed(r20, w & 255, g20, (w >> 8) & 255, b20, (w >> 16) & 255)
        const fourth = weighed(r20, x & 255, g20, (x >> 8) & 255, b20, (x >> 16) & 255)
        if (areBelow(background, first, second, third, fourth)) continue
      }
    }
    const to = Math.min(from + 4, marks.length)
    for (let i = from, at = from * channels; i < to; i++, at += channels) {
      const value = r * data[at] + g * data[at + 1] + b * data[at + 2] + constant
      if (value < -margin) continue
      if (value > margin || isPlant(data[at], data[at + 1], data[at + 2])) marks[i] = 255
    }
  }
}

/**
 * A linear form and a limit in whole numbers, of which the greatest weight has 20 bits: where the
 * whole form lies below the whole limit, the form lies below the limit. Whole numbers take half the
 * time, as levels need not be turned into others.
 *
 * @param limit of `r·R + g·G + b·B`; one that is not finite comes out so that nothing lies below it
 */
function wholeForm(
  r: number,
  g: number,
  b: number,
  limit: number,
): readonly [r: number, g: number, b: number, limit: number] {
  const largest = Math.max(Math.abs(r), Math.abs(g), Math.abs(b))
  const scale = largest > 0 ? 2 ** 20 / largest : 1
  // rounding moves each of three weights by a half at most, and the sum by that of 255 each: by 382.5
  const whole = Math.floor(limit * scale) - 384
  return [
    Math.round(r * scale),
    Math.round(g * scale),
    Math.round(b * scale),
    Number.isFinite(whole) ? Math.max(-(2 ** 31), Math.min(2 ** 31 - 1, whole)) : -(2 ** 31),
  ]
}

/** Stays below 3 · 255 · 2²⁰, which 31 bits hold. */
function weighed(
  r: number,
  red: number,
  g: number,
  green: number,
  b: number,
  blue: number,
): number {
  return (Math.imul(r, red) + Math.imul(g, green) + Math.imul(b, blue)) | 0
}

function areBelow(limit: number, a: number, b: number, c: number, d: number): boolean {
  return a < limit && b < limit && c < limit && d < limit
}
