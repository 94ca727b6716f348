// How many pixels of a mask are plant in any rectangle: sums over the box of what is marked, as most is not.
import { checkImage, type Image } from '../image.ts'
import { markedBox, type PixelBox } from '../marked-box.ts'
import { shared } from '../shared-memory.ts'

/** Over the box of the pixels that are marked. */
export interface MaskSums extends PixelBox {
  /**
   * How many pixels of the box are marked above and left of each corner of a pixel, row by row, modulo
   * 2¹⁶: differences are exact for every rectangle of fewer than 65,536 pixels (Crow, 1984).
   */
  readonly counts: Uint16Array
}

/** In memory that threads share. */
export function sumsOf(mask: Image): MaskSums {
  checkImage(mask)
  const box = markedBox(mask, 0)
  const { left, top, right, bottom } = box
  const { width, data } = mask
  const stride = right - left + 1
  const counts = shared(Uint16Array, stride * (bottom - top + 1))
  for (let y = top, above = 1; y < bottom; y++, above += stride)
    for (let x = left, at = above, count = 0; x < right; x++, at++) {
      if (data[y * width + x] !== 0) count++
      counts[at + stride] = counts[at] + count
    }
  return { ...box, counts }
}

/** How many pixels of the rectangle x0 ≤ x < x1, y0 ≤ y < y1 are marked, modulo 2¹⁶. */
export function marksWithin(
  sums: MaskSums,
  x0: number,
  y0: number,
  x1: number,
  y1: number,
): number {
  const { left, top, right, bottom, counts } = sums
  if (x0 < left) x0 = left
  if (y0 < top) y0 = top
  if (x1 > right) x1 = right
  if (y1 > bottom) y1 = bottom
  if (x0 >= x1 || y0 >= y1) return 0
  const stride = right - left + 1
  const above = (y0 - top) * stride - left
  const below = (y1 - top) * stride - left
  return (
    (counts[below + x1] - counts[below + x0] - counts[above + x1] + counts[above + x0]) & 0xffff
  )
}
