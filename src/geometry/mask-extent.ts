// How much of a picture, and of its edge, a mask takes for plant.
import { countMarked } from './bytes.ts'
import type { Image } from './image.ts'

export interface MaskExtent {
  /** The share of all pixels that is marked, from 0 to 1. */
  readonly share: number
  /** The share of the pixels along the edge of the picture that is marked, from 0 to 1. */
  readonly edge: number
}

/**
 * @param mask   one channel, 0 = background
 * @param marked how many of its pixels are marked, where that is known
 */
export function maskExtent(
  { width, height, data }: Image,
  marked: number = countMarked(data),
): MaskExtent {
  const last = data.length - width
  let along = 0
  for (let x = 0; x < width; x++) {
    if (data[x] > 0) along++
    if (height > 1 && data[last + x] > 0) along++
  }
  for (let row = width; row < last; row += width) {
    if (data[row] > 0) along++
    if (width > 1 && data[row + width - 1] > 0) along++
  }
  const edge = Math.min(height, 2) * width + Math.max(0, height - 2) * Math.min(width, 2)
  return { share: marked / Math.max(1, data.length), edge: along / Math.max(1, edge) }
}
