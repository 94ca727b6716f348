// Blurring small images, so that what is a little off still overlaps.

/** The variance of the blur, in squared pixels: each of three boxes of three pixels adds 2/3. */
export const BLUR_VARIANCE = 2

/**
 * Blurs an image by three boxes of three pixels along each axis, nearly a Gaussian; beyond its
 * border the image is 0.
 *
 * @param image rows × columns; changed in place
 */
export function blur(image: Float32Array, columns: number, rows: number): void {
  for (let pass = 0; pass < 3; pass++) {
    for (let y = 0; y < rows; y++) {
      let before = 0
      for (let i = y * columns, end = i + columns; i < end; i++) {
        const here = image[i]
        image[i] = (before + here + (i + 1 < end ? image[i + 1] : 0)) / 3
        before = here
      }
    }
    const above = new Float32Array(columns)
    for (let y = 0; y < rows; y++)
      for (let x = 0, i = y * columns; x < columns; x++, i++) {
        const here = image[i]
        image[i] = (above[x] + here + (y + 1 < rows ? image[i + columns] : 0)) / 3
        above[x] = here
      }
  }
}
