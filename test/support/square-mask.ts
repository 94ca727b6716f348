// Masks drawn by a rule.
import type { Image } from '../../src/geometry/image.ts'

/** A square mask. @param isMarked whether the pixel in column x and row y is */
export const squareMask = (
  size: number,
  isMarked: (x: number, y: number) => boolean,
): Image & { readonly data: Uint8Array } => ({
  width: size,
  height: size,
  channels: 1,
  data: Uint8Array.from({ length: size * size }, (_, i) =>
    isMarked(i % size, Math.floor(i / size)) ? 255 : 0,
  ),
})
