// Smoothed gradients of a field on a grid, at single voxels of one plane.
import type { Workspace } from '../wasm/kernels.ts'
import { grow, type Band } from '../voxels/band.ts'
import { markPlane, rowLength } from './plane-rows.ts'

/** Voxels to each side that the Gaussian reaches: four times its sigma of 1. */
export const SMOOTHING = 4

/** e^(−d²/2) for d = 0 … 4, made to sum up to 1 over both sides. */
const gaussianWeights = gaussian()

function gaussian(): Float64Array {
  const half = Float64Array.from({ length: SMOOTHING + 1 }, (_, d) => Math.exp(-0.5 * d * d))
  const sum = half.reduce((total, weight, d) => total + (d === 0 ? weight : 2 * weight), 0)
  return half.map((weight) => weight / sum)
}

/** Where the pass along z looks, and where the pass along y does. */
export interface GradientBands {
  readonly wantedByZ: Band
  readonly wantedByY: Band
}

/** @param wanted voxels whose gradients will be asked for */
export function bandsOfGradients(wanted: Band): GradientBands {
  const wantedByZ = grow(wanted, 0, 0, SMOOTHING)
  return { wantedByZ, wantedByY: grow(wantedByZ, 0, SMOOTHING, 0) }
}

/** Planes that the pass along x looks at. */
const PLANES = 2 * SMOOTHING + 1

/** Bytes of each part of the room of `smoothedGradients`. */
export function gradientRoomSizes({ shape, words }: Band): readonly number[] {
  const [, ny, nz] = shape
  const plane = 8 * ny * rowLength(nz)
  const tables = [4 * 3 * PLANES, 8 * PLANES, 8 * gaussianWeights.length, 4 * (ny + 2 * SMOOTHING)]
  return [...tables, 4 * ny * words, 3 * plane, 3 * plane]
}

/**
 * The gradient of a field, by central differences (one-sided at the border), each component smoothed
 * by a Gaussian of one voxel (cut at four, mirrored at the border: d c b a | a b c d | d c b a).
 *
 * Along x, then y, then z; each only where the next one looks.
 *
 * @param room    with the places of parts of `gradientRoomSizes`
 * @param shape   of the field: nx, ny, nz
 * @param bands   of the voxels whose gradients will be asked for, as `bandsOfGradients` has them
 * @param planeOf where the values of plane i of the field stand, eight bytes each, as
 *   `j · rowLength(nz) + k`; those within 5 voxels of a wanted one are read, in planes i − 5 … i + 5
 * @returns a function that is called with a plane i, and gives one that is called with voxels j, k of
 *   it, to write their gradients into an array of three
 */
export function smoothedGradients(
  { kernels, memory, places }: Workspace,
  [nx, ny, nz]: readonly [number, number, number],
  { wantedByZ, wantedByY }: GradientBands,
  planeOf: (i: number) => number,
): (i: number) => (j: number, k: number, gradient: Float64Array) => void {
  const [planes, scales, weights, nearby, marked, alongX, alongXY] = places
  const { buffer } = memory
  const row = rowLength(nz)
  const { words } = wantedByY
  const tableOfPlanes = new Int32Array(buffer, planes, 3 * PLANES)
  const tableOfScales = new Float64Array(buffer, scales, PLANES)
  const components = [0, 1, 2].map(
    (axis) => new Float64Array(buffer, alongXY + 8 * axis * ny * row, ny * row),
  )
  new Float64Array(buffer, weights, gaussianWeights.length).set(gaussianWeights)
  const tableOfRows = new Int32Array(buffer, nearby, ny + 2 * SMOOTHING)
  for (let n = 0; n < tableOfRows.length; n++)
    tableOfRows[n] = 8 * row * mirrored(n - SMOOTHING, ny)

  return (i) => {
    if (markPlane(wantedByY, i, memory, marked)) {
      // planes i − 4 … i + 4, and those before and after each
      for (let n = 0; n < PLANES; n++) {
        const p = mirrored(i + n - SMOOTHING, nx)
        tableOfPlanes[n] = planeOf(p)
        tableOfPlanes[PLANES + n] = planeOf(Math.max(0, p - 1))
        tableOfPlanes[2 * PLANES + n] = planeOf(Math.min(nx - 1, p + 1))
        tableOfScales[n] = p > 0 && p < nx - 1 ? 0.5 : 1
      }
      kernels.smoothAcross(planes, scales, weights, ny, nz, row, marked, words, alongX)
    }
    if (markPlane(wantedByZ, i, memory, marked))
      kernels.smoothAlong(alongX, weights, ny, row, marked, words, nearby, alongXY)
    return smoothAlongZ
  }

  function smoothAlongZ(j: number, k: number, gradient: Float64Array): void {
    for (let axis = 0; axis < 3; axis++) {
      const from = components[axis]
      let sum = from[j * row + k] * gaussianWeights[0]
      for (let d = SMOOTHING; d > 0; d--) {
        const low = from[j * row + mirrored(k - d, nz)]
        sum += (low + from[j * row + mirrored(k + d, nz)]) * gaussianWeights[d]
      }
      gradient[axis] = sum
    }
  }
}

/** Where a line of `count` values that is mirrored at its ends has its value n. */
function mirrored(n: number, count: number): number {
  if (n >= 0 && n < count) return n
  const period = 2 * count
  const within = ((n % period) + period) % period
  return within < count ? within : period - 1 - within
}
