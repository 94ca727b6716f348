// How much plant a rectangle of a mask holds: always what counting its pixels gives.
import { expect, test } from 'vitest'
import { random } from '../../../src/geometry/random.ts'
import { marksWithin, sumsOf } from '../../../src/geometry/voxels/mask-sums.ts'

const draw = random(12)

/** A mask of which some pixels, within a box, are marked. */
function maskOf(width: number, height: number, share: number) {
  const [a, b] = [draw.uniform(), draw.uniform()].map((at) => Math.floor(at * width))
  const [c, d] = [draw.uniform(), draw.uniform()].map((at) => Math.floor(at * height))
  const data = Uint8Array.from({ length: width * height }, (_, i) => {
    const [x, y] = [i % width, Math.floor(i / width)]
    const isInBox = x >= Math.min(a, b) && x <= Math.max(a, b) && y >= Math.min(c, d)
    return isInBox && y <= Math.max(c, d) && draw.uniform() < share ? 1 + (i % 255) : 0
  })
  return { width, height, channels: 1, data } as const
}

test.each([
  [0, 0.5],
  [1, 0],
  [40, 0.02],
  [40, 0.5],
  [40, 1],
])('%i masks with a share of %f: each rectangle holds what is counted', (count, share) => {
  for (let n = 0; n < count; n++) {
    const mask = maskOf(1 + (n % 23), 1 + ((3 * n) % 19), share)
    const sums = sumsOf(mask)
    for (let x0 = 0; x0 < mask.width; x0 += 2)
      for (let y0 = 0; y0 < mask.height; y0 += 3)
        for (let x1 = x0 + 1; x1 <= mask.width; x1 += 2)
          for (let y1 = y0 + 1; y1 <= mask.height; y1++) {
            let marked = 0
            for (let y = y0; y < y1; y++)
              for (let x = x0; x < x1; x++) if (mask.data[y * mask.width + x] !== 0) marked++
            expect(marksWithin(sums, x0, y0, x1, y1)).toBe(marked)
          }
  }
})

test('the box is the smallest around what is marked, and sums take room for it alone', () => {
  const data = new Uint8Array(1000 * 800)
  for (const [x, y] of [
    [300, 200],
    [310, 250],
    [299, 220],
  ])
    data[y * 1000 + x] = 255
  const sums = sumsOf({ width: 1000, height: 800, channels: 1, data })
  expect(sums).toMatchObject({ left: 299, top: 200, right: 311, bottom: 251 })
  expect(sums.counts).toHaveLength(13 * 52)
  expect(sums.counts.buffer).toBeInstanceOf(SharedArrayBuffer)
})

test('beyond 65,535 marks sums go on from 0, and rectangles of fewer pixels come out right', () => {
  const data = new Uint8Array(400 * 400).fill(9)
  const sums = sumsOf({ width: 400, height: 400, channels: 1, data })
  expect(marksWithin(sums, 150, 200, 400, 400)).toBe(250 * 200)
  expect(marksWithin(sums, 399, 399, 400, 400)).toBe(1)
})
