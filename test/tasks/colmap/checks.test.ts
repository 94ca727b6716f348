// How far poses can be trusted: how many there are, how well points fit, how far from the scanner's.
import { expect, test } from 'vitest'
import type { Vec3 } from '../../../src/geometry/linear.ts'
import type { Photograph } from '../../../tasks/artifacts/reconstruction.ts'
import { poseChecks, reportPoses } from '../../../tasks/colmap/checks.ts'

const at = (i: number, radius: number): Vec3 => [
  radius * Math.cos((Math.PI * i) / 2),
  radius * Math.sin((Math.PI * i) / 2),
  80,
]

/** Four photographs around the plant; `off`: how far out the scanner places them. */
function reported(off: number | undefined, found: number, errors: readonly number[]) {
  const photographs = Array.from({ length: 4 }, (_, i): Photograph => {
    const name = `${i}.jpg`
    return {
      ref: { fileset: 'images', file: String(i) },
      name,
      isCorrect: true,
      ...(off !== undefined && { scanner: at(i, 300 + off) }),
      ...(i < found && { estimated: at(i, 300) }),
    }
  })
  const values: Record<string, number> = {}
  const points3D = { errors: Float64Array.from(errors) }
  // Safe: only the errors of the points are looked at.
  reportPoses({ points3D } as never, photographs, (name, value) => (values[name] = value))
  return values
}

test('of poses that fit, nothing is out of its limits', () => {
  const values = reported(3, 4, [0.5, 0.7])
  expect(values.registered_share).toBe(1)
  expect(values.reprojection_error).toBeCloseTo(0.6, 9)
  expect(values.scanner_distance).toBeCloseTo(0.01, 9)
  expect(values.scanner_distance).toBeLessThan(poseChecks.scanner_distance.max)
})

test('lost photographs, points that do not fit and a scanner that is far off are', () => {
  const values = reported(30, 3, [2, 3])
  expect(values.registered_share).toBeLessThan(poseChecks.registered_share.min)
  expect(values.reprojection_error).toBeGreaterThan(poseChecks.reprojection_error.max)
  expect(values.scanner_distance).toBeGreaterThan(poseChecks.scanner_distance.max)
})

test('without the scanner’s poses, and without points, nothing is made up', () => {
  const values = reported(undefined, 4, [])
  expect(values.scanner_distance).toBeUndefined()
  expect(values.reprojection_error).toBeNaN()
})
