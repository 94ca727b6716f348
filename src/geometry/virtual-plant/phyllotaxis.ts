// Where the organs of a stem stand: heights and azimuths, drawn or given.
import { random } from '../random.ts'
import { PlantParameterError } from './parameters.ts'
import type { PlantParameters } from './parameters.ts'

/** Successive organs of a stem from its base. */
export interface Arrangement {
  /** Arc length from the stem's base to each organ, in mm. */
  readonly heights: readonly number[]
  /** About the stem, counter-clockwise seen from its tip, in degrees; it grows without wrapping. */
  readonly azimuths: readonly number[]
  /** Arc length of the whole stem, in mm. */
  readonly length: number
}

/** Each purpose draws from a stream of its own, so that it does not disturb the others. */
const streams = { first: 1, angles: 2, internodes: 3, permutations: 4 }

/** Draws the arrangement of the main stem's organs; `top` is what stands above the last. */
export function arrangement(p: PlantParameters, top: number): Arrangement {
  const internodes = p.internodes ?? drawnInternodes(p)
  const above = internodes.reduce((sum, length) => sum + length, 0)
  const scale = scaleToFit(p, above, top)
  const heights = [p.stemBase * scale]
  for (const length of internodes)
    heights.push(heights[heights.length - 1] + length * (p.internodes ? 1 : scale))
  return {
    heights,
    azimuths: azimuths(p),
    length: heights[heights.length - 1] + top,
  }
}

/** Given internodes keep their length, so only the base can give way to `stemLength`. */
function scaleToFit(p: PlantParameters, above: number, top: number): number {
  if (p.stemLength === undefined) return 1
  const scale = p.internodes
    ? (p.stemLength - above - top) / p.stemBase
    : (p.stemLength - top) / (p.stemBase + above)
  if (!(scale > 0))
    throw new PlantParameterError(
      'stemLength',
      `is too short at ${p.stemLength} mm: ${above + top} mm of it are internodes and tip`,
    )
  return scale
}

/** Normal about a mean that falls exponentially from the first, and again towards the tip. */
function drawnInternodes(p: PlantParameters): number[] {
  const draw = random(p.seed, streams.internodes)
  const n = p.organs - 1
  return Array.from({ length: n }, (_, i) => {
    const settled =
      p.internodeMean + (p.internodeFirst - p.internodeMean) * Math.exp(-i / p.internodeDecay)
    const mean = settled * (1 + (p.internodeTop - 1) * youth(i, n, p.young))
    return Math.max(p.internodeMin, draw.normal(mean, p.internodeCv * mean))
  })
}

/** 0 for the grown ones of `n` from the base, rising to 1 for the last. */
export function youth(i: number, n: number, young: number): number {
  const from = (n - 1) * (1 - young)
  return i > from ? (i - from) / (n - 1 - from) : 0
}

function azimuths(p: PlantParameters): number[] {
  const start = 360 * random(p.seed, streams.first).uniform()
  const draw = random(p.seed, streams.angles)
  const steps =
    p.angles ?? Array.from({ length: p.organs - 1 }, () => draw.normal(p.angleMean, p.angleSd))
  const result = [start]
  for (const step of steps) result.push(result[result.length - 1] + step)
  return p.angles ? result : permuted(result, p)
}

/** Two organs that change places along the stem: Guédon et al., 2013. */
function permuted(inOrder: readonly number[], p: PlantParameters): number[] {
  const draw = random(p.seed, streams.permutations)
  const result = [...inOrder]
  for (let i = 0; i + 1 < result.length; i++) {
    if (draw.uniform() >= p.permutation) continue
    ;[result[i], result[i + 1]] = [result[i + 1], result[i]]
    i++
  }
  return result
}
