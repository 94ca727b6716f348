// The least and the greatest value of a picture.
import type { Image } from './image.ts'
import { perStrip, workspace } from './wasm/kernels.ts'

/**
 * The least and the greatest value of a picture over all its channels.
 *
 * @param options.alpha whether the fourth channel counts, if there is one
 * Cost: a picture is looked at until both 0 and 255 have been found, as most pictures hold both.
 */
export function rangeOf(
  { channels, data }: Image,
  { alpha = true }: { readonly alpha?: boolean } = {},
): [least: number, most: number] {
  const hidden = channels === 4 && !alpha ? 0xff000000 : 0
  const length = 4 * perStrip(4) // of whole pixels, where one byte of four is hidden
  const { kernels, memory, places } = workspace(length)
  const [bytes] = places
  let least = 255
  let most = 0
  for (let from = 0; from < data.length && (least > 0 || most < 255); from += length) {
    const strip = data.subarray(from, from + length)
    memory.set(strip, bytes)
    const range = kernels.levelRange(bytes, strip.length, hidden)
    least = Math.min(least, range & 255)
    most = Math.max(most, range >> 8)
  }
  return [least, most]
}
