// Voxels of labels against the definition, value by value.
import { describe, expect, test } from 'vitest'
import { voxelsOfLabel } from '../../../src/geometry/points/labels.ts'
import type { Volume } from '../../../src/geometry/voxels/grid.ts'

const row = (...values: number[]): Volume => ({
  shape: [1, 1, values.length],
  origin: [0, 0, 0],
  spacing: 1,
  data: Float32Array.from(values),
})

describe('the voxels of a label', () => {
  const background = row(0.5, 0.1, 0.25, 0.5, 0)
  const stem = row(0.25, 0.5, 0.5, 0.5, 0)
  const leaf = row(0.25, 0.5, 0.375, 0, 0)
  const of = (label: number, rule = {}) => [
    ...voxelsOfLabel([background, stem, leaf], label, 0, { backgroundPrior: 1, ...rule }).data,
  ]

  test('the voxels of a label are those where it is the most likely, the first among equals', () => {
    expect(of(0)).toEqual([1, 0, 0, 1, 1])
    expect(of(1)).toEqual([0, 1, 1, 0, 0])
    expect(of(2)).toEqual([0, 0, 0, 0, 0])
  })

  test('become more where the background counts less', () => {
    expect(of(1, { backgroundPrior: 0.25 })).toEqual([1, 1, 1, 1, 0])
  })

  test('the voxels of a label must stand out from the others, and above a score, where that is asked', () => {
    expect(of(1, { minContrast: 1.2 })).toEqual([0, 0, 1, 0, 0])
    expect(of(1, { minContrast: 1.4 })).toEqual([0, 0, 0, 0, 0])
    expect(of(1, { minScore: 0.5 })).toEqual([0, 0, 0, 0, 0])
  })

  test('the voxels of a label are not defined for volumes of different shape', () => {
    expect(() => voxelsOfLabel([row(1, 2), row(1)], 0, 0, { backgroundPrior: 1 })).toThrow(
      RangeError,
    )
  })
})
