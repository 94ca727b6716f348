// Aligning one view: the small motion of its camera that lays a solid's silhouette onto its mask.
import type { Camera } from '../camera.ts'
import { solved } from '../normal-equations.ts'
import { movedInFrame } from '../poses/turn.ts'
import { BLUR_VARIANCE, blur } from './blur.ts'
import { projectionOf } from './projection.ts'

/** A mask at half its size, within the box of what it marks. */
export interface SmallMask {
  /** Where the box begins, in pixels of half size. */
  readonly left: number
  readonly top: number
  readonly columns: number
  readonly rows: number
  /** How many of the four pixels behind each are marked. */
  readonly marks: Uint8Array
}

/** Pixels of the photograph along one of a small image. */
export const SHRINK = 2

/** How far each degree of freedom may move the picture from the given camera, sd in pixels. */
const priorPixels = 3
/** Steeper than this, squared and a small pixel, an edge counts. */
const leastGradient = 1e-5
/** Where the silhouette is fainter than this, what the mask shows is something else. */
const leastShown = 0.02
/** Three turns, three shifts, and how much thicker the silhouette is than the mask. */
const FREE = 6
const UNKNOWNS = 7

/** How far a camera has been moved so far, each number in small pixels of the picture. */
export type Drift = readonly number[]

/** An aligned camera. */
export interface Aligned {
  readonly camera: Camera
  readonly drift: Drift
}

/**
 * Moves a camera so that points, drawn as squares, cover what its mask marks.
 *
 * Silhouette and mask are blurred alike and their difference is made least (Lucas & Kanade, 1981):
 * three turns and three shifts of the camera, each pixel with its own depth. The silhouette of a
 * solid that forgives errors is thicker than the mask, and without an unknown of its own for that
 * cameras back away from the plant. A prior holds each degree of freedom near the given camera.
 *
 * @param points  of the solid, x, y and z by turns
 * @param spacing of the points, in the scan's unit
 * @param drift   how far the camera was moved before
 * @param steps   how often it is tried from where it came out
 */
export function alignedView(
  camera: Camera,
  mask: SmallMask,
  points: Float32Array,
  spacing: number,
  drift: Drift,
  steps: number,
): Aligned {
  const { columns, rows } = mask
  const target = new Float32Array(mask.marks)
  for (let i = 0; i < target.length; i++) target[i] /= SHRINK ** 2
  blur(target, columns, rows)
  let aligned: Aligned = { camera, drift }
  for (let step = 0; step < steps && points.length > 0; step++) {
    const { shown, depths, meanDepth } = silhouetteOf(aligned.camera, mask, points, spacing)
    blur(shown, columns, rows)
    const motion = bestMotion(aligned, mask, { shown, depths, meanDepth, target })
    if (motion === undefined) break
    aligned = {
      camera: movedBy(aligned.camera, motion, meanDepth),
      drift: aligned.drift.map((value, p) => value + motion[p]),
    }
  }
  return aligned
}

/** The silhouette of points, each a square as wide as their spacing but at least a pixel. */
function silhouetteOf(camera: Camera, mask: SmallMask, points: Float32Array, spacing: number) {
  const { left, top, columns, rows } = mask
  const p = projectionOf(camera)
  const [fx, fy, cx, cy] = [12, 13, 14, 15].map((i) => p[i] / SHRINK)
  const shown = new Float32Array(columns * rows)
  const depths = new Float32Array(columns * rows)
  let [sum, count] = [0, 0]
  for (let q = 0; q < points.length; q += 3) {
    const [x, y, z] = [points[q], points[q + 1], points[q + 2]]
    const depth = p[6] * x + p[7] * y + p[8] * z + p[11]
    if (!(depth > 0)) continue
    const u = (fx * (p[0] * x + p[1] * y + p[2] * z + p[9])) / depth + cx - left
    const v = (fy * (p[3] * x + p[4] * y + p[5] * z + p[10])) / depth + cy - top
    const half = Math.max(0.5, (0.5 * spacing * fx) / depth)
    sum += depth
    count++
    // both ends are rounded, so that squares are too large as often as too small
    let [x0, x1] = [Math.round(u - half), Math.round(u + half)]
    let [y0, y1] = [Math.round(v - half), Math.round(v + half)]
    if (x1 <= x0) x1 = (x0 = Math.floor(u)) + 1
    if (y1 <= y0) y1 = (y0 = Math.floor(v)) + 1
    for (let b = Math.max(0, y0); b < Math.min(rows, y1); b++)
      for (let a = Math.max(0, x0); a < Math.min(columns, x1); a++) {
        shown[b * columns + a] = 1
        depths[b * columns + a] = depth
      }
  }
  return { shown, depths, meanDepth: sum / Math.max(1, count) }
}

