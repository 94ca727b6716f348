// Where in a mask something is marked.
import { nextMark, wordsOf } from './bytes.ts'
import type { Image } from './image.ts'

/** Pixels left ≤ x < right, top ≤ y < bottom. */
export interface PixelBox {
  readonly left: number
  readonly top: number
  readonly right: number
  readonly bottom: number
}

/** The box of what is marked, widened by a margin within the image; empty if nothing is. */
export function markedBox(
  { width, height, data }: Pick<Image, 'width' | 'height' | 'data'>,
  margin: number,
): PixelBox {
  const words = wordsOf(data)
  const first = nextMark(data, words, 0, data.length)
  if (first === data.length) return { left: 0, top: 0, right: 0, bottom: 0 }
  const top = Math.floor(first / width)
  let bottom = height
  while (nextMark(data, words, (bottom - 1) * width, bottom * width) === bottom * width) bottom--
  let left = width
  let right = 0
  for (let row = top * width; row < bottom * width; row += width) {
    left = nextMark(data, words, row, row + left) - row
    let end = row + width
    while (end > row + right && data[end - 1] === 0) end--
    right = end - row
  }
  return {
    left: Math.max(0, left - margin),
    top: Math.max(0, top - margin),
    right: Math.min(width, right + margin),
    bottom: Math.min(height, bottom + margin),
  }
}
