// How sure a share is that was measured on a few plants.
import { random } from '../../../src/geometry/random.ts'

/** A share of steps in percent, with the interval that holds it in 95 of 100 such studies. */
export interface Share {
  readonly value: number
  readonly low: number
  readonly high: number
}

/** Samples of plants: 2000 give the interval's ends to about half a percent of its width. */
const SAMPLES = 2000

/**
 * The percentile bootstrap over plants (Efron, 1979): steps of one plant go wrong together, so
 * plants are drawn, not steps.
 *
 * @param plants  how many steps of each count, of how many
 */
export function shareOf(plants: readonly { readonly of: number; readonly count: number }[]): Share {
  const percent = (drawn: typeof plants) =>
    (100 * drawn.reduce((sum, { count }) => sum + count, 0)) /
    drawn.reduce((sum, { of }) => sum + of, 0)
  const draw = random(1)
  const samples = Array.from({ length: SAMPLES }, () =>
    percent(plants.map(() => plants[Math.floor(draw.uniform() * plants.length)])),
  ).sort((a, b) => a - b)
  return {
    value: percent(plants),
    low: samples[Math.floor(0.025 * SAMPLES)],
    high: samples[Math.ceil(0.975 * SAMPLES) - 1],
  }
}
