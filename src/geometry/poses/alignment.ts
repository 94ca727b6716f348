// Brings positions that were estimated to those that a scanner reports, whatever a few of them say.
import { distance, type Vec3 } from '../linear.ts'
import { random } from '../random.ts'
import { applySimilarity, similarityBetween, type Similarity } from './similarity.ts'

/** How positions were brought to others. */
export interface SimilarityFit {
  readonly similarity: Similarity
  /** How far each position then is from where it should be. */
  readonly distances: Float64Array
  /** How many are no farther than was allowed. */
  readonly fitting: number
}

/** So many triples are tried: with half of the positions wrong, all miss once in 10⁵⁸ times. */
const trials = 1000

/**
 * The similarity under which most positions come within `maxError` of others.
 *
 * Triples of positions are tried in a fixed order (Fischler & Bolles, 1981); the best is fitted
 * again to all that it suits, until they stay the same.
 *
 * @param from estimated positions, in any unit
 * @param to   where they should be; as many
 * @returns undefined if fewer than three come that near
 */
export function fitSimilarity(
  from: readonly Vec3[],
  to: readonly Vec3[],
  maxError: number,
): SimilarityFit | undefined {
  if (from.length !== to.length)
    throw new RangeError(`${from.length} positions cannot be brought to ${to.length}`)
  let best: SimilarityFit | undefined
  for (const sample of [undefined, ...samplesOf(from.length)]) {
    const chosen = sample ?? from.keys()
    const tried = refined(from, to, [...chosen], maxError)
    if (tried && isBetter(tried, best, maxError)) best = tried
    // all of them: nothing can suit more
    if (best?.fitting === from.length) break
  }
  return best
}

/** Triples of different numbers under n, the same every time. */
function* samplesOf(n: number): Generator<readonly number[]> {
  if (n < 3) return
  const draw = random(1981, n)
  const below = (limit: number): number => Math.floor(limit * draw.uniform())
  for (let trial = 0; trial < trials; trial++) {
    const a = below(n)
    const b = (a + 1 + below(n - 1)) % n
    const c = below(n)
    if (c !== a && c !== b) yield [a, b, c]
  }
}

/** Fits to the chosen, then to all that suit that fit, while their number grows. */
function refined(
  from: readonly Vec3[],
  to: readonly Vec3[],
  chosen: readonly number[],
  maxError: number,
): SimilarityFit | undefined {
  let best: SimilarityFit | undefined
  for (;;) {
    const similarity = similarityBetween(
      chosen.map((i) => from[i]),
      chosen.map((i) => to[i]),
    )
    if (!similarity) return best
    const distances = distancesBy(similarity, from, to)
    const suited = [...from.keys()].filter((i) => distances[i] <= maxError)
    const next = { similarity, distances, fitting: suited.length }
    if (suited.length < 3) return best
    if (best && !isBetter(next, best, maxError)) return best
    best = next
    chosen = suited
  }
}

function distancesBy(
  similarity: Similarity,
  from: readonly Vec3[],
  to: readonly Vec3[],
): Float64Array {
  return Float64Array.from(from, (point, i) => distance(applySimilarity(similarity, point), to[i]))
}

/** More that fit; of as many, those that fit more closely. */
function isBetter(a: SimilarityFit, b: SimilarityFit | undefined, maxError: number): boolean {
  if (!b || a.fitting !== b.fitting) return a.fitting > (b?.fitting ?? 0)
  return squaresOf(a, maxError) < squaresOf(b, maxError) * (1 - 1e-12)
}

const squaresOf = ({ distances }: SimilarityFit, maxError: number): number =>
  distances.reduce((sum, d) => (d <= maxError ? sum + d * d : sum), 0)
