// Cameras: projecting and unprojecting undo each other, and agree with what paper says.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  cameraModels,
  centreOf,
  checkCamera,
  lensOf,
  pinholeOf,
  project,
  unproject,
  type Camera,
  type CameraModel,
} from '../../src/geometry/camera.ts'
import { distort } from '../../src/geometry/lens.ts'
import { undistort } from '../../src/geometry/lens-inverse.ts'
import { along, type Vec3 } from '../../src/geometry/linear.ts'

const upright = { rotmat: [1, 0, 0, 0, 1, 0, 0, 0, 1], tvec: [0, 0, 0] as Vec3 }
const camera = (model: CameraModel, params: readonly number[]): Camera => ({
  model,
  width: 640,
  height: 480,
  params,
  ...upright,
})

/** Any rotation: of a unit quaternion. */
const rotation = fc
  .tuple(...Array.from({ length: 4 }, () => fc.double({ min: -1, max: 1, noNaN: true })))
  .filter((q) => Math.hypot(...q) > 0.1)
  .map((raw) => {
    const [w, x, y, z] = raw.map((c) => c / Math.hypot(...raw))
    return [
      [1 - 2 * (y * y + z * z), 2 * (x * y - w * z), 2 * (x * z + w * y)],
      [2 * (x * y + w * z), 1 - 2 * (x * x + z * z), 2 * (y * z - w * x)],
      [2 * (x * z - w * y), 2 * (y * z + w * x), 1 - 2 * (x * x + y * y)],
    ].flat()
  })
const mild = fc.double({ min: -0.05, max: 0.05, noNaN: true })
const paramsOf: Record<CameraModel, fc.Arbitrary<number[]>> = {
  SIMPLE_PINHOLE: fc.constant([500, 320, 240]),
  PINHOLE: fc.constant([500, 510, 320, 240]),
  SIMPLE_RADIAL: mild.map((k) => [500, 320, 240, k]),
  RADIAL: fc.tuple(mild, mild).map((k) => [500, 320, 240, ...k]),
  OPENCV: fc
    .tuple(mild, mild, mild, mild)
    .map(([a, b, c, d]) => [500, 510, 320, 240, a, b, c / 10, d / 10]),
  FULL_OPENCV: fc
    .tuple(mild, mild, mild, mild, mild)
    .map(([a, b, c, d, e]) => [500, 510, 320, 240, a, b, c / 10, d / 10, e, 0, 0, 0]),
  OPENCV_FISHEYE: fc.tuple(mild, mild, mild, mild).map((k) => [500, 510, 320, 240, ...k]),
}

