// Undistorted images against the definition: the value that the lens showed, between its pixels.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { lensOf, type Intrinsics } from '../../src/geometry/camera.ts'
import type { Image } from '../../src/geometry/image.ts'
import { distort } from '../../src/geometry/lens.ts'
import { random } from '../../src/geometry/random.ts'
import { remap, undistortionMap } from '../../src/geometry/undistort.ts'

const camera = (model: Intrinsics['model'], params: readonly number[]): Intrinsics => ({
  model,
  width: 60,
  height: 40,
  params,
})

/** A smooth picture, so that a part of a pixel changes a value by few grey levels. */
const smooth = (channels: number): Image => ({
  width: 60,
  height: 40,
  channels,
  data: Uint8Array.from({ length: 60 * 40 * channels }, (_, at) => {
    const [i, c] = [Math.floor(at / channels), at % channels]
    return 128 + 100 * Math.sin((i % 60) / 9 + c) * Math.cos(Math.floor(i / 60) / 7)
  }),
})

/** In double precision, pixel by pixel. */
function undistortedByPixel({ width, height, channels, data }: Image, of: Intrinsics): number[] {
  const lens = lensOf(of)
  const bent = new Float64Array(2)
  const value = (x: number, y: number, c: number): number =>
    x < 0 || y < 0 || x >= width || y >= height ? 0 : data[(y * width + x) * channels + c]
  return Array.from({ length: width * height * channels }, (_, at) => {
    const [i, c] = [Math.floor(at / channels), at % channels]
    distort(
      lens,
      ((i % width) - lens.cx) / lens.fx,
      (Math.floor(i / width) - lens.cy) / lens.fy,
      bent,
    )
    const [u, v] = [lens.fx * bent[0] + lens.cx, lens.fy * bent[1] + lens.cy]
    const [x, y] = [Math.floor(u), Math.floor(v)]
    const [a, b] = [u - x, v - y]
    return (
      (1 - b) * ((1 - a) * value(x, y, c) + a * value(x + 1, y, c)) +
      b * ((1 - a) * value(x, y + 1, c) + a * value(x + 1, y + 1, c))
    )
  })
}

/** In whole numbers, as OpenCV does: positions in 1/32 of a pixel, black beyond the border. */
function inParts({ width, height, channels, data }: Image, of: Intrinsics): number[] {
  const lens = lensOf(of)
  const { fx, fy, cx, cy } = lens
  const bent = new Float64Array(2)
  const value = (x: number, y: number, c: number): number =>
    x < 0 || y < 0 || x >= width || y >= height ? 0 : data[(y * width + x) * channels + c]
  return Array.from({ length: width * height * channels }, (_, at) => {
    const [i, c] = [Math.floor(at / channels), at % channels]
    distort(lens, ((i % width) - cx) / fx, (Math.floor(i / width) - cy) / fy, bent)
    const [u, v] = [Math.round(32 * (fx * bent[0] + cx)), Math.round(32 * (fy * bent[1] + cy))]
    const [x, y] = [Math.floor(u / 32), Math.floor(v / 32)]
    const [a, b] = [u - 32 * x, v - 32 * y]
    const above = (32 - a) * value(x, y, c) + a * value(x + 1, y, c)
    const below = (32 - a) * value(x, y + 1, c) + a * value(x + 1, y + 1, c)
    return Math.floor(((32 - b) * above + b * below + 512) / 1024)
  })
}

