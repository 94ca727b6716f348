// Two measurements of one plant, organ by organ: how far they are from each other.
import type { Comparison, OrganShown } from '../../api.ts'
import type { ChartSeries } from '../organs/chart.tsx'

/** A place of the comparison, with the organ of either side. */
export interface MatchedOrgans {
  readonly a?: OrganShown
  readonly b?: OrganShown
}

/** Pairs of counted organs, from the base up. */
export const matchedOf = ({ a, b, pairs }: Comparison): MatchedOrgans[] =>
  pairs
    .map((pair) => ({
      a: pair.a === undefined ? undefined : a.organs[pair.a],
      b: pair.b === undefined ? undefined : b.organs[pair.b],
    }))
    .filter((pair) => pair.a?.counted === true || pair.b?.counted === true)

/** One side of them, for the chart. */
export const seriesOf = (
  name: string,
  matched: readonly MatchedOrgans[],
  side: 'a' | 'b',
): ChartSeries => ({
  name,
  angles: matched.map((pair) => pair[side]?.angle),
  internodes: matched.map((pair) => pair[side]?.internode),
})

/** By how much the two differ, over the places that both have. */
export interface Difference {
  readonly both: number
  readonly onlyA: number
  readonly onlyB: number
  /** Means of absolute differences: degrees, and the unit of the scan; undefined: none to compare. */
  readonly angle?: number
  readonly internode?: number
}

export function differenceOf(matched: readonly MatchedOrgans[]): Difference {
  const both = matched.filter(({ a, b }) => a && b)
  const angles = both.flatMap(({ a, b }) =>
    a?.angle === undefined || b?.angle === undefined ? [] : [turnBetween(a.angle, b.angle)],
  )
  const internodes = both.flatMap(({ a, b }) =>
    a?.internode === undefined || b?.internode === undefined
      ? []
      : [Math.abs(a.internode - b.internode)],
  )
  return {
    both: both.length,
    onlyA: matched.filter(({ a, b }) => a && !b).length,
    onlyB: matched.filter(({ a, b }) => b && !a).length,
    ...(angles.length > 0 && { angle: meanOfValues(angles) }),
    ...(internodes.length > 0 && { internode: meanOfValues(internodes) }),
  }
}

/** The shorter way round, in degrees. */
function turnBetween(a: number, b: number): number {
  const turn = Math.abs(a - b) % 360
  return Math.min(turn, 360 - turn)
}

const meanOfValues = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length
