// How wide the gap is that views which cannot be used leave in a turn about the plant.
import { fullTurn } from '../angle.ts'

/** A group of neighbouring views that cannot be used. */
export interface BlindGroup {
  /** Their indices, in the order of the turn. */
  readonly views: readonly number[]
  /** The part of the turn that they stood for, in degrees. */
  readonly angle: number
}

/**
 * The widest group of neighbouring views that cannot be used.
 *
 * Each view stands for the turn half-way to its neighbours on both sides: in a circle of n views,
 * 360° / n. Where a path does not go all around, the gap that it leaves open counts no more than
 * twice the usual step.
 *
 * @param azimuths in degrees, from the middle of what is photographed to each view, in any order
 * @param isUsable of each view
 * @returns undefined if all can be used
 */
export function widestBlindGroup(
  azimuths: readonly number[],
  isUsable: readonly boolean[],
): BlindGroup | undefined {
  const n = azimuths.length
  const turn = Array.from({ length: n }, (_, i) => i).sort(
    (a, b) => fullTurn(azimuths[a]) - fullTurn(azimuths[b]) || a - b,
  )
  const shares = sectorShares(turn.map((view) => fullTurn(azimuths[view])))
  const first = turn.findIndex((view) => isUsable[view])
  if (first < 0) return n === 0 ? undefined : { views: turn, angle: Math.min(360, sumOf(shares)) }
  const groups: { views: number[]; angle: number }[] = []
  let current: { views: number[]; angle: number } | undefined
  // from a usable view on, once around: no group is cut in two
  for (let step = 0; step < n; step++) {
    const i = (first + step) % n
    if (isUsable[turn[i]]) {
      current = undefined
      continue
    }
    if (!current) groups.push((current = { views: [], angle: 0 }))
    current.views.push(turn[i])
    current.angle += shares[i]
  }
  return groups.reduce<BlindGroup | undefined>(
    (widest, group) => (!widest || group.angle > widest.angle ? group : widest),
    undefined,
  )
}

/** What each of some sorted azimuths stands for. */
function sectorShares(azimuths: readonly number[]): number[] {
  const n = azimuths.length
  const gaps = azimuths.map((azimuth, i) =>
    i + 1 < n ? azimuths[i + 1] - azimuth : azimuths[0] + 360 - azimuth,
  )
  // views above one another have no gap between them
  const steps = gaps.filter((gap) => gap > 1e-6).sort((a, b) => a - b)
  const most = 2 * (steps[Math.floor(steps.length / 2)] ?? 360)
  const counted = gaps.map((gap) => Math.min(gap, most))
  return counted.map((gap, i) => (gap + counted[(i + n - 1) % n]) / 2)
}

const sumOf = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0)
