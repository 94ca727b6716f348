// How far from its axis a lens can show anything, and what an image behind it can show.
import type { Intrinsics } from '../camera.ts'
import { undistort, type Lens } from '../lens.ts'

/** A box of normalised coordinates (x/z, y/z in the camera's axes). */
export interface View {
  readonly left: number
  readonly right: number
  readonly top: number
  readonly bottom: number
}

/** The square of the distance from the axis, in normalised coordinates, at which a lens folds. */
export function fieldOf(lens: Lens): number {
  if (lens.is === 'fisheye') return Infinity
  // r (1 + k1 r² + k2 r⁴) rises as long as 1 + 3 k1 r² + 5 k2 r⁴ > 0
  const [a, b] = [5 * lens.k[1], 3 * lens.k[0]]
  const roots = a === 0 ? [-1 / b] : quadraticRoots(a, b, 1)
  return Math.min(Infinity, ...roots.filter((root) => root > 0))
}

function quadraticRoots(a: number, b: number, c: number): number[] {
  const d = b * b - 4 * a * c
  return d < 0 ? [] : [(-b + Math.sqrt(d)) / (2 * a), (-b - Math.sqrt(d)) / (2 * a)]
}

/** A box that holds all that an image shows, a little larger; where a lens folds, up to the fold. */
export function viewOf({ width, height }: Intrinsics, lens: Lens): View {
  const limit = Math.sqrt(fieldOf(lens))
  const [xs, ys]: [number[], number[]] = [[], []]
  const look = (u: number, v: number): void => {
    const ray = undistort(lens, (u - lens.cx) / lens.fx, (v - lens.cy) / lens.fy)
    xs.push(ray?.[0] ?? Infinity, ray?.[0] ?? -Infinity)
    ys.push(ray?.[1] ?? Infinity, ray?.[1] ?? -Infinity)
  }
  const steps = 64
  for (let i = 0; i <= steps; i++) {
    const [u, v] = [(width * i) / steps, (height * i) / steps]
    for (const edge of [0, height]) look(u, edge)
    for (const edge of [0, width]) look(edge, v)
  }
  const wide = (values: readonly number[], sign: 1 | -1): number => {
    const end = Math.max(...values.map((value) => sign * value))
    return sign * Math.min(limit, end + 0.02 * Math.abs(end) + 0.02)
  }
  return { left: wide(xs, -1), right: wide(xs, 1), top: wide(ys, -1), bottom: wide(ys, 1) }
}
