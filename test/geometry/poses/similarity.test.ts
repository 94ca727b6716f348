import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { centreOf, project } from '../../../src/geometry/camera.ts'
import type { Vec3 } from '../../../src/geometry/linear.ts'
import { quaternionOf, rotationOf } from '../../../src/geometry/poses/quaternion.ts'
import {
  applySimilarity,
  movedPose,
  similarityBetween,
  symmetricEigen,
  type Similarity,
} from '../../../src/geometry/poses/similarity.ts'
import { lookingAt } from '../../support/cameras.ts'

const number = (min: number, max: number) => fc.double({ min, max, noNaN: true })
const vector = fc.tuple(number(-9, 9), number(-9, 9), number(-9, 9))
const turns = fc
  .tuple(number(-1, 1), number(-1, 1), number(-1, 1), number(-1, 1))
  .filter((q) => Math.hypot(...q) > 0.1)
const similarities = fc
  .record({ scale: number(0.01, 100), turn: turns, shift: vector })
  .map(({ turn, ...others }): Similarity => ({ ...others, rotation: rotationOf(turn) }))
const corners: readonly Vec3[] = [
  [0, 0, 0],
  [4, 0, 0],
  [0, 3, 0],
  [1, 1, 2],
]

describe('a similarity', () => {
  test('a similarity is found again from what it did to four points, to 9 digits', () => {
    fc.assert(
      fc.property(similarities, (similarity) => {
        const found = similarityBetween(
          corners,
          corners.map((corner) => applySimilarity(similarity, corner)),
        )
        expect(found?.scale).toBeCloseTo(similarity.scale, 7)
        for (let i = 0; i < 9; i++)
          expect(found?.rotation[i]).toBeCloseTo(similarity.rotation[i], 7)
        for (let i = 0; i < 3; i++) expect(found?.shift[i]).toBeCloseTo(similarity.shift[i], 6)
      }),
    )
  })

  test('a similarity is the best in the mean square: no small change of it comes nearer', () => {
    fc.assert(
      fc.property(
        fc.array(vector, { minLength: 4, maxLength: 4 }),
        fc.integer({ min: 0, max: 6 }),
        fc.constantFrom(-1e-3, 1e-3),
        (to, which, step) => {
          const best = similarityBetween(corners, to)
          if (!best) return
          const changed = changedBy(best, which, step)
          expect(errorOf(best, to)).toBeLessThanOrEqual(errorOf(changed, to) * (1 + 1e-12))
        },
      ),
    )
  })

  test('never mirrors', () => {
    const mirrored = corners.map(([x, y, z]): Vec3 => [x, y, -z])
    const { rotation: r } = similarityBetween(corners, mirrored)!
    const determinant =
      r[0] * (r[4] * r[8] - r[5] * r[7]) -
      r[1] * (r[3] * r[8] - r[5] * r[6]) +
      r[2] * (r[3] * r[7] - r[4] * r[6])
    expect(determinant).toBeCloseTo(1, 9)
  })

  test('a similarity is not determined by two points, by one line, or by one place', () => {
    const line = [0, 1, 5, 7].map((t): Vec3 => [t, 2 * t, -t])
    expect(similarityBetween(corners.slice(0, 2), corners.slice(0, 2))).toBeUndefined()
    expect(similarityBetween(line, corners)).toBeUndefined()
    expect(similarityBetween(corners, line)).toBeUndefined()
    expect(similarityBetween(corners, Array<Vec3>(4).fill([1, 2, 3]))).toBeUndefined()
  })

  test('takes cameras along: they see moved points where they saw the points before', () => {
    const camera = lookingAt([9, 8, 7], [0, 0, 0], { width: 640, height: 480, focal: 500 })
    fc.assert(
      fc.property(similarities, fc.constantFrom(...corners), (similarity, point) => {
        const there = { ...camera, ...movedPose(similarity, camera) }
        const [u, v] = project(camera, point)!
        const [u2, v2] = project(there, applySimilarity(similarity, point))!
        expect(Math.hypot(u - u2, v - v2)).toBeLessThan(1e-6)
        const [a, b] = [centreOf(there), applySimilarity(similarity, centreOf(camera))]
        expect(Math.hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2])).toBeLessThan(1e-8)
      }),
    )
  })
})

test('a quaternion and its rotation are one turn, there and back', () => {
  fc.assert(
    fc.property(turns, (q) => {
      const back = quaternionOf(rotationOf(q))
      const length = Math.hypot(...q)
      const cosine = q.reduce((sum, value, i) => sum + (value * back[i]) / length, 0)
      expect(Math.abs(cosine)).toBeCloseTo(1, 9)
      expect(back[0]).toBeGreaterThanOrEqual(0)
    }),
  )
})

test('eigenvectors are turned by nothing, only stretched by their values, largest first', () => {
  const entries = fc.array(number(-5, 5), { minLength: 16, maxLength: 16 })
  fc.assert(
    fc.property(entries, (values) => {
      const matrix = Float64Array.from(values, (_, i) => {
        const [row, column] = [Math.floor(i / 4), i % 4]
        return values[4 * row + column] + values[4 * column + row]
      })
      const found = symmetricEigen(matrix, 4)
      expect([...found.values].sort((a, b) => b - a)).toEqual(found.values)
      found.vectors.forEach((vector, k) => {
        for (let row = 0; row < 4; row++) {
          const product = vector.reduce((sum, x, column) => sum + matrix[4 * row + column] * x, 0)
          expect(product).toBeCloseTo(found.values[k] * vector[row], 9)
        }
        expect(Math.hypot(...vector)).toBeCloseTo(1, 9)
      })
    }),
  )
})

/** The sum of squares that Horn's method makes least. */
function errorOf(similarity: Similarity, to: readonly Vec3[]): number {
  return corners.reduce((sum, corner, i) => {
    const [x, y, z] = applySimilarity(similarity, corner)
    return sum + (x - to[i][0]) ** 2 + (y - to[i][1]) ** 2 + (z - to[i][2]) ** 2
  }, 0)
}

/** One of its seven freedoms changed a little: the scale, the shifts, turns about the axes. */
function changedBy(similarity: Similarity, which: number, step: number): Similarity {
  const { scale, rotation, shift } = similarity
  if (which === 0) return { ...similarity, scale: scale + step }
  if (which <= 3) {
    const [x, y, z] = shift.map((value, i) => value + (i === which - 1 ? step : 0))
    return { ...similarity, shift: [x, y, z] }
  }
  const axis = [0, 0, 0].map((_, i) => (i === which - 4 ? step : 0))
  const turn = rotationOf([1, axis[0], axis[1], axis[2]])
  const turned = Array.from({ length: 9 }, (_, i) =>
    [0, 1, 2].reduce(
      (sum, k) => sum + turn[3 * Math.floor(i / 3) + k] * rotation[3 * k + (i % 3)],
      0,
    ),
  )
  return { ...similarity, rotation: turned }
}
