// Aligns a measured sequence of angles and internodes with the true one.
import { angularDistance } from '../angle.ts'

/** Steps from each organ to the next: degrees and lengths, as many of the one as of the other. */
export interface StepSequence {
  readonly angles: readonly number[]
  readonly internodes: readonly number[]
}

export interface AlignmentOptions {
  /** The largest share of the shorter sequence that may be left out at each end. */
  readonly freeEnds?: number
  /** What each step left out at an end costs. */
  readonly freeEndsCost?: number
  /** What each organ costs that only one of the sequences has, in the midst of them. */
  readonly gapCost?: number
  /** What each true step costs, on top, that is left out at an end. */
  readonly missingCost?: number
  /** The largest number of steps of one sequence that stand for one of the other. */
  readonly stretch?: number
  /** The weights of the squared differences of angle and internode. */
  readonly weights?: readonly [angle: number, internode: number]
}

/**
 * Steps of both sequences that stand for one another: one and one is a match; several true ones
 * against one measured mean that organs were missed (merge), the reverse that there are extra
 * ones (split).
 */
export interface AlignedSteps {
  readonly reference: { readonly from: number; readonly to: number }
  readonly measured: { readonly from: number; readonly to: number }
  readonly cost: number
}

export interface Alignment {
  readonly steps: readonly AlignedSteps[]
  /** The sum over the steps, with gaps and what was left out at the ends. */
  readonly cost: number
}

const defaults = {
  freeEnds: 0.4,
  freeEndsCost: 0.01,
  // a true and a random angle are 90° apart on average, which costs 0.35: worse than a gap
  gapCost: 0.1,
  missingCost: 0.2,
  stretch: 3,
  weights: [0.5, 0.5],
} as const

/**
 * The cheapest alignment, by dynamic programming over pairs of organs.
 *
 * The cost of a pair of steps is √(w₀ (Δangle / 180°)² + w₁ (Δinternode / largest true one)²), of
 * their sums where several stand for one (dynamic time warping with splits and merges: Sakoe &
 * Chiba, 1978). Both ends are free as far as `freeEnds` allows, and as far as the sequences
 * differ in length.
 *
 * @throws RangeError if a sequence has not as many internodes as angles
 * Cost: product of the lengths × stretch².
 */
export function alignSequences(
  reference: StepSequence,
  measured: StepSequence,
  options: AlignmentOptions = {},
): Alignment {
  const settings = { ...defaults, ...options }
  const truth = sums(reference)
  const found = sums(measured)
  const [n, m] = [truth.count, found.count]
  const free = Math.floor(settings.freeEnds * Math.min(n, m))
  const freeReference = Math.max(free, n - m)
  const freeMeasured = Math.max(free, m - n)
  const longest = Math.max(...reference.internodes, Number.MIN_VALUE)
  const left = (i: number, j: number): number =>
    i > freeReference || j > freeMeasured
      ? Infinity
      : i * (settings.missingCost + settings.freeEndsCost) + j * settings.freeEndsCost
  const width = m + 1
  const costs = new Float64Array((n + 1) * width)
  const from = new Int32Array((n + 1) * width).fill(-1)
  let best = { at: -1, cost: Infinity }
  for (let i = 0; i <= n; i++)
    for (let j = 0; j <= m; j++) {
      const at = i * width + j
      costs[at] = left(i, j)
      for (let a = 1; a <= Math.min(i, settings.stretch); a++)
        for (let b = 1; b <= Math.min(j, settings.stretch); b++) {
          const before = (i - a) * width + j - b
          const cost = costs[before] + pairCost(i - a, i, j - b, j)
          if (cost < costs[at]) [costs[at], from[at]] = [cost, before]
        }
      const cost = costs[at] + left(n - i, m - j)
      if (cost < best.cost) best = { at, cost }
    }

  function pairCost(i0: number, i1: number, j0: number, j1: number): number {
    const turn = angularDistance(
      truth.angle[i1] - truth.angle[i0],
      found.angle[j1] - found.angle[j0],
    )
    const stretch =
      truth.internode[i1] - truth.internode[i0] - (found.internode[j1] - found.internode[j0])
    const [w0, w1] = settings.weights
    const gaps = i1 - i0 + (j1 - j0) - 2
    return (
      Math.sqrt(w0 * (turn / 180) ** 2 + w1 * (stretch / longest) ** 2) + gaps * settings.gapCost
    )
  }

  const steps: AlignedSteps[] = []
  for (let at = best.at; at >= 0 && from[at] >= 0; at = from[at]) {
    const [i1, j1] = [Math.floor(at / width), at % width]
    const [i0, j0] = [Math.floor(from[at] / width), from[at] % width]
    steps.push({
      reference: { from: i0, to: i1 },
      measured: { from: j0, to: j1 },
      cost: pairCost(i0, i1, j0, j1),
    })
  }
  return { steps: steps.reverse(), cost: best.cost }
}

function sums({ angles, internodes }: StepSequence) {
  if (angles.length !== internodes.length)
    throw new RangeError(`${angles.length} angles but ${internodes.length} internodes`)
  const running = (values: readonly number[]) =>
    values.reduce((sum, value) => [...sum, sum[sum.length - 1] + value], [0])
  return { count: angles.length, angle: running(angles), internode: running(internodes) }
}
