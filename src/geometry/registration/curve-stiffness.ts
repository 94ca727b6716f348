// How strongly a curve resists being moved unevenly: coherence of motion along a graph of points.
import type { CurveSkeleton } from '../skeleton/curve-skeleton.ts'

/**
 * The precision matrix of motions that are coherent over a distance of about √beta along the lines.
 *
 * Coherent point drift asks for motions v = G w with G = exp(-|yᵢ - yⱼ|² / 2 beta) and charges
 * wᵀ G w = vᵀ G⁻¹ v. On a curve G blurs by a Gaussian, so G⁻¹ = exp(-½ beta d²/ds²), of which the
 * first three terms of the series are kept, with d/ds along the lines (Yuille & Grzywacz, 1989, give
 * the series). Unlike G it is sparse, and organs that are near in space but not along the plant do
 * not drag one another.
 */
export class CurveStiffness {
  /** Half the length of the lines at each point: the part of the curve it stands for. */
  private readonly shares: Float64Array
  private readonly lengths: Float64Array
  private readonly lines: Uint32Array
  private readonly beta: number
  private readonly scale: number
  private readonly bent: Float64Array

  /** @param beta square of the distance over which motions are coherent, in the points' unit */
  constructor({ points, lines }: CurveSkeleton, beta: number) {
    const count = points.length / 3
    this.lines = lines
    this.beta = beta
    this.lengths = lineLengths(points, lines)
    const mean = this.lengths.reduce((sum, length) => sum + length, 0) / (this.lengths.length || 1)
    // Lines much shorter than others would make the matrix needlessly stiff.
    const least = 0.25 * mean || 1
    this.lengths.forEach((length, i) => (this.lengths[i] = Math.max(length, least)))
    this.shares = new Float64Array(count)
    lines.forEach((point, i) => (this.shares[point] += this.lengths[i >> 1] / 2))
    this.shares.forEach((share, i) => (this.shares[i] = Math.max(share, least / 2)))
    // G has the row sum √(2π beta) / spacing on a curve; the inverse has its inverse.
    this.scale = 1 / Math.sqrt(2 * Math.PI * beta)
    this.bent = new Float64Array(count)
  }

  /** The matrix times `v`, one number a point. */
  times(v: Float64Array, result: Float64Array): void {
    const { bent, shares, beta, scale } = this
    this.laplacian(v, bent)
    for (let i = 0; i < v.length; i++) {
      result[i] = scale * (shares[i] * v[i] + (beta / 2) * bent[i])
      bent[i] *= ((beta * beta) / 8) * (scale / shares[i])
    }
    this.laplacian(bent, result, true)
  }

  /** Its diagonal, less what neighbours add to its last term: good enough to precondition with. */
  diagonal(): Float64Array {
    const sums = new Float64Array(this.shares.length)
    this.lines.forEach((point, i) => (sums[point] += 1 / this.lengths[i >> 1]))
    return sums.map((sum, i) => {
      const last = ((this.beta * this.beta) / 8) * ((sum * sum) / this.shares[i])
      return this.scale * (this.shares[i] + (this.beta / 2) * sum + last)
    })
  }

  private laplacian(v: Float64Array, result: Float64Array, isAdded = false): void {
    if (!isAdded) result.fill(0)
    for (let line = 0; line < this.lengths.length; line++) {
      const a = this.lines[2 * line]
      const b = this.lines[2 * line + 1]
      const slope = (v[a] - v[b]) / this.lengths[line]
      result[a] += slope
      result[b] -= slope
    }
  }
}

function lineLengths(p: Float64Array, lines: Uint32Array): Float64Array {
  return Float64Array.from({ length: lines.length / 2 }, (_, i) => {
    const a = 3 * lines[2 * i]
    const b = 3 * lines[2 * i + 1]
    return Math.hypot(p[a] - p[b], p[a + 1] - p[b + 1], p[a + 2] - p[b + 2])
  })
}
