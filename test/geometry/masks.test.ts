// Masks against their definitions: colour indices pixel by pixel, dilation mark by mark.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Image } from '../../src/geometry/image.ts'
import {
  coverOf,
  dilateMask,
  excessGreenMask,
  invertMask,
  linearMask,
} from '../../src/geometry/masks.ts'

const picture = (channels: number, width: number, ...data: number[]): Image => ({
  width,
  height: data.length / width / channels,
  channels,
  data: Uint8Array.from(data),
})
const anyPicture = fc
  .tuple(fc.integer({ min: 1, max: 7 }), fc.integer({ min: 1, max: 7 }), fc.constantFrom(3, 4))
  .chain(([width, height, channels]) =>
    fc
      .uint8Array({ minLength: width * height * channels, maxLength: width * height * channels })
      .map((data): Image => ({ width, height, channels, data })),
  )

/** Step by step as a person would with arrays of doubles, no table and no shortcut. */
function linearByPixel(
  { channels, data }: Image,
  weights: readonly number[],
  threshold: number,
): number[] {
  const [least, most] = [Math.min(...data), Math.max(...data)]
  const stretched = Array.from(data, (value) =>
    least === most ? Math.min(value, 1) : (value - least) / (most - least),
  )
  return Array.from({ length: data.length / channels }, (_, i) => {
    const [r, g, b] = stretched.slice(i * channels)
    return weights[0] * r + weights[1] * g + weights[2] * b > threshold ? 255 : 0
  })
}

function dilatedByMark({ width, height, data }: Image, radius: number): number[] {
  return Array.from({ length: width * height }, (_, at) => {
    const [x, y] = [at % width, Math.floor(at / width)]
    return data.some(
      (value, i) =>
        value !== 0 && ((i % width) - x) ** 2 + (Math.floor(i / width) - y) ** 2 <= radius ** 2,
    )
      ? 255
      : 0
  })
}

describe('a linear mask', () => {
  test('is what its formula makes of each pixel', () => {
    const weights = fc.tuple(
      ...Array.from({ length: 3 }, () => fc.constantFrom(0, 1, -0.5, 0.3, 2)),
    )
    fc.assert(
      fc.property(
        anyPicture,
        weights,
        fc.constantFrom(0, 0.2, 0.5, 1),
        (image, [r, g, b], threshold) => {
          expect([...linearMask(image, [r, g, b], threshold).data]).toEqual(
            linearByPixel(image, [r, g, b], threshold),
          )
        },
      ),
    )
  })

  test('stretches over alpha too, and its threshold is strict', () => {
    // 10 … 210 becomes 0 … 1, so that green 110 is 0.5 exactly
    const image = picture(4, 2, 10, 110, 10, 210, 10, 112, 10, 210)
    expect([...linearMask(image, [0, 1, 0], 0.5).data]).toEqual([0, 255])
  })

  test('of an image of one value is cut, not stretched', () => {
    expect([...linearMask(picture(3, 1, 9, 9, 9), [0, 1, 0], 0.5).data]).toEqual([255])
    expect([...linearMask(picture(3, 1, 0, 0, 0), [0, 1, 0], 0.5).data]).toEqual([0])
  })

  test('needs colours', () => {
    expect(() => linearMask(picture(1, 1, 3), [0, 1, 0], 0)).toThrow(RangeError)
  })
})

describe('an excess green mask', () => {
  test('marks 2g − r − b above the threshold, alpha left out', () => {
    // stretched 0 … 1 by 0 … 200: (0.5, 1, 0) has the shares 1/3, 2/3, 0 and the index 1
    const image = picture(4, 3, 100, 200, 0, 255, 100, 100, 100, 255, 0, 0, 0, 255)
    expect([...excessGreenMask(image, 0.99).data]).toEqual([255, 0, 0])
    expect([...excessGreenMask(image, 1).data]).toEqual([0, 0, 0])
    expect([...excessGreenMask(image, -0.01).data]).toEqual([255, 255, 255])
  })

  test('is the same with alpha and without', () => {
    fc.assert(
      fc.property(anyPicture, (image) => {
        const { width, channels, data } = image
        const colours = picture(3, width, ...data.filter((_, i) => i % channels < 3))
        expect(excessGreenMask(image, 0.1)).toEqual(excessGreenMask(colours, 0.1))
      }),
    )
  })
})

describe('dilation', () => {
  test('marks what lies within the radius of a mark', () => {
    const sparse = anyPicture.map(({ width, height, data }): Image => ({
      width,
      height,
      channels: 1,
      data: data.slice(0, width * height).map((value) => (value < 40 ? value : 0)),
    }))
    fc.assert(
      fc.property(sparse, fc.constantFrom(0, 1, 1.5, 2, 3, 5, 50), (mask, radius) => {
        expect([...dilateMask(mask, radius).data]).toEqual(dilatedByMark(mask, radius))
      }),
    )
  })

  test('by 1 makes a cross, by 2 a disk of 13 pixels', () => {
    const dot: Image = {
      width: 7,
      height: 7,
      channels: 1,
      data: new Uint8Array(49).fill(255, 24, 25),
    }
    expect(coverOf(dilateMask(dot, 1)) * 49).toBeCloseTo(5)
    expect(coverOf(dilateMask(dot, 2)) * 49).toBeCloseTo(13)
  })

  test('of a large radius fills the image, and of nothing makes nothing', () => {
    const dot: Image = { width: 5, height: 4, channels: 1, data: new Uint8Array(20).fill(1, 3, 4) }
    expect(coverOf(dilateMask(dot, 1e6))).toBe(1)
    expect(coverOf(dilateMask({ ...dot, data: new Uint8Array(20) }, 3))).toBe(0)
    expect(() => dilateMask(dot, -1)).toThrow(RangeError)
  })
})

test('an inverted mask has background and plant exchanged', () => {
  expect([...invertMask(picture(1, 3, 0, 255, 20)).data]).toEqual([255, 0, 235])
})
