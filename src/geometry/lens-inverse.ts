// What a lens has bent, made straight: the inverse of its distortion.
import {
  bendByRadius,
  bentAngle,
  bentAngleSlope,
  isStraight,
  type Lens,
  type Radial,
} from './lens.ts'

/**
 * Finds the normalised coordinates that the lens bends to `x`, `y`.
 *
 * A strong lens folds: from some radius on, what lies further out is shown further in, and further
 * still on the other side. No picture shows that; only what lies within the fold counts.
 *
 * @returns undefined where no ray reaches: outside of the field that the lens can show
 * Method: Newton's, kept within the fold. Error below 1e-12.
 */
export function undistort(lens: Lens, x: number, y: number): [number, number] | undefined {
  if (isStraight(lens)) return [x, y]
  return lens.is === 'fisheye'
    ? unbendByAngle(lens.k, x, y)
    : unbendByRadius(lens.k, lens.p1, lens.p2, x, y)
}

function unbendByRadius(
  k: Radial,
  p1: number,
  p2: number,
  x: number,
  y: number,
): [number, number] | undefined {
  const bent = Math.hypot(x, y)
  if (bent < 1e-12 && p1 === 0 && p2 === 0) return [x, y]
  const fold = foldOfRadius(k)
  const radius = solveRising(
    (r) => bentRadius(k, r),
    (r) => bentRadiusSlope(k, r),
    bent,
    fold,
  )
  if (p1 === 0 && p2 === 0)
    return radius === undefined ? undefined : [(x * radius) / bent, (y * radius) / bent]
  // decentred, it bends nearly so
  const start = bent < 1e-12 ? 0 : (radius ?? fold) / bent
  return unbendFrom(k, p1, p2, x, y, [x * start, y * start])
}

const bentRadius = ([k1, k2, k3]: Radial, r: number): number =>
  r * (1 + r * r * (k1 + r * r * (k2 + r * r * k3)))
const bentRadiusSlope = ([k1, k2, k3]: Radial, r: number): number =>
  1 + r * r * (3 * k1 + r * r * 5 * k2 + r * r * r * r * 7 * k3)

/**
 * The distance from the axis, in normalised coordinates, up to which a lens shows things further out
 * the further out they are; decentring is left out. Infinity of a lens that never folds.
 */
export function foldOf(lens: Lens): number {
  if (lens.is === 'brown') return foldOfRadius(lens.k)
  const angle = foldOfAngle(lens.k)
  return angle < Math.PI / 2 ? Math.tan(angle) : Infinity
}

function foldOfRadius(k: Radial): number {
  const [k1, k2, k3] = k
  if (k3 !== 0) return firstZero((r) => bentRadiusSlope(k, r))
  // its slope 1 + 3 k₁ r² + 5 k₂ r⁴ is 0 at r² = 2 / (−3 k₁ ± √(9 k₁² − 20 k₂))
  const divisor = -3 * k1 + Math.sqrt(9 * k1 * k1 - 20 * k2)
  return divisor > 0 ? Math.sqrt(2 / divisor) : Infinity
}

/**
 * Where a function that is above 0 at 0 first reaches 0, looked for up to 8, three times as far from
 * the axis as any lens without a mirror shows; Infinity if it does not.
 */
function firstZero(f: (at: number) => number): number {
  const [steps, end] = [1024, 8]
  let step = 1
  while (step <= steps && f((end * step) / steps) > 0) step++
  if (step > steps) return Infinity
  let [low, high] = [(end * (step - 1)) / steps, (end * step) / steps]
  for (let i = 0; i < 50; i++) {
    const middle = (low + high) / 2
    if (f(middle) > 0) low = middle
    else high = middle
  }
  return low
}

/** Newton's method in the plane, with steps halved until they get nearer. */
function unbendFrom(
  k: Radial,
  p1: number,
  p2: number,
  x: number,
  y: number,
  [atX, atY]: readonly [number, number],
): [number, number] | undefined {
  const now = new Float64Array(6)
  const next = new Float64Array(6)
  bendByRadius(k, p1, p2, atX, atY, now)
  for (let step = 0; step < 100; step++) {
    const [offX, offY] = [now[0] - x, now[1] - y]
    const off = Math.hypot(offX, offY)
    if (off < 1e-14 * (1 + Math.hypot(x, y))) break
    const determinant = now[2] * now[5] - now[3] * now[4]
    const stepX = (now[5] * offX - now[3] * offY) / determinant
    const stepY = (now[2] * offY - now[4] * offX) / determinant
    let part = 1
    for (; part > 1e-6; part /= 2) {
      bendByRadius(k, p1, p2, atX - part * stepX, atY - part * stepY, next)
      if (Math.hypot(next[0] - x, next[1] - y) < off) break
    }
    if (part <= 1e-6) break // as near as rounding allows, or a fold of the lens lies in between
    atX -= part * stepX
    atY -= part * stepY
    now.set(next)
  }
  const reached = Math.hypot(now[0] - x, now[1] - y) < 1e-11 * (1 + Math.hypot(x, y))
  return reached && isWithinFold(k, p1, p2, atX, atY) ? [atX, atY] : undefined
}

/** Whether no fold lies between the axis and a ray: what is bent keeps its handedness all the way. */
function isWithinFold(k: Radial, p1: number, p2: number, x: number, y: number): boolean {
  // decentring moves the fold by a little, not by half
  if (Math.hypot(x, y) > 1.5 * foldOfRadius(k)) return false
  const at = new Float64Array(6)
  const steps = 32
  for (let step = 1; step <= steps; step++) {
    bendByRadius(k, p1, p2, (x * step) / steps, (y * step) / steps, at)
    if (!(at[2] * at[5] - at[3] * at[4] > 0)) return false
  }
  return true
}

/**
 * Solves f(at) = `value` for a function that rises from 0 at 0 on, up to `end`.
 *
 * @returns undefined if the value is not reached
 * Method: Newton's, with bisection where its step would leave the interval.
 */
function solveRising(
  f: (at: number) => number,
  slope: (at: number) => number,
  value: number,
  end: number,
): number | undefined {
  let [low, high] = [0, Math.min(end, Math.max(value, 1))]
  while (high < end && f(high) < value) high = Math.min(end, 2 * high)
  let at = Math.min(value, high)
  for (let step = 0; step < 100; step++) {
    const off = f(at) - value
    if (Math.abs(off) < 1e-15 * (1 + value)) break
    if (off > 0) high = at
    else low = at
    const newton = at - off / slope(at)
    at = newton > low && newton < high ? newton : (low + high) / 2
  }
  return Math.abs(f(at) - value) > 1e-12 * (1 + value) ? undefined : at
}

function unbendByAngle(k: readonly number[], x: number, y: number): [number, number] | undefined {
  const bent = Math.hypot(x, y)
  if (bent < 1e-12) return [x, y]
  const theta = solveRising(
    (angle) => bentAngle(k, angle),
    (angle) => bentAngleSlope(k, angle),
    bent,
    foldOfAngle(k),
  )
  if (theta === undefined || theta >= Math.PI / 2 - 1e-9) return undefined
  const scale = Math.tan(theta) / bent
  return [x * scale, y * scale]
}

/** The angle up to which the polynomial rises from 0 on, at most 90°: further out is no picture. */
function foldOfAngle(k: readonly number[]): number {
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
