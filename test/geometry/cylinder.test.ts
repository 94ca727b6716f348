// A cylinder is found from its points, whichever way it stands and however much of it is seen.
import { describe, expect, test } from 'vitest'
import { cylinderPoints, fitCylinder } from '../../src/geometry/cylinder.ts'
import { random } from '../../src/geometry/random.ts'

/** Turned about x by `turn` radians, moved, with noise of that standard deviation. */
function placed(points: Float64Array, turn: number, noise = 0): Float64Array {
  const draw = random(7)
  const [c, s] = [Math.cos(turn), Math.sin(turn)]
  const moved = new Float64Array(points.length)
  for (let i = 0; i < points.length; i += 3) {
    const [x, y, z] = points.subarray(i, i + 3)
    moved[i] = x + 30 + draw.normal(0, noise)
    moved[i + 1] = c * y - s * z - 12 + draw.normal(0, noise)
    moved[i + 2] = s * y + c * z + 5 + draw.normal(0, noise)
  }
  return moved
}

describe('fitCylinder', () => {
  test.each([
    ['long and thin', 5, 100],
    ['flat', 50, 5],
    ['as high as wide', 10, 20],
    ['as high as its principal axes are equal', 10, 10 * Math.sqrt(6)],
  ])('finds a cylinder that is %s, to a millionth', (_, radius, height) => {
    const { points } = cylinderPoints(radius, height, 2000, 1)
    const fit = fitCylinder(placed(points, 0.7))
    expect(Math.abs(fit.radius / radius - 1)).toBeLessThan(1e-6)
    expect(Math.abs(fit.axis[1] / fit.axis[2] + Math.tan(0.7))).toBeLessThan(1e-5)
    expect(fit.residual).toBeLessThan(1e-5)
  })

  test('fitCylinder is not misled where only a third of the turn is seen', () => {
    const { points } = cylinderPoints(10, 80, 6000, 2)
    const seen = points.filter((_, i) => points[i - (i % 3)] > 5)
    expect(fitCylinder(placed(seen, 0.3)).radius).toBeCloseTo(10, 4)
  })

  test('tells the noise of the points as its residual', () => {
    const { points } = cylinderPoints(10, 60, 5000, 3)
    const fit = fitCylinder(placed(points, 1, 0.2))
    expect(Math.abs(fit.radius - 10)).toBeLessThan(0.02)
    expect(fit.residual).toBeGreaterThan(0.19)
    expect(fit.residual).toBeLessThan(0.21)
  })

  test('refuses too few points, and points on one line', () => {
    expect(() => fitCylinder(new Float64Array(15))).toThrow(RangeError)
    expect(() =>
      fitCylinder(Float64Array.from({ length: 60 }, (_, i) => Math.floor(i / 3))),
    ).toThrow(RangeError)
  })
})

test('points of a cylinder lie on it, within its height, with unit normals; a seed is a seed', () => {
  const { points, normals } = cylinderPoints(3, 8, 500, 4)
  for (let i = 0; i < points.length; i += 3) {
    expect(Math.hypot(points[i], points[i + 1])).toBeCloseTo(3, 12)
    expect(points[i + 2]).toBeGreaterThanOrEqual(0)
    expect(points[i + 2]).toBeLessThanOrEqual(8)
    expect(Math.hypot(...normals.subarray(i, i + 3))).toBeCloseTo(1, 12)
  }
  expect(cylinderPoints(3, 8, 500, 4).points).toEqual(points)
  expect(cylinderPoints(3, 8, 500, 5).points).not.toEqual(points)
})
