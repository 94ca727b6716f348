// Which organs are flowers: from where on, towards the tip of the stem.
import type { Organ } from './organ.ts'

/**
 * So fat is neither silique nor flower. On 40 scans of generated plants of a dozen forms siliques
 * have 0.06 to 0.17, flowers 0.17 to 0.35 (2 % to 98 %).
 */
const FAT = 0.18
/**
 * So near to one another, in typical organs, are neither three siliques in a row nor three flowers:
 * there 0.25 to 1.2 and 0 to 0.31. With both limits a tenth lower or higher no silique is lost there.
 */
const CROWDING = 0.2
/** Organs that are nearer than this say nothing more. */
const NEAREST = 0.02

/** An organ, and what speaks for a flower. */
export interface FlowerScore {
  readonly organ: Organ
  /**
   * The span of the densest three successive organs of which it is one, as a share of a typical
   * organ; absent of fewer than three.
   */
  readonly crowding?: number
  /** From −2, a silique, to 2, a flower. */
  readonly score: number
}

/**
 * Scores by fatness and by crowding. Where the graph knows no volumes all scores are 0: a crowd
 * alone may be one of young fruits.
 *
 * @param organs by height: those among which flowers are looked for
 */
export function flowerScores(organs: readonly Organ[], typical: number): FlowerScore[] {
  return organs.map((organ, i) => {
    const crowding = crowdingAt(organs, i, typical)
    if (crowding === undefined) return { organ, score: fatSign(organ) }
    const crowded = bounded(Math.log(CROWDING / Math.max(NEAREST, crowding)))
    const score = organ.shape.fat === undefined ? 0 : fatSign(organ) + crowded
    return { organ, crowding, score }
  })
}

/** From −1, as slender as a silique, to 1, as fat as a flower; 0 if it is not known. */
export const fatSign = ({ shape: { fat } }: Organ): number =>
  fat === undefined ? 0 : bounded(Math.log(fat / FAT))

function crowdingAt(organs: readonly Organ[], i: number, typical: number): number | undefined {
  const spans = [i - 2, i - 1, i]
    .filter((low) => low >= 0 && low + 2 < organs.length)
    .map((low) => (organs[low + 2].arcLength - organs[low].arcLength) / typical)
  return spans.length > 0 ? Math.min(...spans) : undefined
}

/** No sign decides alone. */
const bounded = (sign: number): number => Math.max(-1, Math.min(1, sign))

/**
 * The place of the first flower: nothing above a flower is a fruit, so it is where the scores from
 * there to the tip have the largest sum; past the last organ if no sum is above 0.
 */
export function firstFlower(scores: readonly FlowerScore[]): number {
  let [best, most, sum] = [scores.length, 0, 0]
  for (let i = scores.length - 1; i >= 0; i--) {
    sum += scores[i].score
    if (sum > most) [best, most] = [i, sum]
  }
  return best
}
