// Smooth curves through noisy points.
import { add, distance, scale, subtract, type Vec3 } from '../linear.ts'

/**
 * Each point is replaced by the value, at its place, of the straight line fitted to the points
 * about it, weighted by a Gaussian of the arc length (local linear regression: Cleveland, 1979), so
 * that the ends are not drawn inward.
 *
 * @param bandwidth  standard deviation of the Gaussian, in the unit of the points
 * @param weights    how far each point is trusted
 */
export function smoothedCurve(
  points: readonly Vec3[],
  bandwidth: number,
  weights: readonly number[],
): Vec3[] {
  const s = arcLengths(points)
  return points.map((p, i) => {
    let [w0, w1, w2] = [0, 0, 0]
    let p0: Vec3 = [0, 0, 0]
    let p1: Vec3 = [0, 0, 0]
    const from = lowerBound(s, s[i] - 3 * bandwidth)
    for (let j = from; j < points.length && s[j] <= s[i] + 3 * bandwidth; j++) {
      const x = s[j] - s[i]
      // points stand for the length of stem between them, or clusters would draw the curve
      const share = (s[Math.min(j + 1, s.length - 1)] - s[Math.max(j - 1, 0)]) / 2
      const w = weights[j] * share * Math.exp(-0.5 * (x / bandwidth) ** 2)
      w0 += w
      w1 += w * x
      w2 += w * x * x
      p0 = add(p0, scale(points[j], w))
      p1 = add(p1, scale(points[j], w * x))
    }
    const determinant = w0 * w2 - w1 * w1
    if (!(determinant > 1e-12 * w0 * w2)) return p
    return scale(subtract(scale(p0, w2), scale(p1, w1)), 1 / determinant)
  })
}

/** The length of the polyline from its first point to each. */
export function arcLengths(points: readonly Vec3[]): number[] {
  const s = [0]
  for (let i = 1; i < points.length; i++) s.push(s[i - 1] + distance(points[i], points[i - 1]))
  return s
}

/** The length of the polyline. */
export function lengthOf(points: readonly Vec3[]): number {
  return arcLengths(points)[points.length - 1] ?? 0
}

/** The first place whose value is not below `x`. */
export function lowerBound(sorted: readonly number[], x: number): number {
  let [low, high] = [0, sorted.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if (sorted[middle] < x) low = middle + 1
    else high = middle
  }
  return low
}
