// The matrix that makes motions coherent along a curve, against what it should do to a wave.
import { describe, expect, test } from 'vitest'
import { random } from '../../../src/geometry/random.ts'
import { CurveStiffness } from '../../../src/geometry/registration/curve-stiffness.ts'

/** A closed polygon of 200 points, 0.5 apart: waves along it end where they begin. */
const count = 200
const spacing = 0.5
const radius = spacing / (2 * Math.sin(Math.PI / count))
const ring = {
  points: Float64Array.from({ length: 3 * count }, (_, i) => {
    const angle = (2 * Math.PI * Math.floor(i / 3)) / count
    return [radius * Math.cos(angle), radius * Math.sin(angle), 0][i % 3]
  }),
  lines: Uint32Array.from({ length: 2 * count }, (_, i) => ((i + 1) >> 1) % count),
}

const times = (matrix: CurveStiffness, v: Float64Array): Float64Array => {
  const result = new Float64Array(v.length)
  matrix.times(v, result)
  return result
}

describe('stiffness along a curve', () => {
  test('stiffness along a curve is the inverse of a Gaussian blur, as far as its series goes', () => {
    const beta = 3
    const matrix = new CurveStiffness(ring, beta)
    for (const waves of [0, 1, 4, 8]) {
      const v = Float64Array.from({ length: count }, (_, i) =>
        Math.cos((2 * Math.PI * waves * i) / count),
      )
      const k = (2 * Math.PI * waves) / (count * spacing)
      const x = (beta * k * k) / 2
      const expected = (spacing / Math.sqrt(2 * Math.PI * beta)) * (1 + x + (x * x) / 2)
      expect(times(matrix, v)[0] / expected).toBeCloseTo(1, 2)
    }
  })

  test('stiffness along a curve is symmetric and positive definite, on a tree with a fork and a lone point, too', () => {
    const tree = {
      points: Float64Array.from([0, 0, 0, 1, 0, 0, 2, 0, 0, 2, 1, 0, 3, 0, 0, 9, 9, 9]),
      lines: Uint32Array.from([0, 1, 1, 2, 2, 3, 2, 4]),
    }
    const matrix = new CurveStiffness(tree, 2)
    const unit = (at: number) => Float64Array.from({ length: 6 }, (_, i) => (i === at ? 1 : 0))
    const columns = [0, 1, 2, 3, 4, 5].map((at) => times(matrix, unit(at)))
    const draw = random(2)
    columns.forEach((column, i) => {
      column.forEach((value, j) => expect(value).toBeCloseTo(columns[j][i], 12))
      expect(matrix.diagonal()[i]).toBeGreaterThan(0)
    })
    for (let trial = 0; trial < 50; trial++) {
      const v = Float64Array.from({ length: 6 }, () => draw.normal())
      const energy = times(matrix, v).reduce((sum, value, i) => sum + value * v[i], 0)
      expect(energy).toBeGreaterThan(0)
    }
  })
})
