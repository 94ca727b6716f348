import { describe, expect, test } from 'vitest'
import type { Vec3 } from '../../../src/geometry/linear.ts'
import { fitSimilarity } from '../../../src/geometry/poses/alignment.ts'
import { rotationOf } from '../../../src/geometry/poses/quaternion.ts'
import { applySimilarity, type Similarity } from '../../../src/geometry/poses/similarity.ts'
import { random } from '../../../src/geometry/random.ts'

/** What a scanner says: 60 places on a circle of 300 mm. */
const circle = Array.from({ length: 60 }, (_, i): Vec3 => {
  const angle = (2 * Math.PI * i) / 60
  return [375 + 300 * Math.cos(angle), 375 + 300 * Math.sin(angle), 80]
})
const unknown: Similarity = {
  scale: 0.013,
  rotation: rotationOf([0.3, -0.5, 0.7, 0.1]),
  shift: [1, -2, 3],
}

describe('an alignment', () => {
  test('an alignment of exact positions leaves no distance', () => {
    const found = fitSimilarity(
      circle.map((at) => applySimilarity(unknown, at)),
      circle,
      10,
    )
    expect(found?.fitting).toBe(60)
    expect(Math.max(...found!.distances)).toBeLessThan(1e-9)
    expect(found?.similarity.scale).toBeCloseTo(1 / 0.013, 6)
  })

  test('an alignment is that of the right positions alone, though half of them are far off', () => {
    const draw = random(7)
    const off = circle.map((at, i): Vec3 => {
      const [x, y, z] = i % 2 === 0 ? at : at.map((value) => value + draw.normal(0, 150))
      return applySimilarity(unknown, [x, y, z])
    })
    const found = fitSimilarity(off, circle, 10)
    const right = [...found!.distances].filter((_, i) => i % 2 === 0)
    expect(found?.fitting).toBeGreaterThanOrEqual(30)
    expect(Math.max(...right)).toBeLessThan(1)
  })

  test('an alignment of positions that are all a few mm off is that of least squares', () => {
    const draw = random(8)
    const off = circle.map((at): Vec3 => {
      const [x, y, z] = at.map((value) => value + draw.normal(0, 2))
      return applySimilarity(unknown, [x, y, z])
    })
    const found = fitSimilarity(off, circle, 20)
    expect(found?.fitting).toBe(60)
    const mean = found!.distances.reduce((sum, d) => sum + d, 0) / 60
    // sd 2 mm on three axes: √(8/π) · 2 mm in the mean
    expect(mean).toBeGreaterThan(2.6)
    expect(mean).toBeLessThan(3.6)
  })

  test('comes out the same every time', () => {
    const off = circle.map(([x, y, z], i): Vec3 => [x + (i % 7 === 0 ? 90 : 0.3), y, z])
    expect(fitSimilarity(off, circle, 5)).toEqual(fitSimilarity(off, circle, 5))
  })

  test('an alignment is none where nothing fits: two positions, a line, or chaos', () => {
    const draw = random(9)
    const anywhere = circle.map((): Vec3 => [draw.normal(), draw.normal(), draw.normal()])
    const line = circle.map((_, i): Vec3 => [i, 2 * i, 0])
    expect(fitSimilarity(circle.slice(0, 2), circle.slice(0, 2), 10)).toBeUndefined()
    expect(fitSimilarity(line, line, 10)).toBeUndefined()
    expect(fitSimilarity(anywhere, circle, 0.001)).toBeUndefined()
  })
})
