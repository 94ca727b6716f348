// Matrices by their rows, plainly written, for tests that compute a second time.
/** A matrix, row by row. */
type Rows = readonly (readonly number[])[]

export const times = (a: Rows, b: Rows): number[][] =>
  a.map((row) => b[0].map((_, j) => row.reduce((sum, value, k) => sum + value * b[k][j], 0)))

/** The transposed matrix. */
export const flip = (a: Rows): number[][] => a[0].map((_, j) => a.map((row) => row[j]))

export const apply = (a: Rows, v: readonly number[]): number[] =>
  a.map((row) => row.reduce((sum, value, i) => sum + value * v[i], 0))

/** The turn about an axis, by radians. */
export const about = (axis: 'x' | 'y' | 'z', angle: number): number[][] => {
  const [c, s] = [Math.cos(angle), Math.sin(angle)]
  if (axis === 'x') return [[1, 0, 0], [0, c, -s], [0, s, c]] // prettier-ignore
  if (axis === 'y') return [[c, 0, s], [0, 1, 0], [-s, 0, c]] // prettier-ignore
  return [[c, -s, 0], [s, c, 0], [0, 0, 1]] // prettier-ignore
}

/** The quaternion of a turn, its real part first. */
export const quaternion = (r: Rows): [number, number, number, number] => {
  const w = Math.sqrt(Math.max(0, 1 + r[0][0] + r[1][1] + r[2][2])) / 2
  if (w < 1e-3) throw new Error('choose another turn')
  const [x, y, z] = [r[2][1] - r[1][2], r[0][2] - r[2][0], r[1][0] - r[0][1]]
  return [w, x / (4 * w), y / (4 * w), z / (4 * w)]
}

/** The rotation vector of a turn. */
export const vector = (r: Rows): number[] => {
  const [w, ...axis] = quaternion(r)
  const length = Math.hypot(...axis)
  return axis.map((value) => (value / length) * 2 * Math.atan2(length, w))
}