describe('a camera', () => {
  test.each(cameraModels)('%s: the ray of a pixel leads back to that pixel', (model) => {
    fc.assert(
      fc.property(
        paramsOf[model],
        rotation,
        fc.double({ min: 0, max: 640, noNaN: true }),
        fc.double({ min: 0, max: 480, noNaN: true }),
        fc.double({ min: 10, max: 1000, noNaN: true }),
        (params, rotmat, u, v, distance) => {
          const view: Camera = { ...camera(model, params), rotmat, tvec: [3, -20, 100] }
          const ray = unproject(view, [u, v])
          expect(ray).toBeDefined()
          const seen = project(view, along(centreOf(view), ray!, distance))
          expect(seen![0]).toBeCloseTo(u, 9)
          expect(seen![1]).toBeCloseTo(v, 9)
        },
      ),
    )
  })

  test.each([
    ['PINHOLE', [500, 510, 320, 240], [320 + 100, 240 - 204]],
    ['SIMPLE_PINHOLE', [500, 320, 240], [320 + 100, 240 - 200]],
    // r² = 0.2, radial factor 1 + 0.1·0.2 = 1.02
    ['SIMPLE_RADIAL', [500, 320, 240, 0.1], [320 + 102, 240 - 204]],
    // … + 0.5·0.04 = 1.04
    ['RADIAL', [500, 320, 240, 0.1, 0.5], [320 + 104, 240 - 208]],
    // x' = 0.2·1.02 + 2·0.01·(−0.08) + 0.02·(0.2 + 0.08), y' = −0.4·1.02 + 0.01·(0.2 + 0.32) + 2·0.02·(−0.08)
    [
      'OPENCV',
      [500, 500, 320, 240, 0.1, 0, 0.01, 0.02],
      [320 + 500 * 0.208, 240 + 500 * (-0.408 + 0.0052 - 0.0032)],
    ],
  ] as const)(
    '%s: a point at (0.2, −0.4) is seen where the formula says',
    (model, params, [u, v]) => {
      const [x, y] = project(camera(model, params), [2, -4, 10])!
      expect(x).toBeCloseTo(u, 9)
      expect(y).toBeCloseTo(v, 9)
    },
  )

  test('OPENCV_FISHEYE without coefficients sees at f times the angle to the axis', () => {
    const [u, v] = project(camera('OPENCV_FISHEYE', [500, 500, 320, 240, 0, 0, 0, 0]), [0, 7, 7])!
    expect(u).toBeCloseTo(320, 9)
    expect(v).toBeCloseTo(240 + (500 * Math.PI) / 4, 9)
  })

  test('models agree where one is a case of the other', () => {
    const point: Vec3 = [1, 2, 4]
    const seen = (model: CameraModel, params: readonly number[]) =>
      project(camera(model, params), point)
    expect(seen('RADIAL', [500, 320, 240, 0.1, 0.02])).toEqual(
      seen('OPENCV', [500, 500, 320, 240, 0.1, 0.02, 0, 0]),
    )
    expect(seen('SIMPLE_RADIAL', [500, 320, 240, 0.1])).toEqual(
      seen('RADIAL', [500, 320, 240, 0.1, 0]),
    )
    expect(seen('SIMPLE_PINHOLE', [500, 320, 240])).toEqual(
      seen('OPENCV', [500, 500, 320, 240, 0, 0, 0, 0]),
    )
  })

  test('sees nothing behind it', () => {
    expect(project(camera('PINHOLE', [500, 510, 320, 240]), [0, 0, -1])).toBeUndefined()
    expect(project(camera('PINHOLE', [500, 510, 320, 240]), [0, 0, 0])).toBeUndefined()
  })

  test('shows nothing beyond the fold of a strong lens', () => {
    // r·(1 − r²/2) never exceeds √(2/3)·2/3 = 0.544
    const strong = lensOf(camera('SIMPLE_RADIAL', [500, 320, 240, -0.5]))
    expect(undistort(strong, 0.54, 0)![0]).toBeCloseTo(0.756285, 6)
    expect(undistort(strong, 0.55, 0)).toBeUndefined()
    const fisheye = lensOf(camera('OPENCV_FISHEYE', [500, 500, 320, 240, -0.5, 0, 0, 0]))
    expect(undistort(fisheye, 0.54, 0)![0]).toBeCloseTo(Math.tan(0.756285), 5)
    expect(undistort(fisheye, 0.55, 0)).toBeUndefined()
    expect(undistort(fisheye, 0, 0)).toEqual([0, 0])
  })

  test.each(cameraModels)('%s: the slopes of the lens are those of its values', (model) => {
    fc.assert(
      fc.property(paramsOf[model], mild, mild, (params, a, b) => {
        const lens = lensOf(camera(model, params))
        const [x, y, h] = [a * 15, b * 15, 1e-6]
        const slopes = new Float64Array(6)
        const [plus, minus] = [new Float64Array(2), new Float64Array(2)]
        distort(lens, x, y, slopes)
        for (const [axis, dx, dy] of [
          [0, h, 0],
          [1, 0, h],
        ]) {
          distort(lens, x + dx, y + dy, plus)
          distort(lens, x - dx, y - dy, minus)
          expect(slopes[2 + axis]).toBeCloseTo((plus[0] - minus[0]) / (2 * h), 6)
          expect(slopes[4 + axis]).toBeCloseTo((plus[1] - minus[1]) / (2 * h), 6)
        }
      }),
    )
  })

  test('its pinhole part leaves the distortion out', () => {
    expect(pinholeOf(camera('SIMPLE_RADIAL', [500, 320, 240, 0.1]))).toEqual({
      fx: 500,
      fy: 500,
      cx: 320,
      cy: 240,
    })
  })

  test('a camera with a parameter too few, or one that is no number, is refused', () => {
    expect(() => checkCamera(camera('OPENCV', [500, 500, 320, 240]))).toThrow(RangeError)
    expect(() => checkCamera(camera('PINHOLE', [500, NaN, 320, 240]))).toThrow(RangeError)
    expect(() => checkCamera({ ...camera('PINHOLE', [1, 1, 0, 0]), rotmat: [1, 0] })).toThrow(
      RangeError,
    )
  })
})
