// Solving large sparse systems that are symmetric and positive definite.

/** A symmetric positive definite matrix, known by what it does to a vector. */
export interface SymmetricMatrix {
  times(v: Float64Array, result: Float64Array): void
  /** Its diagonal, or something like it, above zero. */
  readonly diagonal: Float64Array
}

/**
 * Solves A x = b by conjugate gradients (Hestenes & Stiefel, 1952), preconditioned by the diagonal.
 *
 * @param x the first guess; it becomes the solution
 * @param tolerance the residual that is left, as a share of b
 */
export function conjugateGradients(
  matrix: SymmetricMatrix,
  b: Float64Array,
  x: Float64Array,
  tolerance = 1e-6,
): void {
  const { diagonal } = matrix
  const applied = new Float64Array(b.length)
  matrix.times(x, applied)
  const residual = b.map((value, i) => value - applied[i])
  const direction = residual.map((value, i) => value / diagonal[i])
  let slope = product(residual, direction)
  const enough = tolerance * tolerance * product(b, b)
  for (let round = 0; round < 10 * b.length && product(residual, residual) > enough; round++) {
    matrix.times(direction, applied)
    const step = slope / product(direction, applied)
    let next = 0
    for (let i = 0; i < b.length; i++) {
      x[i] += step * direction[i]
      residual[i] -= step * applied[i]
      next += (residual[i] * residual[i]) / diagonal[i]
    }
    for (let i = 0; i < b.length; i++)
      direction[i] = residual[i] / diagonal[i] + (next / slope) * direction[i]
    slope = next
  }
}

function product(a: Float64Array, b: Float64Array): number {
  let sum = 0
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i]
  return sum
}
