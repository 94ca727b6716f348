// What a step is expected to take: the median of what it took.
import { expect, test } from 'vitest'
import { expectedOf } from '../../src/plan/expected.ts'
import type { StepRecord } from '../../src/plan/facts/record.ts'

/** The part of a record that is read: what making it took. */
const took = (seconds: number, bytes: number): StepRecord =>
  ({ made: { seconds, bytes } }) as StepRecord // nothing else of a record is looked at

test('a step is expected to take the median of its earlier runs, in whatever order they came', () => {
  expect(expectedOf([took(9, 10), took(1, 30), took(5, 20)])).toEqual({ seconds: 5, bytes: 20 })
  expect(expectedOf([took(1, 10), took(100, 30), took(2, 20), took(3, 1)])).toEqual({
    seconds: 3,
    bytes: 20,
  })
})

test('numbers are put in order as numbers', () => {
  expect(expectedOf([took(9, 1), took(10, 1), took(100, 1)])?.seconds).toBe(10)
})

test('of a step that never ran nothing is expected', () => {
  expect(expectedOf([])).toBeUndefined()
})
