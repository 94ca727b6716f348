// Sparse systems solved, against systems whose solution is known.
import { expect, test } from 'vitest'
import { random } from '../../../src/geometry/random.ts'
import { conjugateGradients } from '../../../src/geometry/registration/conjugate-gradients.ts'

test('the solution of a random positive definite system is found', () => {
  const draw = random(4)
  const n = 30
  const rows = Array.from({ length: n }, () => Array.from({ length: n }, () => draw.normal()))
  // B Bᵀ + 1 is positive definite.
  const a = rows.map((p, i) =>
    rows.map((q, j) => p.reduce((sum, value, k) => sum + value * q[k], i === j ? 1 : 0)),
  )
  const matrix = {
    diagonal: Float64Array.from(a, (row, i) => row[i]),
    times(v: Float64Array, result: Float64Array): void {
      a.forEach((row, i) => (result[i] = row.reduce((sum, value, k) => sum + value * v[k], 0)))
    },
  }
  const expected = Float64Array.from({ length: n }, () => draw.normal())
  const b = new Float64Array(n)
  matrix.times(expected, b)
  const x = new Float64Array(n)
  conjugateGradients(matrix, b, x, 1e-12)
  x.forEach((value, i) => expect(value).toBeCloseTo(expected[i], 8))
})

test('a right-hand side of zeros gives zeros', () => {
  const x = new Float64Array(3)
  const matrix = {
    diagonal: Float64Array.of(1, 2, 3),
    times: (v: Float64Array, r: Float64Array) => r.set(v),
  }
  conjugateGradients(matrix, new Float64Array(3), x)
  expect(Array.from(x)).toEqual([0, 0, 0])
})
