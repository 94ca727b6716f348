// Two clouds compared: figures that can be worked out by hand.
import { describe, expect, test } from 'vitest'
import { compareClouds } from '../../../src/geometry/registration/compare-clouds.ts'

const line = (...xs: readonly number[]): Float64Array =>
  Float64Array.from(xs.flatMap((x) => [x, 0, 0]))

describe('comparing clouds', () => {
  test('a cloud agrees with itself in everything', () => {
    const { toTruth, fromTruth, at } = compareClouds(line(1, 5, 9), line(1, 5, 9), [0.1])
    expect(toTruth).toEqual({ mean: 0, median: 0, percentile95: 0, largest: 0 })
    expect(fromTruth).toEqual(toTruth)
    expect(at).toEqual([
      { threshold: 0.1, precision: 1, recall: 1, fScore: 1, fitness: 1, inlierRmse: 0 },
    ])
  })

  test('precision counts predicted points, recall true ones', () => {
    const { toTruth, fromTruth, at } = compareClouds(line(0, 1, 2, 30), line(0, 1.5), [1, 0.1])
    expect(toTruth).toEqual({ mean: 29.5 / 4, median: 0.5, percentile95: 28.5, largest: 28.5 })
    expect(fromTruth.mean).toBe(0.25)
    expect(at[0]).toMatchObject({ precision: 0.75, recall: 1, fitness: 0.75 })
    expect(at[0].fScore).toBeCloseTo(1.5 / 1.75, 12)
    expect(at[0].inlierRmse).toBeCloseTo(Math.sqrt(0.5 / 3), 12)
    expect(at[1]).toMatchObject({ precision: 0.25, recall: 0.5, inlierRmse: 0 })
  })

  test('where nothing is near, all figures are zero', () => {
    expect(compareClouds(line(0), line(10), [2]).at[0]).toEqual({
      threshold: 2,
      precision: 0,
      recall: 0,
      fScore: 0,
      fitness: 0,
      inlierRmse: 0,
    })
  })

  test('a cloud without points is refused', () => {
    expect(() => compareClouds(line(), line(1), [1])).toThrow(RangeError)
  })
})
