// Along how much of the stem organs hang.
import { expect, test } from 'vitest'
import { hangingShare } from '../../src/geometry/phyllotaxis/hanging.ts'

const organ = (arcLength: number, rise: number) => ({ arcLength, shape: shapeOf(rise) })
const shapeOf = (rise: number) => ({ rise, fat: 0.1, straightness: 1, flatness: 1, twigs: 0 })

test('each organ stands for half the way to its neighbours', () => {
  const organs = [organ(40, 0.5), organ(0, -0.5), organ(10, -0.2), organ(20, 0.5)]
  expect(hangingShare(organs)).toBeCloseTo((10 + 5) / 40, 12)
})

test('a crowd of rosette leaves or flowers counts no more than one organ', () => {
  const fruits = [20, 40, 60, 80, 100].map((at) => organ(at, 0.6))
  const crowd = (at: number) => [0, 0.1, 0.2, 0.3, 0.4].map((d) => organ(at + d, -0.6))
  expect(hangingShare([...crowd(0), ...fruits, ...crowd(110)])).toBeLessThan(0.15)
})

test('of fewer than two places nothing can be said', () => {
  expect(hangingShare([])).toBeNaN()
  expect(hangingShare([organ(5, -1)])).toBeNaN()
  expect(hangingShare([organ(5, -1), organ(5, -1)])).toBeNaN()
})
