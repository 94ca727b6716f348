// Motion along a skeleton is taken away, motion across it is not.
import { expect, test } from 'vitest'
import { withoutSliding } from '../../../src/geometry/registration/sliding.ts'

/** A line along x, with a fork at its end: points 0, 1, 2 = the fork, 3, 4; and 5 on its own. */
const points = Float64Array.from([0, 0, 0, 1, 0, 0, 2, 0, 0, 3, 1, 0, 3, -1, 0, 9, 9, 9])
const lines = Uint32Array.from([0, 1, 1, 2, 2, 3, 2, 4])

test('on a line and at its end, only what lies across is left', () => {
  const targets = points.map((value, i) => value + [0.5, 0.2, 0.1][i % 3])
  const kept = withoutSliding({ points, lines }, points, targets)
  for (const i of [0, 1]) {
    expect(kept[3 * i]).toBeCloseTo(points[3 * i], 12)
    expect(kept[3 * i + 1]).toBeCloseTo(0.2, 12)
    expect(kept[3 * i + 2]).toBeCloseTo(0.1, 12)
  }
})

test('at a fork, and where a point stands alone, all of it is left', () => {
  const targets = points.map((value) => value + 0.5)
  const kept = withoutSliding({ points, lines }, points, targets)
  for (const i of [2, 5])
    expect(kept.slice(3 * i, 3 * i + 3)).toEqual(targets.slice(3 * i, 3 * i + 3))
})
