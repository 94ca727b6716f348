// How much of a plant is one pixel wide in a mask.
import { expect, test } from 'vitest'
import { threadShare } from '../../src/geometry/thread-share.ts'
import { squareMask } from '../support/square-mask.ts'

const size = 200

const maskOf = (isMarked: (x: number, y: number) => boolean) => squareMask(size, isMarked)

test.each([
  ['stalks of one pixel that stand', (x: number, _y: number) => x % 40 === 7, 1],
  ['stalks of one pixel that lie', (_x: number, y: number) => y % 20 === 0, 1],
  ['the edge of the picture', (x: number, _y: number) => x === 0 || x === size - 1, 1],
  ['stalks of two pixels', (x: number, _y: number) => x % 40 < 2, 0],
  ['all that is plant', () => true, 0],
])('of %s', (_, isMarked, share) => {
  expect(threadShare(maskOf(isMarked))).toBe(share)
})

test('is the share of them where a leaf is there too', () => {
  // of each row that is looked at: 1 pixel of the stalk, 3 of the leaf
  expect(threadShare(maskOf((x) => x === 20 || (x > 100 && x < 104)))).toBe(0.25)
})

test('is not known of a few pixels', () => {
  expect(threadShare(maskOf((x, y) => x < 10 && y < 10))).toBeUndefined()
})
