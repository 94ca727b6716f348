// The least and the greatest value of a picture.
import { someAbove, someBelow, wordsOf } from './bytes.ts'
import type { Image } from './image.ts'

/**
 * The least and the greatest value of a picture over all its channels.
 *
 * @param options.alpha whether the fourth channel counts, if there is one
 * Cost: most pictures hold 0 and 255, and are looked at only until both have been found; the others
 * sixteen values at a time.
 */
export function rangeOf(
  { channels, data }: Image,
  { alpha = true }: { readonly alpha?: boolean } = {},
): [least: number, most: number] {
  const words = wordsOf(data)
  // the byte of a word that is no colour; made 255 it is not the least, made 0 not the greatest
  const hidden = channels === 4 && !alpha ? 0xff000000 | 0 : 0
  const shown = ~hidden
  let least = 255
  let most = 0
  for (let from = 0; from < data.length; from += 16) {
    const n = from >> 2
    if (n + 3 < words.length) {
      const [a, b, c, d] = [words[n], words[n + 1], words[n + 2], words[n + 3]]
      const more =
        someAbove(a & shown, most) |
        someAbove(b & shown, most) |
        someAbove(c & shown, most) |
        someAbove(d & shown, most)
      const less =
        least === 0
          ? 0
          : someBelow(a | hidden, least) |
            someBelow(b | hidden, least) |
            someBelow(c | hidden, least) |
            someBelow(d | hidden, least)
      if ((more | less) === 0) continue
    }
    const to = Math.min(from + 16, data.length)
    for (let at = from; at < to; at++) {
      if (hidden !== 0 && (at & 3) === 3) continue
      if (data[at] < least) least = data[at]
      if (data[at] > most) most = data[at]
    }
    if (least === 0 && most === 255) break
  }
  return [least, most]
}
