// Dilation against its definition, mark by mark.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { dilateMask } from '../../src/geometry/dilation.ts'
import type { Image } from '../../src/geometry/image.ts'
import { random } from '../../src/geometry/random.ts'

const maskOf = (width: number, data: Uint8Array): Image => ({
  width,
  height: data.length / width,
  channels: 1,
  data,
})

/** Some marks of any value, alone and in runs, also in arrays that begin askew. */
const anyMask = fc
  .tuple(
    fc.oneof(fc.integer({ min: 1, max: 45 }), fc.constantFrom(32, 64, 100, 127, 128, 260)),
    fc.integer({ min: 1, max: 7 }),
    fc.nat(3),
    fc.nat(15),
  )
  .chain(([width, height, askew, rarity]) =>
    fc.uint8Array({ minLength: width * height, maxLength: width * height }).map((noise) => {
      const data = new Uint8Array(new ArrayBuffer(askew + noise.length), askew)
      let value = 0
      noise.forEach((byte, i) => {
        if (byte % 16 >= rarity) value = byte < 128 ? 0 : byte
        data[i] = value
      })
      return maskOf(width, data)
    }),
  )

function dilatedByMark({ width, data }: Image, radius: number): number[] {
  return Array.from(data, (_, at) => {
    const [x, y] = [at % width, Math.floor(at / width)]
    return data.some(
      (value, i) =>
        value !== 0 && ((i % width) - x) ** 2 + (Math.floor(i / width) - y) ** 2 <= radius ** 2,
    )
      ? 255
      : 0
  })
}

const marked = ({ data }: Image): number => data.filter((value) => value === 255).length

describe('dilation', () => {
  test('marks what lies within the radius of a mark', () => {
    fc.assert(
      fc.property(anyMask, fc.constantFrom(0, 1, 1.5, 2, 3, 5, 20, 50), (mask, radius) => {
        const byMark = dilatedByMark(mask, radius)
        expect([...dilateMask(mask, radius).data]).toEqual(byMark)
      }),
      { numRuns: 300 },
    )
  })

  test.each([
    ['narrow', 7, 20_000],
    ['ordinary', 1_001, 300],
    ['of single wide rows', 100_003, 3],
  ])('is the same where a mask is made in strips: %s', (_, width, height) => {
    const draw = random(1)
    const marks = Array.from({ length: 200 }, () => Math.floor(draw.uniform() * width * height))
    const mask = maskOf(width, new Uint8Array(width * height))
    for (const at of marks) mask.data[at] = 9
    const expected = new Uint8Array(width * height)
    for (const at of marks)
      for (let y = -3; y <= 3; y++)
        for (let x = -3; x <= 3; x++) {
          const [column, row] = [(at % width) + x, Math.floor(at / width) + y]
          const isInside = column >= 0 && column < width && row >= 0 && row < height
          if (isInside && x * x + y * y <= 9) expected[row * width + column] = 255
        }
    expect(Buffer.compare(dilateMask(mask, 3).data, expected)).toBe(0)
  })

  test('by 1 makes a cross, by 2 a disk of 13 pixels', () => {
    const dot = () => maskOf(7, new Uint8Array(49).fill(255, 24, 25))
    expect(marked(dilateMask(dot(), 1))).toBe(5)
    expect(marked(dilateMask(dot(), 2))).toBe(13)
  })

  test('dilation of a large radius fills the image, and of nothing makes nothing', () => {
    const dot = maskOf(5, new Uint8Array(20).fill(1, 3, 4))
    expect(marked(dilateMask(dot, 1e6))).toBe(20)
    expect(marked(dilateMask(maskOf(5, new Uint8Array(20)), 3))).toBe(0)
  })

  test('needs one channel and a radius', () => {
    const dot = maskOf(5, new Uint8Array(20).fill(1, 3, 4))
    expect(() => dilateMask(dot, -1)).toThrow(RangeError)
    expect(() => dilateMask(dot, NaN)).toThrow(RangeError)
    expect(() => dilateMask({ ...dot, width: 1, channels: 5 }, 1)).toThrow(RangeError)
  })
})
