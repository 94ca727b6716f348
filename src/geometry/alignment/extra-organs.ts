// Which organs made the measured steps that no true step stands for.
import type { Alignment } from './align.ts'

/**
 * For each measured step without a true one an organ, counted from 0 at the base: beyond the ends
 * of what is aligned the outer organ of the step, in a split the organs in its midst, of which the
 * last counts twice, and in a merge the upper one.
 *
 * @param measured  the number of measured steps
 * @returns as many as `extra` of the evaluation
 */
export function extraOrgans({ steps }: Pick<Alignment, 'steps'>, measured: number): number[] {
  const first = steps.length > 0 ? steps[0].measured.from : 0
  const last = steps.length > 0 ? steps[steps.length - 1].measured.to : 0
  const below = Array.from({ length: first }, (_, j) => j)
  const above = Array.from({ length: measured - last }, (_, j) => last + j + 1)
  const between = steps.flatMap(({ reference: r, measured: { from, to } }) => {
    if (r.to - r.from === 1 && to - from === 1) return []
    const inner = Array.from({ length: to - from - 1 }, (_, k) => from + 1 + k)
    return [...inner, inner.at(-1) ?? to]
  })
  return [...below, ...between, ...above]
}
