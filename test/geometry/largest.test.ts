// Where the largest of many values stands.
import { expect, test } from 'vitest'
import { largestAt } from '../../src/geometry/largest.ts'

test('of equal values the first counts, and of none there is no place', () => {
  expect(largestAt([3, 7, -1, 7])).toBe(1)
  expect(largestAt([-5])).toBe(0)
  expect(largestAt([])).toBe(-1)
})

test('there may be any number of values', () => {
  const values = new Uint32Array(1_000_000)
  values[654_321] = 1
  expect(largestAt(values)).toBe(654_321)
})
