// The width of the stalks in a mask.
import { expect, test } from 'vitest'
import { stalkWidth } from '../../src/geometry/stalk-width.ts'
import { squareMask } from '../support/square-mask.ts'

const size = 200

const maskOf = (isMarked: (x: number, y: number) => boolean) => squareMask(size, isMarked)

test.each([1, 2, 3, 5, 8])('of stalks that stand, %d wide, is told', (width) => {
  const stalks = maskOf((x) => x % 40 < width)
  expect(stalkWidth(stalks)).toBe(width)
})

test.each([2, 4, 7])('of stalks that lie, %d wide, is told', (width) => {
  expect(stalkWidth(maskOf((_, y) => y % 20 < width))).toBe(width)
})

test('is that of the stalks, not of the leaf', () => {
  const plant = maskOf((x, y) => x % 40 < 3 || (x > 150 && y > 150))
  expect(stalkWidth(plant)).toBe(3)
})

test('is not known of a few pixels, and ends at 64', () => {
  expect(stalkWidth(maskOf((x, y) => x < 10 && y < 10))).toBeUndefined()
  expect(stalkWidth(maskOf(() => true))).toBe(64)
})
