// Which points of a surface belong to which point of the skeleton within, and how likely.
import { NeighbourTree } from '../neighbours.ts'
import type { CurveSkeleton } from '../skeleton/curve-skeleton.ts'

/** Skeleton points that a surface point may belong to: the nearest at the start. */
const candidates = 12
/** Chance that a surface point belongs to none (w of Myronenko & Song): strays then pull less. */
const strays = 0.05

/** What each skeleton point may expect to own. */
export interface Expectation {
  /** How many surface points. */
  readonly weights: Float64Array
  /** Their mean, x, y, z; where there are none, the skeleton point's own place. */
  readonly means: Float64Array
}

/** A mixture of Gaussians about the skeleton's points, each as wide as the body is there. */
export class Assignment {
  /** Square of the body's radius about each skeleton point. */
  readonly variances: Float64Array
  private readonly points: Float64Array
  private readonly each: number
  private readonly owners: Uint32Array

  constructor(skeleton: CurveSkeleton, points: Float64Array) {
    const count = skeleton.points.length / 3
    this.points = points
    this.each = Math.min(candidates, count)
    this.owners = new Uint32Array(this.each * (points.length / 3))
    const tree = new NeighbourTree(skeleton.points)
    const squares = new Float64Array(this.each)
    const nearest = Array.from({ length: count }, (): number[] => [])
    for (let i = 0; 3 * i < points.length; i++) {
      const mine = this.owners.subarray(i * this.each, (i + 1) * this.each)
      tree.nearestFew(points[3 * i], points[3 * i + 1], points[3 * i + 2], this.each, mine, squares)
      nearest[mine[0]].push(squares[0])
    }
    this.variances = evenedOut(nearest.map(median), skeleton.lines)
  }

  /** Which points each skeleton point would own, were it at its place. */
  expect(places: Float64Array): Expectation {
    const { points, owners, each, variances } = this
    const count = variances.length
    const weights = new Float64Array(count)
    const means = new Float64Array(3 * count)
    const likely = new Float64Array(each)
    for (let i = 0; 3 * i < points.length; i++) {
      let whole = 0
      for (let k = 0; k < each; k++) {
        const owner = owners[i * each + k]
        const x = points[3 * i] - places[3 * owner]
        const y = points[3 * i + 1] - places[3 * owner + 1]
        const z = points[3 * i + 2] - places[3 * owner + 2]
        likely[k] = Math.exp(-(x * x + y * y + z * z) / (2 * variances[owner]))
        whole += likely[k]
      }
      // A point at twice the radius of its owner (e⁻²) belongs to it by about a half.
      whole += strays * Math.exp(-0.5)
      for (let k = 0; k < each; k++) {
        const owner = owners[i * each + k]
        const weight = likely[k] / whole
        weights[owner] += weight
        for (let d = 0; d < 3; d++) means[3 * owner + d] += weight * points[3 * i + d]
      }
    }
    for (let i = 0; i < means.length; i++) {
      const weight = weights[Math.floor(i / 3)]
      means[i] = weight > 0 ? means[i] / weight : places[i]
    }
    return { weights, means }
  }
}

/** The median, or NaN of nothing. */
function median(values: number[]): number {
  values.sort((a, b) => a - b)
  return values.length > 0 ? values[values.length >> 1] : Number.NaN
}

/** The median of each value and those along its lines; points without any get the overall median. */
function evenedOut(values: readonly number[], lines: Uint32Array): Float64Array {
  const around = values.map((value) => [value])
  for (let i = 0; i < lines.length; i += 2) {
    around[lines[i]].push(values[lines[i + 1]])
    around[lines[i + 1]].push(values[lines[i]])
  }
  const known = (of: readonly number[]): number[] => of.filter((value) => value > 0)
  const overall = median(known(values))
  return Float64Array.from(around, (of) => median(known(of)) || overall || 1)
}
