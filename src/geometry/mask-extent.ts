// How much of a picture, and of its edge, a mask takes for plant.
import { countMarked } from './bytes.ts'
import type { Image } from './image.ts'

export interface MaskExtent {
  /** The share of all pixels that is marked, from 0 to 1. */
  readonly share: number
  /** The share of the pixels along the edge of the picture that is marked, from 0 to 1. */
  readonly edge: number
}

/** @param mask  one channel, 0 = background */
export function maskExtent({ width, height, data }: Image): MaskExtent {
  let [along, edge] = [0, 0]
  const look = (x: number, y: number): void => {
    edge++
    if (data[y * width + x] > 0) along++
  }
  for (let x = 0; x < width; x++) {
    look(x, 0)
    if (height > 1) look(x, height - 1)
  }
  for (let y = 1; y < height - 1; y++) {
    look(0, y)
    if (width > 1) look(width - 1, y)
  }
  return { share: countMarked(data) / Math.max(1, data.length), edge: along / Math.max(1, edge) }
}
