// How much of a picture and of its edge is plant, against counting pixel by pixel.
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { maskExtent } from '../../src/geometry/mask-extent.ts'

test('the shares are those of all pixels, and of those that have no neighbour on some side', () => {
  const sizes = fc.record({
    width: fc.integer({ min: 1, max: 7 }),
    height: fc.integer({ min: 1, max: 7 }),
  })
  fc.assert(
    fc.property(
      sizes,
      fc.array(fc.boolean(), { minLength: 49, maxLength: 49 }),
      ({ width, height }, bits) => {
        const data = Uint8Array.from({ length: width * height }, (_, i) => (bits[i] ? 255 : 0))
        const pixels = Array.from(data, (value, i) => ({
          isPlant: value > 0,
          isEdge:
            i % width === 0 || i % width === width - 1 || i < width || i >= width * (height - 1),
        }))
        const shareOf = (some: typeof pixels) =>
          some.filter(({ isPlant }) => isPlant).length / some.length
        const { share, edge } = maskExtent({ width, height, channels: 1, data })
        expect(share).toBeCloseTo(shareOf(pixels), 12)
        expect(edge).toBeCloseTo(shareOf(pixels.filter(({ isEdge }) => isEdge)), 12)
      },
    ),
  )
})
