// Where cameras see points, for loops over many of them: the pinhole part alone, in float64.
import { pinholeOf, type Camera } from '../camera.ts'

/** R row after row, t, fx, fy, cx, cy: 16 numbers. */
export type ProjectionMatrix = Float64Array

/** What a loop needs of a camera. */
export function projectionOf(camera: Camera): ProjectionMatrix {
  const { fx, fy, cx, cy } = pinholeOf(camera)
  return Float64Array.of(...camera.rotmat, ...camera.tvec, fx, fy, cx, cy)
}

/**
 * The pixel that shows each of many points, the fraction cut off as carving does.
 *
 * @param points x, y and z by turns, in the scan's unit
 * @param size   width and height of the image
 * @param stride from one row to the next, in what the indices count
 * @returns indices of pixels; −1 where the image shows none
 */
export function projectedPixels(
  p: ProjectionMatrix,
  points: ArrayLike<number>,
  { width, height }: { readonly width: number; readonly height: number },
  stride = width,
): Int32Array {
  const pixels = new Int32Array(points.length / 3)
  for (let n = 0, q = 0; n < pixels.length; n++, q += 3) {
    const x = points[q]
    const y = points[q + 1]
    const z = points[q + 2]
    const depth = p[6] * x + p[7] * y + p[8] * z + p[11]
    const u = (p[12] * (p[0] * x + p[1] * y + p[2] * z + p[9])) / depth + p[14]
    const v = (p[13] * (p[3] * x + p[4] * y + p[5] * z + p[10])) / depth + p[15]
    const isSeen = depth > 0 && u >= 0 && v >= 0 && u < width && v < height
    pixels[n] = isSeen ? (v | 0) * stride + (u | 0) : -1
  }
  return pixels
}

/** How many pixels wide `length` is, as most views show it at a point: the median of them. */
export function pixelsWide(
  length: number,
  [x, y, z]: readonly [number, number, number],
  cameras: readonly Camera[],
): number {
  const widths = cameras
    .map(projectionOf)
    .map((p) => (length * p[12]) / (p[6] * x + p[7] * y + p[8] * z + p[11]))
    .filter((width) => width > 0)
    .sort((a, b) => a - b)
  return widths[widths.length >> 1] ?? 0
}
