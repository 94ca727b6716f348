// The middle one of many numbers is that of the sorted ones.
import { expect, test } from 'vitest'
import { random } from '../../src/geometry/random.ts'
import { upperMedian } from '../../src/geometry/upper-median.ts'

const bySorting = (values: Float64Array): number => values.slice().sort()[values.length >> 1]

test.each([1, 2, 3, 10, 11, 1000, 1001])('of %d numbers of any size', (count) => {
  const draw = random(count)
  for (const spread of [0, 0.01, 1, 100]) {
    const values = Float64Array.from({ length: count }, () => Math.exp(draw.normal(0, spread)))
    expect(upperMedian(values)).toBe(bySorting(values))
  }
})

test('of zeros, of numbers too small or too large to be told, and of what is no number', () => {
  for (const values of [
    [0, 0, 0],
    [0, 5e-324, 1e-310, Infinity],
    [Infinity, Infinity, 1],
    [NaN, 3, 1],
    [NaN, NaN, 3],
  ].map((list) => Float64Array.from(list)))
    expect(upperMedian(values)).toBe(bySorting(values))
})

test('the numbers stay as they are, also where they are a part of others', () => {
  const all = Float64Array.of(9, 3, 1, 2, 0)
  expect(upperMedian(all.subarray(1, 4))).toBe(2)
  expect(all).toEqual(Float64Array.of(9, 3, 1, 2, 0))
})
