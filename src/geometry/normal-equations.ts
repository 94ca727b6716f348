// Small systems of linear equations, as least squares leave them.

/**
 * Adds row · x = value to the normal equations of least squares, for several values at once.
 *
 * @param a      n × n, row after row; changed in place
 * @param b      for each value n numbers; changed in place
 * @param row    n numbers
 * @param weight one over the variance of the values
 */
export function addEquation(
  a: Float64Array,
  b: readonly Float64Array[],
  row: readonly number[],
  values: readonly number[],
  weight: number,
): void {
  row.forEach((x, n) => {
    row.forEach((y, m) => (a[n * row.length + m] += weight * x * y))
    values.forEach((value, i) => (b[i][n] += weight * x * value))
  })
}

/**
 * Solves A x = b by elimination with the largest pivot of each column.
 *
 * @param a n × n, row after row; changed in place
 * @param b n numbers; changed in place, and returned as x
 */
export function solved(a: Float64Array, b: Float64Array): Float64Array {
  const n = b.length
  for (let column = 0; column < n; column++) {
    let pivot = column
    for (let row = column + 1; row < n; row++)
      if (Math.abs(a[row * n + column]) > Math.abs(a[pivot * n + column])) pivot = row
    swapRows(a, b, column, pivot)
    for (let row = 0; row < n; row++) {
      if (row === column) continue
      const share = a[row * n + column] / a[column * n + column]
      for (let k = column; k < n; k++) a[row * n + k] -= share * a[column * n + k]
      b[row] -= share * b[column]
    }
  }
  for (let row = 0; row < n; row++) b[row] /= a[row * n + row]
  return b
}

function swapRows(a: Float64Array, b: Float64Array, one: number, other: number): void {
  if (one === other) return
  const n = b.length
  for (let k = 0; k < n; k++)
    [a[one * n + k], a[other * n + k]] = [a[other * n + k], a[one * n + k]]
  ;[b[one], b[other]] = [b[other], b[one]]
}