interface Comparison {
  readonly shown: Float32Array
  readonly depths: Float32Array
  readonly meanDepth: number
  readonly target: Float32Array
}

/** The motion that makes the difference least, in small pixels; undefined if nothing tells. */
function bestMotion(
  { camera, drift }: Aligned,
  { left, top, columns, rows }: SmallMask,
  { shown, depths, meanDepth, target }: Comparison,
): Float64Array | undefined {
  const p = projectionOf(camera)
  const [fx, fy, cx, cy] = [12, 13, 14, 15].map((i) => p[i] / SHRINK)
  const a = new Float64Array(UNKNOWNS * UNKNOWNS)
  const b = new Float64Array(UNKNOWNS)
  const j = new Float64Array(UNKNOWNS)
  let [squares, count] = [0, 0]
  for (let y = 1; y < rows - 1; y++)
    for (let x = 1; x < columns - 1; x++) {
      const i = y * columns + x
      if (shown[i] < leastShown) continue
      const gx = (shown[i + 1] - shown[i - 1] + target[i + 1] - target[i - 1]) / 4
      const gy =
        (shown[i + columns] - shown[i - columns] + target[i + columns] - target[i - columns]) / 4
      const steepness = gx * gx + gy * gy
      if (steepness < leastGradient) continue
      const u = (x + left + 0.5 - cx) / fx
      const v = (y + top + 0.5 - cy) / fy
      const nearness = depths[i] > 0 ? meanDepth / depths[i] : 1
      // how the picture moves by one pixel's worth of each turn and shift
      j[0] = gx * u * v + gy * (1 + v * v)
      j[1] = gx * (1 + u * u) + gy * u * v
      j[2] = gy * u - gx * v
      j[3] = gx * nearness
      j[4] = gy * nearness
      j[5] = (gx * u + gy * v) * nearness
      j[6] = Math.sqrt(steepness)
      const off = shown[i] - target[i]
      squares += off * off
      count++
      for (let r = 0; r < UNKNOWNS; r++) {
        b[r] += j[r] * off
        for (let c = 0; c <= r; c++) a[r * UNKNOWNS + c] += j[r] * j[c]
      }
    }
  if (count < UNKNOWNS) return undefined
  for (let r = 0; r < UNKNOWNS; r++)
    for (let c = r + 1; c < UNKNOWNS; c++) a[r * UNKNOWNS + c] = a[c * UNKNOWNS + r]
  // a blurred difference repeats over as many pixels as the blur is large, some πσ² of them
  const variance = (squares / count) * Math.PI * BLUR_VARIANCE
  const weight = variance / (priorPixels / SHRINK) ** 2
  for (let r = 0; r < FREE; r++) {
    a[r * UNKNOWNS + r] += weight + 1e-9
    b[r] -= weight * drift[r]
  }
  a[UNKNOWNS * UNKNOWNS - 1] += 1e-6
  return solved(a, b)
}

/** A camera moved by small pixels of the picture: turns about its axes, then shifts. */
function movedBy(camera: Camera, m: Float64Array, meanDepth: number): Camera {
  const p = projectionOf(camera)
  const [fx, fy] = [p[12] / SHRINK, p[13] / SHRINK]
  return movedInFrame(
    camera,
    [-m[0] / fy, m[1] / fx, m[2] / fx],
    [(m[3] * meanDepth) / fx, (m[4] * meanDepth) / fy, (-m[5] * meanDepth) / fx],
  )
}
