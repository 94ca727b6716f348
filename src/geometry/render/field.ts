// How far from its axis a lens can show anything, and what an image behind it can show.
import type { Intrinsics } from '../camera.ts'
import type { Lens } from '../lens.ts'
import { foldOf, undistort } from '../lens-inverse.ts'

/** A box of normalised coordinates (x/z, y/z in the camera's axes). */
export interface RenderFrame {
  readonly left: number
  readonly right: number
  readonly top: number
  readonly bottom: number
}

/** The square of the distance from the axis, in normalised coordinates, at which a lens folds. */
export function fieldOf(lens: Lens): number {
  return foldOf(lens) ** 2
}

/** A box that holds all that an image shows, a little larger; where a lens folds, up to the fold. */
export function viewOf({ width, height }: Intrinsics, lens: Lens): RenderFrame {
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
