// Smoothed gradients of a field on a grid, at single voxels of one plane.
import { grow, stretches, type Band } from './band.ts'

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

/**
 * The gradient of a field, by central differences (one-sided at the border), each component smoothed
 * by a Gaussian of one voxel (cut at four, mirrored at the border: d c b a | a b c d | d c b a).
 *
 * Along x, then y, then z; each only where the next one looks.
 *
 * @param shape   of the field: nx, ny, nz
 * @param bands   of the voxels whose gradients will be asked for, as `bandsOfGradients` has them
 * @param planeOf the values of plane i of the field, as `j · nz + k`; those within 5 voxels of a
 *   wanted one are read, in planes i − 5 … i + 5
 * @returns a function that is called with a plane i, and gives one that is called with voxels of it,
 *   as `j · nz + k`, to write their gradients into an array of three
 */
export function smoothedGradients(
  [nx, ny, nz]: readonly [number, number, number],
  { wantedByZ, wantedByY }: GradientBands,
  planeOf: (i: number) => Float64Array,
): (i: number) => (at: number, gradient: Float64Array) => void {
  const alongX = [0, 1, 2].map(() => new Float64Array(ny * nz))
  const alongXY = [0, 1, 2].map(() => new Float64Array(ny * nz))
  const ends = new Int32Array(nz + 2)

  return (i) => {
    smoothAlongX(i)
    for (let axis = 0; axis < 3; axis++) smoothAlongY(i, alongX[axis], alongXY[axis])
    return smoothAlongZ
  }

  function smoothAlongX(i: number): void {
    // planes i − 4 … i + 4, and those before and after each
    const offsets = Array.from({ length: 2 * SMOOTHING + 1 }, (_, n) => n - SMOOTHING)
    const indices = offsets.map((d) => mirrored(i + d, nx))
    const here = indices.map(planeOf)
    const before = indices.map((p) => planeOf(Math.max(0, p - 1)))
    const after = indices.map((p) => planeOf(Math.min(nx - 1, p + 1)))
    const scaleX = indices.map((p) => perStep(p, nx))
    const dx = alongX[0]
    const dy = alongX[1]
    const dz = alongX[2]
    for (let j = 0; j < ny; j++) {
      // one by one: arrays that are taken apart at once cost the compiler more than the loop takes
      const up = j > 0 ? nz : 0
      const down = j < ny - 1 ? nz : 0
      const scaleY = perStep(j, ny)
      for (let s = stretches(wantedByY, i * ny + j, ends) - 2; s >= 0; s -= 2)
        for (let k = ends[s]; k < ends[s + 1]; k++) {
          const at = j * nz + k
          const left = k > 0 ? 1 : 0
          const right = k < nz - 1 ? 1 : 0
          const scaleZ = perStep(k, nz)
          const middle = here[SMOOTHING]
          const middleX = after[SMOOTHING][at] - before[SMOOTHING][at]
          let x = middleX * scaleX[SMOOTHING] * gaussianWeights[0]
          let y = (middle[at + down] - middle[at - up]) * scaleY * gaussianWeights[0]
          let z = (middle[at + right] - middle[at - left]) * scaleZ * gaussianWeights[0]
          // the outermost pair is added first
          for (let m = 0, n = 2 * SMOOTHING; m < SMOOTHING; m++, n--) {
            const weight = gaussianWeights[SMOOTHING - m]
            const low = here[m]
            const high = here[n]
            const lowX = (after[m][at] - before[m][at]) * scaleX[m]
            x += (lowX + (after[n][at] - before[n][at]) * scaleX[n]) * weight
            const lowY = (low[at + down] - low[at - up]) * scaleY
            y += (lowY + (high[at + down] - high[at - up]) * scaleY) * weight
            const lowZ = (low[at + right] - low[at - left]) * scaleZ
            z += (lowZ + (high[at + right] - high[at - left]) * scaleZ) * weight
          }
          dx[at] = x
          dy[at] = y
          dz[at] = z
        }
    }
  }

  function smoothAlongY(i: number, from: Float64Array, to: Float64Array): void {
    for (let j = 0; j < ny; j++)
      for (let s = stretches(wantedByZ, i * ny + j, ends) - 2; s >= 0; s -= 2)
        for (let k = ends[s]; k < ends[s + 1]; k++) {
          let sum = from[j * nz + k] * gaussianWeights[0]
          for (let d = SMOOTHING; d > 0; d--)
            sum +=
              (from[mirrored(j - d, ny) * nz + k] + from[mirrored(j + d, ny) * nz + k]) *
              gaussianWeights[d]
          to[j * nz + k] = sum
        }
  }

  function smoothAlongZ(at: number, gradient: Float64Array): void {
    const k = at % nz
    const row = at - k
    for (let axis = 0; axis < 3; axis++) {
      const from = alongXY[axis]
      let sum = from[at] * gaussianWeights[0]
      for (let d = SMOOTHING; d > 0; d--)
        sum +=
          (from[row + mirrored(k - d, nz)] + from[row + mirrored(k + d, nz)]) * gaussianWeights[d]
      gradient[axis] = sum
    }
  }
}

/** One over the distance between the neighbours of n, which at the border is one of them less. */
function perStep(n: number, count: number): number {
  return n > 0 && n < count - 1 ? 0.5 : 1
}

/** Where a line of `count` values that is mirrored at its ends has its value n. */
function mirrored(n: number, count: number): number {
  if (n >= 0 && n < count) return n
  const period = 2 * count
  const within = ((n % period) + period) % period
  return within < count ? within : period - 1 - within
}
