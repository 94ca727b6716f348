// How a lens bends what a pinhole would see: distortion of normalised coordinates, and its inverse.

/**
 * A pinhole in pixels behind a lens.
 *
 * `brown`: radial k1, k2 and tangential p1, p2 (Brown, 1966, in the form of COLMAP and OpenCV).
 * `fisheye`: polynomial of the angle to the axis (Kannala & Brandt, 2006, equation 6).
 */
export type Lens = Pinhole &
  (
    | {
        readonly is: 'brown'
        readonly k: readonly [number, number]
        readonly p1: number
        readonly p2: number
      }
    | { readonly is: 'fisheye'; readonly k: readonly [number, number, number, number] }
  )

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

function bendByRadius(
  [k1, k2]: readonly [number, number],
  p1: number,
  p2: number,
  x: number,
  y: number,
  out: Float64Array,
): void {
  const r2 = x * x + y * y
  const radial = 1 + r2 * (k1 + r2 * k2)
  out[0] = x * radial + 2 * p1 * x * y + p2 * (r2 + 2 * x * x)
  out[1] = y * radial + p1 * (r2 + 2 * y * y) + 2 * p2 * x * y
  if (out.length < 6) return
  const slope = k1 + 2 * k2 * r2 // of `radial`, by r2
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

function bentAngle([k1, k2, k3, k4]: readonly number[], theta: number): number {
  const t2 = theta * theta
  return theta * (1 + t2 * (k1 + t2 * (k2 + t2 * (k3 + t2 * k4))))
}

function bentAngleSlope([k1, k2, k3, k4]: readonly number[], theta: number): number {
  const t2 = theta * theta
  return 1 + t2 * (3 * k1 + t2 * (5 * k2 + t2 * (7 * k3 + t2 * 9 * k4)))
}

/**
 * Finds the normalised coordinates that the lens bends to `x`, `y`.
 *
 * @returns undefined where no ray reaches: outside of the field that the lens can show
 * Method: Newton's, with steps halved until they get nearer. Error below 1e-12 where it converges.
 */
export function undistort(lens: Lens, x: number, y: number): [number, number] | undefined {
  if (isStraight(lens)) return [x, y]
  if (lens.is === 'fisheye') return unbendByAngle(lens.k, x, y)
  const now = new Float64Array(6)
  const next = new Float64Array(6)
  let [atX, atY] = [x, y]
  distort(lens, atX, atY, now)
  for (let step = 0; step < 100; step++) {
    const [offX, offY] = [now[0] - x, now[1] - y]
    const off = Math.hypot(offX, offY)
    if (off < 1e-14 * (1 + Math.hypot(x, y))) break
    const determinant = now[2] * now[5] - now[3] * now[4]
    const stepX = (now[5] * offX - now[3] * offY) / determinant
    const stepY = (now[2] * offY - now[4] * offX) / determinant
    let part = 1
    for (; part > 1e-6; part /= 2) {
      distort(lens, atX - part * stepX, atY - part * stepY, next)
      if (Math.hypot(next[0] - x, next[1] - y) < off) break
    }
    if (part <= 1e-6) break // as near as rounding allows, or a fold of the lens lies in between
    atX -= part * stepX
    atY -= part * stepY
    now.set(next)
  }
  const reached = Math.hypot(now[0] - x, now[1] - y) < 1e-11 * (1 + Math.hypot(x, y))
  // beyond the fold of a strong lens a second ray reaches the same pixel: it is no picture of it
  return reached && now[2] * now[5] - now[3] * now[4] > 0 ? [atX, atY] : undefined
}

function unbendByAngle(k: readonly number[], x: number, y: number): [number, number] | undefined {
  const bent = Math.hypot(x, y)
  if (bent < 1e-12) return [x, y]
  // bisection keeps Newton's step between the axis and the fold, where the polynomial rises
  let [low, high] = [0, foldOf(k)]
  let theta = Math.min(bent, high)
  for (let step = 0; step < 100; step++) {
    const off = bentAngle(k, theta) - bent
    if (Math.abs(off) < 1e-15 * (1 + bent)) break
    if (off > 0) high = theta
    else low = theta
    const newton = theta - off / bentAngleSlope(k, theta)
    theta = newton > low && newton < high ? newton : (low + high) / 2
  }
  if (Math.abs(bentAngle(k, theta) - bent) > 1e-12 * (1 + bent)) return undefined
  const scale = Math.tan(theta) / bent
  return theta < Math.PI / 2 - 1e-9 ? [x * scale, y * scale] : undefined
}

/** The angle up to which the polynomial rises from 0 on, at most 90°: further out is no picture. */
function foldOf(k: readonly number[]): number {
  const [steps, end] = [64, Math.PI / 2]
  let step = 1
  while (step <= steps && bentAngleSlope(k, (end * step) / steps) > 0) step++
  if (step > steps) return end
  let [low, high] = [(end * (step - 1)) / steps, (end * step) / steps]
  for (let i = 0; i < 50; i++) {
    const middle = (low + high) / 2
    if (bentAngleSlope(k, middle) > 0) low = middle
    else high = middle
  }
  return low
}
