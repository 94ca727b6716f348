// How a lens bends what a pinhole would see: distortion of normalised coordinates.

/**
 * A pinhole in pixels behind a lens.
 *
 * `brown`: radial k1, k2, k3 and tangential p1, p2 (Brown, 1966, in the form of COLMAP and OpenCV).
 * `fisheye`: polynomial of the angle to the axis (Kannala & Brandt, 2006, equation 6).
 */
export type Lens = Pinhole &
  (
    | {
        readonly is: 'brown'
        readonly k: Radial
        readonly p1: number
        readonly p2: number
      }
    | { readonly is: 'fisheye'; readonly k: readonly [number, number, number, number] }
  )

/** Radial coefficients of a lens: of r², r⁴ and r⁶. */
export type Radial = readonly [k1: number, k2: number, k3: number]

/** Focal lengths and principal point, in pixels. */
export interface Pinhole {
  readonly fx: number
  readonly fy: number
  readonly cx: number
  readonly cy: number
}

/** True if the lens bends nothing: what it makes is the ideal pinhole image already. */
export function isStraight(lens: Lens): boolean {
  return lens.is === 'brown' && lens.p1 === 0 && lens.p2 === 0 && lens.k.every((k) => k === 0)
}

/**
 * Bends normalised coordinates (x/z, y/z in the camera's axes) as the lens does.
 *
 * @param out receives the bent x, y and, if it is as long as 6, ∂x'/∂x, ∂x'/∂y, ∂y'/∂x, ∂y'/∂y
 */
export function distort(lens: Lens, x: number, y: number, out: Float64Array): void {
  if (lens.is === 'fisheye') bendByAngle(lens.k, x, y, out)
  else bendByRadius(lens.k, lens.p1, lens.p2, x, y, out)
}

/** The same of a lens that is told by radial and tangential coefficients. */
export function bendByRadius(
  [k1, k2, k3]: Radial,
  p1: number,
  p2: number,
  x: number,
  y: number,
  out: Float64Array,
): void {
  const r2 = x * x + y * y
  const radial = 1 + r2 * (k1 + r2 * (k2 + r2 * k3))
  out[0] = x * radial + 2 * p1 * x * y + p2 * (r2 + 2 * x * x)
  out[1] = y * radial + p1 * (r2 + 2 * y * y) + 2 * p2 * x * y
  if (out.length < 6) return
  const slope = k1 + 2 * k2 * r2 + 3 * k3 * r2 * r2 // of `radial`, by r2
  out[2] = radial + 2 * x * x * slope + 2 * p1 * y + 6 * p2 * x
  out[3] = 2 * x * y * slope + 2 * p1 * x + 2 * p2 * y
  out[4] = out[3]
  out[5] = radial + 2 * y * y * slope + 6 * p1 * y + 2 * p2 * x
}

function bendByAngle(k: readonly number[], x: number, y: number, out: Float64Array): void {
  const r = Math.hypot(x, y)
  const theta = Math.atan(r)
  const scale = r > 1e-12 ? bentAngle(k, theta) / r : 1
  out[0] = x * scale
  out[1] = y * scale
  if (out.length < 6) return
  if (r <= 1e-12) {
    out.set([1, 0, 0, 1], 2)
    return
  }
  // scale' = (dθd/dθ · dθ/dr − scale) / r, and dθ/dr = 1 / (1 + r²)
  const perRadius = (bentAngleSlope(k, theta) / (1 + r * r) - scale) / r
  out[2] = scale + (perRadius * x * x) / r
  out[3] = (perRadius * x * y) / r
  out[4] = out[3]
  out[5] = scale + (perRadius * y * y) / r
}

/** The angle to the axis under which a fisheye shows what lies `theta` from it, in radians. */
export function bentAngle([k1, k2, k3, k4]: readonly number[], theta: number): number {
  const t2 = theta * theta
  return theta * (1 + t2 * (k1 + t2 * (k2 + t2 * (k3 + t2 * k4))))
}

/** Its slope by `theta`. */
export function bentAngleSlope([k1, k2, k3, k4]: readonly number[], theta: number): number {
  const t2 = theta * theta
  return 1 + t2 * (3 * k1 + t2 * (5 * k2 + t2 * (7 * k3 + t2 * 9 * k4)))
}
