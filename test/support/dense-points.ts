// The points of a volume's surface by definition, on whole arrays: what the narrow band must match.
import type { Volume } from '../../src/geometry/voxels/grid.ts'

/** Signed distances of all voxels, each by trying all others. */
function denseDistances({ shape: [nx, ny, nz], data }: Volume): Float64Array {
  const voxels: { at: number; i: number; j: number; k: number; isInside: boolean }[] = []
  for (let i = 0, at = 0; i < nx; i++)
    for (let j = 0; j < ny; j++)
      for (let k = 0; k < nz; k++, at++) voxels.push({ at, i, j, k, isInside: data[at] > 0.5 })
  const inside = voxels.filter((voxel) => voxel.isInside)
  const outside = voxels.filter((voxel) => !voxel.isInside)
  return Float64Array.from(voxels, ({ i, j, k, isInside }) => {
    let best = Infinity
    for (const other of isInside ? outside : inside)
      best = Math.min(best, (other.i - i) ** 2 + (other.j - j) ** 2 + (other.k - k) ** 2)
    return isInside ? Math.sqrt(best) - 0.5 : 0.5 - Math.sqrt(best)
  })
}

/** Points and normals, as x, y, z, x, … */
export function densePoints(
  volume: Volume,
  level: number,
): { points: number[]; normals: number[] } {
  const { shape, origin, spacing } = volume
  const [, ny, nz] = shape
  const distances = denseDistances(volume)
  const steps = [ny * nz, nz, 1]
  const gradient = [0, 1, 2].map((axis) => {
    let component = differences(distances, steps[axis], shape[axis])
    for (const along of [0, 1, 2]) component = gaussian(component, steps[along], shape[along])
    return component
  })
  const points: number[] = []
  const normals: number[] = []
  distances.forEach((distance, at) => {
    if (!(distance > -level && distance <= -level + Math.sqrt(3))) return
    const g = gradient.map((component) => component[at])
    const length = Math.hypot(...g)
    if (length === 0) return
    const node = [Math.floor(at / (ny * nz)), Math.floor(at / nz) % ny, at % nz]
    const way = distance + level - Math.sqrt(3) / 2
    points.push(...node.map((n, axis) => origin[axis] + spacing * (n - (g[axis] / length) * way)))
    normals.push(...g.map((component) => -component / length))
  })
  return { points, normals }
}

/** Central differences along an axis of `count` values that lie `step` apart. */
function differences(field: Float64Array, step: number, count: number): Float64Array {
  return field.map((_, at) => {
    const n = Math.floor(at / step) % count
    const before = n > 0 ? at - step : at
    const after = n < count - 1 ? at + step : at
    return (field[after] - field[before]) / (n > 0 && n < count - 1 ? 2 : 1)
  })
}

/**
 * Sigma 1, cut at 4, mirrored at the ends. Values at the same distance are added first: then
 * what is symmetric about a voxel leaves no gradient there, instead of one made of rounding alone.
 */
function gaussian(field: Float64Array, step: number, count: number): Float64Array {
  const half = [0, 1, 2, 3, 4].map((d) => Math.exp(-0.5 * d * d))
  const sum = half.reduce((total, weight) => total + 2 * weight, -1)
  const weights = half.map((weight) => weight / sum)
  return field.map((value, at) => {
    const n = Math.floor(at / step) % count
    const neighbour = (d: number): number => {
      let m = n + d
      while (m < 0 || m >= count) m = m < 0 ? -1 - m : 2 * count - 1 - m
      return field[at + (m - n) * step]
    }
    let total = value * weights[0]
    for (const d of [4, 3, 2, 1]) total += (neighbour(-d) + neighbour(d)) * weights[d]
    return total
  })
}
