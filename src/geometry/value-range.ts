// The least and the greatest value of a picture.
import { each, high, low, someAbove, someBelow, wordsOf } from './bytes.ts'
import type { Image } from './image.ts'

/**
 * The least and the greatest value of a picture over all its channels.
 *
 * @param options.alpha whether the fourth channel counts, if there is one
 * Cost: most pictures hold 0 and 255, and are looked at only until both have been found; the others
 * 32 values at a time.
 */
export function rangeOf(
  { channels, data }: Image,
  { alpha = true }: { readonly alpha?: boolean } = {},
): [least: number, most: number] {
  const words = wordsOf(data)
  // the byte of a word that is no colour
  const hidden = channels === 4 && !alpha ? 0xff000000 | 0 : 0
  let least = 255
  let most = 0
  for (let n = 0, from = 0; from < data.length; n += 8, from += 32) {
    if (n + 8 <= words.length && least <= 128 && most >= 127) {
      if (areWithin(words, n, least, most, hidden)) continue
    } else if (n + 8 <= words.length && !someBeyond(words, n, least, most, hidden)) continue
    const to = Math.min(from + 32, data.length)
    for (let at = from; at < to; at++) {
      if (hidden !== 0 && (at & 3) === 3) continue
      if (data[at] < least) least = data[at]
      if (data[at] > most) most = data[at]
    }
    if (least === 0 && most === 255) break
  }
  return [least, most]
}

/**
 * Whether all bytes of eight words lie from `least` to `most`: `someAbove` and `someBelow` of all of
 * them at once, with what is common to them done once.
 *
 * @param least 128 at most
 * @param most  127 at least
 */
function areWithin(
  words: Int32Array,
  n: number,
  least: number,
  most: number,
  hidden: number,
): boolean {
  const upper = Math.imul(255 - most, each)
  const lower = Math.imul(128 - least, each)
  let above = 0 // the highest bit of a byte is set if one is above `most`
  let within = -1 // and here as long as all are `least` or more
  for (let i = n; i < n + 8; i++) {
    const word = words[i]
    const rest = word & low
    above |= (rest + upper) & word
    within &= (rest + lower) | word
  }
  return ((above | ~within) & ~hidden & high) === 0
}

/** Whether some byte of eight words lies below `least` or above `most`, whatever these are. */
function someBeyond(
  words: Int32Array,
  n: number,
  least: number,
  most: number,
  hidden: number,
): boolean {
  let beyond = 0
  for (let i = n; i < n + 8; i++)
    // made 0, the hidden byte is not the greatest; made 255, not the least
    beyond |= someAbove(words[i] & ~hidden, most) | someBelow(words[i] | hidden, least)
  return beyond !== 0
}
