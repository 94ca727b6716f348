import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { centreOf } from '../../../src/geometry/camera.ts'
import type { Vec3 } from '../../../src/geometry/linear.ts'
import { nearestPairs, overlappingPairs } from '../../../src/geometry/poses/overlap.ts'
import { regardOf } from '../../../src/geometry/poses/regard.ts'
import { lookingAt, ringOfCameras } from '../../support/cameras.ts'

const size = { width: 1440, height: 1080, focal: 1700 }
const options = { maxAngle: 33, minShared: 0.3, slack: 15, minPartners: 2 }
const plant: readonly Vec3[] = [-50, 0, 50].flatMap((x) =>
  [-50, 0, 50].flatMap((y) => [-100, 0, 100].map((z): Vec3 => [x, y, z])),
)

describe('the pairs of a ring', () => {
  test('the pairs of a ring are those up to the angle: five neighbours to each side of sixty at 33°', () => {
    const ring = ringOfCameras(60, { radius: 300, height: 80, width: 1440, focal: 1700 })
    const pairs = overlappingPairs(ring, plant, options)
    const steps = pairs.map(([a, b]) => Math.min(b - a, 60 - (b - a)))
    expect(pairs).toHaveLength(300)
    expect(Math.max(...steps)).toBe(5)
    expect(pairs.every(([a, b]) => a < b)).toBe(true)
  })

  test('the pairs of a ring do not change though each camera looks up to 10° beside', () => {
    const ring = Array.from({ length: 60 }, (_, i) => {
      const angle = (2 * Math.PI * i) / 60
      const from: Vec3 = [300 * Math.cos(angle), 300 * Math.sin(angle), 80]
      return lookingAt(from, [20 * Math.sin(3 * i), 20 * Math.cos(5 * i), 50], size)
    })
    expect(overlappingPairs(ring, plant, options)).toHaveLength(300)
  })

  test('join a ring that is too sparse to its nearest, in one piece', () => {
    const ring = ringOfCameras(6, { radius: 300, height: 0, width: 1440, focal: 1700 })
    expect(overlappingPairs(ring, plant, { ...options, minPartners: 0 })).toHaveLength(5)
    expect(overlappingPairs(ring, plant, options)).toEqual([
      [0, 1],
      [0, 5],
      [1, 2],
      [2, 3],
      [3, 4],
      [4, 5],
    ])
  })
})

test('cameras over a bed are paired where their pictures overlap', () => {
  // 12 views in a row, 100 apart, 300 above the bed: each shows some 254 of its length
  const row = Array.from({ length: 12 }, (_, i) =>
    lookingAt([100 * i, 0, 300], [100 * i, 0, 0], size),
  )
  const bed = Array.from({ length: 171 }, (_, i): Vec3 => [10 * i - 300, 0, 0])
  const pairs = overlappingPairs(row, bed, {
    maxAngle: 60,
    minShared: 0.3,
    slack: 0,
    minPartners: 1,
  })
  expect(Math.max(...pairs.map(([a, b]) => b - a))).toBe(1)
  expect(pairs).toHaveLength(11)
})

test('whatever the cameras, all views hang together', () => {
  const place = fc.tuple(...[0, 1, 2].map(() => fc.integer({ min: -500, max: 500 })))
  fc.assert(
    fc.property(fc.array(place, { minLength: 2, maxLength: 12 }), (places) => {
      const cameras = places.map(([x, y, z]) => lookingAt([x, y, z + 0.5], [0, 0, 0], size))
      const pairs = overlappingPairs(cameras, plant, { ...options, minPartners: 0 })
      const reached = new Set([0])
      for (let round = 0; round < cameras.length; round++)
        for (const [a, b] of pairs)
          if (reached.has(a) || reached.has(b)) {
            reached.add(a)
            reached.add(b)
          }
      expect(reached.size).toBe(cameras.length)
    }),
  )
})

test('nearest pairs are those that sorting all distances gives', () => {
  const place = fc.tuple(...[0, 1, 2].map(() => fc.integer({ min: 0, max: 9 })))
  const few = fc.integer({ min: 0, max: 4 })
  fc.assert(
    fc.property(fc.array(place, { maxLength: 9 }), few, fc.nat(12), (places, count, most) => {
      const positions = places.map(([x, y, z]): Vec3 => [x, y, z])
      const expected = new Set<string>()
      positions.forEach((p, a) => {
        const near = positions
          .map((q, b) => [Math.hypot(p[0] - q[0], p[1] - q[1], p[2] - q[2]), b] as const)
          .filter(([distance, b]) => b !== a && distance <= most)
          .sort(([d, b], [e, c]) => d - e || b - c)
          .slice(0, count)
        for (const [, b] of near) expected.add([Math.min(a, b), Math.max(a, b)].join())
      })
      const found = nearestPairs(positions, count, most).map((pair) => pair.join())
      expect(new Set(found)).toEqual(expected)
      expect(found).toHaveLength(expected.size)
    }),
  )
})

describe('what cameras look at', () => {
  test('what cameras look at is the middle of their ring', () => {
    const ring = ringOfCameras(8, { radius: 300, height: 80, width: 1440, focal: 1700 })
    const { point, distance } = regardOf(ring)!
    expect(Math.hypot(...point)).toBeLessThan(1e-9)
    expect(distance).toBeCloseTo(Math.hypot(300, 80), 9)
  })

  test('what cameras look at is nothing where they look past one another or side by side', () => {
    const row = [0, 100, 200].map((x) => lookingAt([x, 0, 300], [x, 0, 0], size))
    const outward = ringOfCameras(8, { radius: 300, height: 0, width: 9, focal: 9 }).map(
      (camera) => {
        const [x, y, z] = centreOf(camera)
        return lookingAt([x, y, z], [2 * x, 2 * y, z], size)
      },
    )
    expect(regardOf(row)).toBeUndefined()
    expect(regardOf(outward)).toBeUndefined()
  })
})
