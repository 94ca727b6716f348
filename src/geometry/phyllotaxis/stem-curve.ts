// The axis of the stem as a smooth curve over its arc length.
import { across, add, cross, distance, dot, scale, subtract, unit, type Vec3 } from '../linear.ts'
import { arcLengths, lowerBound, smoothedCurve } from '../skeleton/smoothed-curve.ts'

/** Where on the stem: its arc length from the base, the point, the direction, and a frame. */
export interface StemPlace {
  /** Arc length from the base. */
  readonly s: number
  readonly point: Vec3
  /** Unit vector towards the tip. */
  readonly tangent: Vec3
  /** Unit vector across the stem that turns no more than the stem makes it turn. */
  readonly reference: Vec3
}

/** How a stem's points are smoothed, in their unit. */
export interface Smoothing {
  /** Standard deviation of the Gaussian that gives the axis. */
  readonly bandwidth: number
  /** That of the directions, wider, as noise weighs more in a slope; absent: the same. */
  readonly tangentBandwidth?: number
  /** Weights of the points, 1 where there is none. */
  readonly trust?: readonly number[]
}

/**
 * A smooth curve through the noisy points of a stem.
 *
 * The reference directions form a rotation minimising frame
 * (double reflection: Wang, Jüttler, Zheng & Liu, 2008): azimuths against them can be subtracted
 * along a bent stem too.
 */
export class StemCurve {
  readonly #points: readonly Vec3[]
  readonly #s: readonly number[]
  readonly #tangents: readonly Vec3[]
  readonly #references: readonly Vec3[]

  /**
   * @param points  from the base to the tip
   * @throws RangeError if fewer than two of them are distinct
   */
  constructor(
    points: readonly Vec3[],
    { bandwidth, tangentBandwidth = bandwidth, trust = [] }: Smoothing,
  ) {
    const isNew = (p: Vec3, i: number) => i === 0 || distance(p, points[i - 1]) > 0
    const distinct = points.filter(isNew)
    if (distinct.length < 2) throw new RangeError('a stem needs two distinct points at least')
    const weights = points.map((_, i) => trust[i] ?? 1).filter((_, i) => isNew(points[i], i))
    this.#points = smoothedCurve(distinct, bandwidth, weights)
    this.#s = arcLengths(this.#points)
    const smoother = smoothedCurve(distinct, tangentBandwidth, weights)
    this.#tangents = smoother.map((_, i) => slope(smoother, i))
    this.#references = minimisingFrame(smoother, this.#tangents)
  }

  get length(): number {
    return this.#s[this.#s.length - 1]
  }

  /** The place at arc length `s`; beyond an end, on its straight continuation. */
  at(s: number): StemPlace {
    const last = this.#s.length - 1
    let i = lowerBound(this.#s, s)
    i = Math.min(Math.max(i, 1), last)
    const t = (s - this.#s[i - 1]) / (this.#s[i] - this.#s[i - 1])
    const inside = Math.min(Math.max(t, 0), 1)
    const tangent = unit(mix(this.#tangents[i - 1], this.#tangents[i], inside))
    const reference = mix(this.#references[i - 1], this.#references[i], inside)
    return {
      s,
      point: mix(this.#points[i - 1], this.#points[i], t),
      tangent,
      reference: unit(across(reference, tangent)),
    }
  }

  /** The place nearest to `p`, among arc lengths from `from` to `to`. */
  nearest(p: Vec3, from = 0, to = this.length): StemPlace {
    let best = from
    let least = Infinity
    for (let i = 1; i < this.#s.length; i++) {
      if (this.#s[i] < from || this.#s[i - 1] > to) continue
      const a = this.#points[i - 1]
      const d = subtract(this.#points[i], a)
      const length = this.#s[i] - this.#s[i - 1]
      const t = Math.min(Math.max(dot(subtract(p, a), d) / (length * length), 0), 1)
      const s = Math.min(Math.max(this.#s[i - 1] + t * length, from), to)
      const gap = distance(p, mix(a, this.#points[i], (s - this.#s[i - 1]) / length))
      if (gap < least) [best, least] = [s, gap]
    }
    return this.at(best)
  }
}

function slope(points: readonly Vec3[], i: number): Vec3 {
  const last = points.length - 1
  return unit(subtract(points[Math.min(i + 1, last)], points[Math.max(i - 1, 0)]))
}

/** The azimuth, in radians, of a direction about the stem: from the reference, right-handed. */
export function azimuth(direction: Vec3, { tangent, reference }: StemPlace): number {
  const side = cross(tangent, reference)
  return Math.atan2(dot(direction, side), dot(direction, reference))
}

function minimisingFrame(points: readonly Vec3[], tangents: readonly Vec3[]): Vec3[] {
  const [x, y, z] = tangents[0].map(Math.abs)
  const start: Vec3 = x <= y && x <= z ? [1, 0, 0] : y <= z ? [0, 1, 0] : [0, 0, 1]
  const references: Vec3[] = [unit(across(start, tangents[0]))]
  for (let i = 1; i < points.length; i++) {
    const step = subtract(points[i], points[i - 1])
    const r = reflect(references[i - 1], step)
    const t = reflect(tangents[i - 1], step)
    const turned = reflect(r, subtract(tangents[i], t))
    references.push(unit(across(turned, tangents[i])))
  }
  return references
}

/** `a` mirrored at the plane normal to `normal`. */
function reflect(a: Vec3, normal: Vec3): Vec3 {
  const squared = dot(normal, normal)
  return squared > 0 ? subtract(a, scale(normal, (2 * dot(a, normal)) / squared)) : a
}

function mix(a: Vec3, b: Vec3, t: number): Vec3 {
  return add(scale(a, 1 - t), scale(b, t))
}
