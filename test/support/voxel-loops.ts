// Carving and averaging as plain loops over voxels and views: what the fast kernels must agree with.
import { pinholeOf } from '../../src/geometry/camera.ts'
import type { Grid } from '../../src/geometry/voxels/grid.ts'
import type { View } from '../../src/geometry/voxels/views.ts'

/** Part of a grid: nodes from ≤ (i, j, k) < to. */
export interface Part {
  readonly from: readonly [number, number, number]
  readonly to: readonly [number, number, number]
}

const { fround } = Math

/**
 * Calls `visit(view, value)` with the mask's value for each view that shows the node (i, j, k), in
 * order, until it returns false. Every operation is rounded to float32.
 */
function viewsOf(
  grid: Grid,
  views: readonly View[],
): (i: number, j: number, k: number, visit: (value: number, view: number) => boolean) => void {
  const rounded = views.map(({ camera, mask }) => {
    const { fx, fy, cx, cy } = pinholeOf(camera)
    return {
      r: Float32Array.from(camera.rotmat),
      t: Float32Array.from(camera.tvec),
      f: Float32Array.of(fx, fy, cx, cy),
      mask,
    }
  })
  const origin = Float32Array.from(grid.origin)
  const spacing = fround(grid.spacing)
  return (i, j, k, visit) => {
    const x = fround(origin[0] + fround(i * spacing))
    const y = fround(origin[1] + fround(j * spacing))
    const z = fround(origin[2] + fround(k * spacing))
    for (let n = 0; n < rounded.length; n++) {
      const { r, t, f, mask } = rounded[n]
      const pz = fround(
        fround(fround(fround(r[6] * x) + fround(r[7] * y)) + fround(r[8] * z)) + t[2],
      )
      if (pz < 0) continue
      const px = fround(
        fround(fround(fround(r[0] * x) + fround(r[1] * y)) + fround(r[2] * z)) + t[0],
      )
      const py = fround(
        fround(fround(fround(r[3] * x) + fround(r[4] * y)) + fround(r[5] * z)) + t[1],
      )
      const u = Math.trunc(fround(fround(fround(px / pz) * f[0]) + f[2]))
      const v = Math.trunc(fround(fround(fround(py / pz) * f[1]) + f[3]))
      if (!(u >= 0 && v >= 0 && u < mask.width && v < mask.height)) continue
      if (!visit(mask.data[v * mask.width + u], n)) return
    }
  }
}

/** −1 carved, 0 unseen, 1 kept, of the nodes of a part in C order. */
export function carveByLoop(
  grid: Grid,
  views: readonly View[],
  part: Part = whole(grid),
): Int8Array {
  const ask = viewsOf(grid, views)
  let kept = 0
  const visit = (value: number): boolean => {
    kept = value === 0 ? -1 : 1
    return kept === 1
  }
  return overNodes(part, new Int8Array(sizeOf(part)), (i, j, k) => {
    kept = 0
    ask(i, j, k, visit)
    return kept
  })
}

/** Sums of the masks' values, or the exponential of the sums of their logarithms, at most 1. */
export function averageByLoop(
  grid: Grid,
  views: readonly View[],
  log: boolean,
  part: Part = whole(grid),
): Float32Array {
  const ask = viewsOf(grid, views)
  let sum = 0
  const visit = (value: number): boolean => {
    const share = fround(value * fround(1 / 255))
    sum = fround(sum + (log ? fround(Math.log(fround(fround(1e-10) + share))) : share))
    return true
  }
  return overNodes(part, new Float32Array(sizeOf(part)), (i, j, k) => {
    sum = 0
    ask(i, j, k, visit)
    return log ? Math.min(1, fround(Math.exp(sum))) : sum
  })
}

/** The values of a part of a volume, in C order. */
export function cutOut<Data extends Int8Array | Float32Array>(
  { shape, data }: Pick<Grid, 'shape'> & { readonly data: Data },
  part: Part,
): Data {
  // of the same kind as `data`
  const values = new (data.constructor as new (length: number) => Data)(sizeOf(part))
  return overNodes(part, values, (i, j, k) => data[(i * shape[1] + j) * shape[2] + k])
}

/** How many values of two arrays of the same length differ. */
export function differing(a: Int8Array | Float32Array, b: Int8Array | Float32Array): number {
  if (a.length !== b.length) return Infinity
  let count = 0
  for (let i = 0; i < a.length; i++) if (!Object.is(a[i], b[i])) count++
  return count
}

/** `n` = 0 … 11: a box of 40 nodes around a value above `level`, where the outlines of a plant are. */
export function boxAround(
  { shape: [nx, ny, nz], data }: Pick<Grid, 'shape'> & { readonly data: Int8Array | Float32Array },
  n: number,
  level: number,
): Part {
  let at = Math.floor((data.length * (n + 3)) / 20)
  while (!(data[at] > level)) at++
  const [i, j, k] = [Math.floor(at / (ny * nz)), Math.floor(at / nz) % ny, at % nz]
  return {
    from: [Math.max(0, i - 20), Math.max(0, j - 20), Math.max(0, k - 20)],
    to: [Math.min(nx, i + 20), Math.min(ny, j + 20), Math.min(nz, k + 20)],
  }
}

function whole({ shape }: Grid): Part {
  return { from: [0, 0, 0], to: shape }
}

function sizeOf({ from, to }: Part): number {
  return (to[0] - from[0]) * (to[1] - from[1]) * (to[2] - from[2])
}

function overNodes<Data extends Int8Array | Float32Array>(
  { from, to }: Part,
  data: Data,
  value: (i: number, j: number, k: number) => number,
): Data {
  let at = 0
  for (let i = from[0]; i < to[0]; i++)
    for (let j = from[1]; j < to[1]; j++)
      for (let k = from[2]; k < to[2]; k++) data[at++] = value(i, j, k)
  return data
}
