// Masks against their definitions: colour indices pixel by pixel.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Image } from '../../src/geometry/image.ts'
import { excessGreenMask, invertMask, linearMask, type Weights } from '../../src/geometry/masks.ts'

const picture = (channels: number, width: number, ...data: number[]): Image => ({
  width,
  height: data.length / width / channels,
  channels,
  data: Uint8Array.from(data),
})

/** Of all levels or of few, of more pixels than are looked at together, in arrays that begin askew too. */
const anyPicture = fc
  .tuple(
    fc.integer({ min: 1, max: 40 }),
    fc.integer({ min: 1, max: 3 }),
    fc.constantFrom(3, 4),
    fc.nat(3),
    fc.tuple(fc.nat(255), fc.integer({ min: 1, max: 256 })),
  )
  .chain(([width, height, channels, askew, [least, levels]]) => {
    const length = width * height * channels
    return fc.uint8Array({ minLength: length, maxLength: length }).map((noise): Image => {
      const data = new Uint8Array(new ArrayBuffer(askew + length), askew)
      data.set(noise.map((value) => Math.min(255, least + (value % levels))))
      return { width, height, channels, data }
    })
  })
/** More pixels than are looked at together: a picture many times, and one pixel that is its own. */
const anyLargePicture = fc
  .tuple(anyPicture, fc.array(fc.nat(255), { minLength: 4, maxLength: 4 }), fc.nat(99_999))
  .map(([{ width, channels, data }, own, place]): Image => {
    const times = Math.ceil(100_000 / data.length)
    const all = new Uint8Array(times * data.length)
    for (let n = 0; n < times; n++) all.set(data, n * data.length)
    const last = all.length - channels
    all.set(own.slice(0, channels), Math.min(last, channels * Math.floor(place / channels)))
    return { width, height: all.length / width / channels, channels, data: all }
  })
const anyThreshold = fc.oneof(
  fc.constantFrom(-1, 0, 0.2, 0.5, 1, 1e-12, 30),
  fc.double({ min: -1, max: 2, noNaN: true }),
)

/** The levels of each pixel as a person would stretch them with arrays of doubles. */
function stretchedPixels({ channels, data }: Image, counted: number): number[][] {
  const values = [...data].filter((_, i) => i % channels < counted)
  const sorted = values.toSorted((a, b) => a - b)
  const [least, most] = [sorted[0], sorted[sorted.length - 1]]
  const stretched = Array.from(data, (value) =>
    least === most ? Math.min(value, 1) : (value - least) / (most - least),
  )
  return Array.from({ length: data.length / channels }, (_, i) =>
    stretched.slice(i * channels, i * channels + 3),
  )
}

describe('a linear mask', () => {
  const anyWeight = fc.constantFrom(0, 0, 1, -0.5, 0.3, 2, 1e6)
  const anyWeights = fc.tuple(anyWeight, anyWeight, anyWeight)
  const byFormula = (image: Image, [red, green, blue]: Weights, threshold: number): number[] =>
    stretchedPixels(image, image.channels).map(([r, g, b]) =>
      red * r + green * g + blue * b > threshold ? 255 : 0,
    )

  test('a linear mask is what its formula makes of each pixel', () => {
    fc.assert(
      fc.property(anyPicture, anyWeights, anyThreshold, (image, weights, threshold) => {
        const { data } = linearMask(image, weights, threshold)
        expect([...data]).toEqual(byFormula(image, weights, threshold))
      }),
      { numRuns: 500 },
    )
  })

  test('a linear mask is the same where it is made in strips', () => {
    fc.assert(
      fc.property(anyLargePicture, anyWeights, anyThreshold, (image, weights, threshold) => {
        const { data } = linearMask(image, weights, threshold)
        const byPixel = Uint8Array.from(byFormula(image, weights, threshold))
        expect(Buffer.compare(data, byPixel)).toBe(0)
      }),
      { numRuns: 10 },
    )
  })

  test('asks the formula itself where the threshold is met', () => {
    // of 0.1 · r + 0.2 · g + 0.3 · b doubles make now 0.6, now a little more
    const image = picture(3, 4, 255, 255, 255, 0, 0, 0, 10, 20, 30, 255, 255, 254)
    const weights: Weights = [0.1, 0.2, 0.3]
    const whole = 0.1 + 0.2 + 0.3
    expect([...linearMask(image, weights, 0.6).data]).toEqual([whole > 0.6 ? 255 : 0, 0, 0, 0])
    expect([...linearMask(image, weights, whole).data]).toEqual([0, 0, 0, 0])
  })

  test('stretches over alpha too, and its threshold is strict', () => {
    // 10 … 210 becomes 0 … 1, so that green 110 is 0.5 exactly
    const image = picture(4, 2, 10, 110, 10, 210, 10, 112, 10, 210)
    expect([...linearMask(image, [0, 1, 0], 0.5).data]).toEqual([0, 255])
  })

  test('a linear mask of an image of one value is cut, not stretched', () => {
    expect([...linearMask(picture(3, 1, 9, 9, 9), [0, 1, 0], 0.5).data]).toEqual([255])
    expect([...linearMask(picture(3, 1, 0, 0, 0), [0, 1, 0], 0.5).data]).toEqual([0])
  })

  test('needs colours', () => {
    expect(() => linearMask(picture(1, 1, 3), [0, 1, 0], 0)).toThrow(RangeError)
  })
})

describe('an excess green mask', () => {
  test('an excess green mask is what its formula makes of each pixel', () => {
    fc.assert(
      fc.property(anyPicture, anyThreshold, (image, threshold) => {
        const byPixel = stretchedPixels(image, 3).map(([r, g, b]) => {
          const sum = r + g + b + 1e-9
          return 2 * (g / sum) - r / sum - b / sum > threshold ? 255 : 0
        })
        expect([...excessGreenMask(image, threshold).data]).toEqual(byPixel)
      }),
      { numRuns: 500 },
    )
  })

  test('an excess green mask is the same where it is made in strips', () => {
    fc.assert(
      fc.property(anyLargePicture, anyThreshold, (image, threshold) => {
        const byPixel = stretchedPixels(image, 3).map(([r, g, b]) => {
          const sum = r + g + b + 1e-9
          return 2 * (g / sum) - r / sum - b / sum > threshold ? 255 : 0
        })
        const { data } = excessGreenMask(image, threshold)
        expect(Buffer.compare(data, Uint8Array.from(byPixel))).toBe(0)
      }),
      { numRuns: 10 },
    )
  })

  test('marks 2g − r − b above the threshold, alpha left out', () => {
    // stretched 0 … 1 by 0 … 200: (0.5, 1, 0) has the shares 1/3, 2/3, 0 and the index 1
    const image = picture(4, 3, 100, 200, 0, 255, 100, 100, 100, 255, 0, 0, 0, 255)
    expect([...excessGreenMask(image, 0.99).data]).toEqual([255, 0, 0])
    expect([...excessGreenMask(image, 1).data]).toEqual([0, 0, 0])
    expect([...excessGreenMask(image, -0.01).data]).toEqual([255, 255, 255])
  })

  test('an excess green mask is the same with alpha and without', () => {
    fc.assert(
      fc.property(anyPicture, (image) => {
        const { width, channels, data } = image
        const colours = picture(3, width, ...data.filter((_, i) => i % channels < 3))
        expect(excessGreenMask(image, 0.1)).toEqual(excessGreenMask(colours, 0.1))
      }),
    )
  })
})

test('an inverted mask has background and plant exchanged', () => {
  expect([...invertMask(picture(1, 3, 0, 255, 20)).data]).toEqual([255, 0, 235])
})
