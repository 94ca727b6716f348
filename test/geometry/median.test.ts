// The median against sorting.
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { upperMedian } from '../../src/geometry/median.ts'

test('it is what stands in the middle when all are sorted, NaN last', () => {
  const number = fc.oneof(fc.integer({ min: 0, max: 5 }).map(Number), fc.double())
  fc.assert(
    fc.property(fc.array(number, { maxLength: 60 }), (numbers) => {
      const sorted = Float64Array.from(numbers).sort()
      const found = upperMedian(Float64Array.from(numbers))
      // 0 and -0 are as large as one another
      expect(found === undefined ? found : found + 0).toBe(
        sorted.length === 0 ? undefined : sorted[sorted.length >> 1] + 0,
      )
    }),
  )
})