describe('an undistorted image', () => {
  test.each([
    ['SIMPLE_RADIAL', [50, 30, 20, 0.2]],
    ['RADIAL', [50, 30, 20, -0.3, 0.1]],
    ['OPENCV', [50, 52, 30, 20, -0.2, 0.05, 0.01, -0.02]],
    ['OPENCV_FISHEYE', [50, 50, 30, 20, 0.05, -0.01, 0.002, 0.001]],
  ] as const)('%s: is the picture between the pixels of the lens', (model, params) => {
    fc.assert(
      fc.property(fc.constantFrom(1, 3, 4), (channels) => {
        const of = camera(model, params)
        const map = undistortionMap(of)
        const straight = remap(smooth(channels), map!)
        // inside, a 64th of a pixel changes a value by 0.3; half a level more is rounding
        const expected = undistortedByPixel(smooth(channels), of)
        const off = expected.map((value, at) => Math.abs(value - straight.data[at]))
        const far = off.filter((difference) => difference > 1)
        // at the black border, a 64th of a pixel is worth up to 4 levels
        expect(far.length).toBeLessThan(0.05 * off.length)
        expect(Math.max(...off)).toBeLessThan(5)
      }),
      { numRuns: 3 },
    )
  })

  test('is that of the four pixels around in 1/32, to the bit, at the border too', () => {
    const anyShape = fc.record({
      channels: fc.integer({ min: 1, max: 4 }),
      width: fc.integer({ min: 1, max: 12 }),
      height: fc.integer({ min: 1, max: 12 }),
      k: fc.constantFrom(-0.4, 0.3, 2),
      noise: fc.infiniteStream(fc.nat(255)),
    })
    fc.assert(
      fc.property(anyShape, ({ channels, width, height, k, noise }) => {
        const params = [9, width / 2, height / 3, k]
        const of: Intrinsics = { model: 'SIMPLE_RADIAL', width, height, params }
        const data = Uint8Array.from(
          { length: width * height * channels },
          () => noise.next().value,
        )
        const expected = inParts({ width, height, channels, data }, of)
        const { data: straight } = remap({ width, height, channels, data }, undistortionMap(of)!)
        expect([...straight]).toEqual(expected)
      }),
    )
  })

  test.each([
    ['bent a little', 240, 400, -0.1],
    ['much', 240, 400, -0.6],
    ['so that rows come back', 200, 300, 1.5],
    ['of single wide rows', 40_000, 3, -0.3],
  ])('is the same where it is made in strips: %s', (_, width, height, k) => {
    const params = [Math.max(width, height), width / 2, height / 3, k]
    const of: Intrinsics = { model: 'SIMPLE_RADIAL', width, height, params }
    const draw = random(1)
    const data = Uint8Array.from({ length: width * height * 3 }, () => 256 * draw.uniform())
    const image: Image = { width, height, channels: 3, data }
    const expected = Uint8Array.from(inParts(image, of))
    expect(Buffer.compare(remap(image, undistortionMap(of)!).data, expected)).toBe(0)
  })

  test('moves a point of light to where the pinhole sees it', () => {
    // r = 0.4 on the axis: the lens shows it at 0.4 · (1 + 0.25 · 0.16) = 0.416 → 50 px · 0.416 = 20.8
    const of = camera('SIMPLE_RADIAL', [50, 30, 20, 0.25])
    const data = new Uint8Array(60 * 40)
    data[20 * 60 + 30 + 20] = 100
    data[20 * 60 + 30 + 21] = 200
    const straight = remap({ width: 60, height: 40, channels: 1, data }, undistortionMap(of)!)
    expect(straight.data[20 * 60 + 30 + 20]).toBe(181) // 26/32 of 200 and 6/32 of 100: 181.25
  })

  test('an undistorted image is black where the lens showed nothing', () => {
    const of = camera('SIMPLE_RADIAL', [50, 30, 20, 1])
    const white = { width: 60, height: 40, channels: 1, data: new Uint8Array(2400).fill(255) }
    const straight = remap(white, undistortionMap(of)!)
    expect(straight.data[0]).toBe(0)
    expect(straight.data[20 * 60 + 30]).toBe(255)
  })

  test('an undistorted image of a straight lens needs no map', () => {
    expect(undistortionMap(camera('OPENCV', [50, 50, 30, 20, 0, 0, 0, 0]))).toBeUndefined()
    expect(undistortionMap(camera('PINHOLE', [50, 50, 30, 20]))).toBeUndefined()
    expect(undistortionMap(camera('OPENCV_FISHEYE', [50, 50, 30, 20, 0, 0, 0, 0]))).toBeDefined()
  })

  test('an undistorted image must be as large as those of the camera', () => {
    const map = undistortionMap(camera('SIMPLE_RADIAL', [50, 30, 20, 0.2]))
    const small = { width: 2, height: 2, channels: 1, data: new Uint8Array(4) }
    expect(() => remap(small, map!)).toThrow(RangeError)
  })
})
