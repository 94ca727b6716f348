// Along how much of the stem organs hang: what tells a plant that was measured upside down.
import type { Organ } from './organ.ts'

/**
 * The share of the stem, from its lowest organ to its highest, along which organs hang: whose tips are
 * lower than their bases. Each organ stands for half the way to its neighbours, so that a crowd of
 * them, such as a rosette or flowers at the tip, counts no more than one.
 *
 * Of all organs, whatever kind they were taken for: upside down, fruits look like lone leaves.
 *
 * @param organs with arc lengths along the stem, in any order
 * @returns 0 to 1; NaN of fewer than two places
 */
export function hangingShare(organs: readonly Pick<Organ, 'arcLength' | 'shape'>[]): number {
  const sorted = organs.toSorted((a, b) => a.arcLength - b.arcLength)
  let [hanging, whole] = [0, 0]
  for (let i = 1; i < sorted.length; i++) {
    const [lower, upper] = [sorted[i - 1], sorted[i]]
    const way = upper.arcLength - lower.arcLength
    const hang = Number(lower.shape.rise < 0) + Number(upper.shape.rise < 0)
    hanging += (way * hang) / 2
    whole += way
  }
  return hanging / whole
}
