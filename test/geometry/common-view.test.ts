// The box that all cameras see, against trying points one by one.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { project, type Camera } from '../../src/geometry/camera.ts'
import { commonView } from '../../src/geometry/common-view.ts'
import type { Vec3 } from '../../src/geometry/linear.ts'
import { lookingAt, ringOfCameras } from '../support/cameras.ts'

const isSeen = (camera: Camera, point: Vec3): boolean => {
  const pixel = project(camera, point)
  return (
    pixel !== undefined &&
    pixel[0] >= 0 &&
    pixel[1] >= 0 &&
    pixel[0] <= camera.width &&
    pixel[1] <= camera.height
  )
}

describe('the box that all cameras see', () => {
  test('the box that all cameras see of two that look at each other along x is a square bipyramid', () => {
    const size = { width: 100, height: 100, focal: 100 } // half a unit to each side, one unit away
    const box = commonView([
      lookingAt([-10, 0, 0], [0, 0, 0], size),
      lookingAt([10, 0, 0], [0, 0, 0], size),
    ])!
    for (const [axis, half] of [
      [0, 10],
      [1, 5],
      [2, 5],
    ]) {
      expect(box.min[axis]).toBeCloseTo(-half, 9)
      expect(box.max[axis]).toBeCloseTo(half, 9)
    }
  })

  test('the box that all cameras see is found for many views that meet in one apex above and one below', () => {
    const at = { radius: 10, height: 0, width: 100, focal: 100 }
    const { min, max } = commonView(ringOfCameras(72, at))!
    expect(max[2]).toBeCloseTo(5, 6) // half a unit up at a distance of one, ten away
    expect(min[2]).toBeCloseTo(-5, 6)
  })

  test('holds every point that all of them see, and touches such points on each side', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 3, max: 9 }),
        fc.double({ min: 5, max: 30, noNaN: true }),
        fc.double({ min: -4, max: 4, noNaN: true }),
        fc.integer({ min: 40, max: 120 }),
        (count, radius, height, focal) => {
          const cameras = ringOfCameras(count, { radius, height, width: 50, focal })
          const { min, max } = commonView(cameras)!
          const nearest = [Infinity, Infinity, Infinity, Infinity, Infinity, Infinity]
          const steps = 24
          for (let n = 0; n < (steps + 1) ** 3; n++) {
            const node = [
              n % (steps + 1),
              Math.floor(n / (steps + 1)) % (steps + 1),
              Math.floor(n / (steps + 1) ** 2),
            ]
            // a box a little larger than what was found
            const at = (axis: 0 | 1 | 2): number =>
              min[axis] + (max[axis] - min[axis]) * ((1.2 * node[axis]) / steps - 0.1)
            const point: Vec3 = [at(0), at(1), at(2)]
            if (!cameras.every((camera) => isSeen(camera, point))) continue
            for (const axis of [0, 1, 2]) {
              const size = max[axis] - min[axis]
              nearest[axis] = Math.min(nearest[axis], (point[axis] - min[axis]) / size)
              nearest[axis + 3] = Math.min(nearest[axis + 3], (max[axis] - point[axis]) / size)
            }
          }
          for (const way of nearest) {
            expect(way).toBeGreaterThan(-1e-9)
            expect(way).toBeLessThan(0.25) // corners are thin, and the points 5 % apart
          }
        },
      ),
      { numRuns: 20 },
    )
  })

  test('the box that all cameras see is none for cameras that look side by side, apart, or are alone', () => {
    const size = { width: 100, height: 100, focal: 100 }
    const one = lookingAt([0, 0, 0], [10, 0, 0], size)
    expect(commonView([])).toBeUndefined()
    expect(commonView([one])).toBeUndefined()
    expect(commonView([one, lookingAt([0, 1, 0], [10, 1, 0], size)])).toBeUndefined()
    expect(commonView([one, lookingAt([-1, 0, 0], [-10, 0, 0], size)])).toBeUndefined()
  })
})
