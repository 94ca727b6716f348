// Points on the surface of what a volume shows, with normals, computed near the surface only.
import { LongList } from '../long-list.ts'
import { spreadJobs, type Effort } from '../parallel.ts'
import { inSharedMemory } from '../shared-memory.ts'
import { emptyBand, grow, markedColumns, markVoxel, stretches, type Band } from '../voxels/band.ts'
import type { Volume } from '../voxels/grid.ts'
import { insideOf } from '../voxels/inside.ts'
import { workspace } from '../wasm/kernels.ts'
import type { PointCloud } from './cloud.ts'
import {
  bandsOfDistances,
  distanceRoomSizes,
  signedDistances,
  type DistanceBands,
} from './distance.ts'
import {
  bandsOfGradients,
  gradientRoomSizes,
  SMOOTHING,
  smoothedGradients,
  type GradientBands,
} from './gradient.ts'
import { rowLength } from './plane-rows.ts'

interface LevelSetJob {
  readonly volume: Volume
  readonly level: number
  /** Where voxels may yield points. */
  readonly wanted: Band
  /** Up to which distance from the surface voxels are asked for. */
  readonly reach: number
  readonly bands: DistanceBands & GradientBands
  /** Planes begin and end for each part of the work. */
  readonly cuts: readonly number[]
}

/** Voxels around a point that its gradient depends on: the Gaussian's, and their neighbours. */
const AROUND = SMOOTHING + 1

/**
 * Points on the surface that runs `level` voxels outside of the voxels above 0.5.
 *
 * With the signed distance D of each voxel (in voxels, positive inside; see `signedDistances`) and
 * the gradient g of D smoothed by a Gaussian of one voxel, every voxel with −level < D ≤ −level + √3
 * and g ≠ 0 is moved along −g/|g| by D + level − √3/2, and −g/|g| is its normal. In the order of the
 * voxels. All is computed near the surface only, and comes out as on whole arrays.
 *
 * @param level in voxels; below 0 the surface lies inside
 * @returns no points if no voxel is above 0.5, or all are
 * Memory: for each thread about 25 planes of 8 bytes a voxel.
 */
export async function levelSetPoints(
  volume: Volume,
  level: number,
  effort: Effort = {},
): Promise<PointCloud> {
  const wanted = selectedVoxels(volume, level)
  const isSpread = (effort.threads ?? 1) > 1
  const reach = Math.ceil(farthest(level) + Math.hypot(AROUND, SMOOTHING, SMOOTHING))
  const need = grow(wanted, AROUND, AROUND, AROUND)
  const job: LevelSetJob = {
    volume: isSpread ? { ...volume, data: inSharedMemory(volume.data) } : volume,
    level,
    wanted,
    reach,
    bands: { ...bandsOfDistances(need, reach), ...bandsOfGradients(wanted) },
    cuts: evenCuts(wanted, effort.threads ?? 1),
  }
  const parts = await spreadJobs(import.meta.url, pointsOfPlanes, job, job.cuts.length - 1, effort)
  return {
    points: concatenated(parts.map(({ points }) => points)),
    normals: concatenated(parts.map(({ normals }) => normals)),
  }
}

/** D lies above the first and not above the second where a voxel yields a point. */
function levelLimits(level: number): [above: number, upTo: number] {
  return [-level, -level + Math.sqrt(3)]
}

/** The farthest that the other side can be from a voxel that yields a point. */
function farthest(level: number): number {
  return Math.max(...levelLimits(level).map(Math.abs)) + 0.5
}

/** The cells of all voxels that yield points. */
function selectedVoxels(volume: Volume, level: number): Band {
  const [above, upTo] = levelLimits(level)
  const inside = insideOf(volume)
  // deeper inside, too many voxels would have to be asked around each
  return above >= -0.5 && upTo < 3
    ? selectedInside(volume, level, inside)
    : selectedByDistances(volume, level, inside)
}

/** Where only voxels inside yield points: they are few, and each looks for the nearest outside. */
function selectedInside({ shape, data }: Volume, level: number, inside: Band): Band {
  const [nx, ny, nz] = shape
  const [above, upTo] = levelLimits(level)
  const selected = emptyBand(shape)
  const offsets = offsetsWithin(upTo + 0.5)
  const ends = new Int32Array(nz + 2)
  /** As `signedDistances` has it; more than `upTo` if no voxel outside is within reach. */
  const distanceOf = (i: number, j: number, k: number): number => {
    for (let n = 0; n < offsets.length; n++) {
      const { di, dj, dk, length } = offsets[n]
      const x = i + di
      const y = j + dj
      const z = k + dk
      if (x < 0 || y < 0 || z < 0 || x >= nx || y >= ny || z >= nz) continue
      if (!(data[(x * ny + y) * nz + z] > 0.5)) return length - 0.5
    }
    return Infinity
  }
  for (const column of markedColumns(inside))
    for (let s = stretches(inside, column, ends) - 2; s >= 0; s -= 2)
      for (let k = ends[s]; k < ends[s + 1]; k++) {
        if (!(data[column * nz + k] > 0.5)) continue
        const distance = distanceOf(Math.floor(column / ny), column % ny, k)
        if (distance > above && distance <= upTo) markVoxel(selected, column, k)
      }
  return selected
}

interface VoxelOffset {
  readonly di: number
  readonly dj: number
  readonly dk: number
  readonly length: number
}

/** From a voxel to those around it, the nearest first. */
function offsetsWithin(reach: number): readonly VoxelOffset[] {
  const far = Math.floor(reach)
  const along = Array.from({ length: 2 * far + 1 }, (_, n) => n - far)
  return along
    .flatMap((di) => along.flatMap((dj) => along.map((dk) => ({ di, dj, dk }))))
    .map((offset) => ({
      ...offset,
      length: Math.sqrt(offset.di ** 2 + offset.dj ** 2 + offset.dk ** 2),
    }))
    .filter(({ length }) => length > 0 && length <= reach)
    .sort((a, b) => a.length - b.length)
}

function selectedByDistances(volume: Volume, level: number, inside: Band): Band {
  const [nx, ny, nz] = volume.shape
  const [above, upTo] = levelLimits(level)
  const reach = Math.ceil(farthest(level))
  const near = above >= -0.5 ? inside : grow(inside, reach, reach, reach)
  const selected = emptyBand(volume.shape)
  const row = rowLength(nz)
  const room = workspace(8 * ny * row, ...distanceRoomSizes(near, reach))
  const [place, ...places] = room.places
  const bands = bandsOfDistances(near, reach)
  const measure = signedDistances({ ...room, places }, volume, bands, reach, 0)
  const distances = new Float64Array(room.memory.buffer, place, ny * row)
  const ends = new Int32Array(nz + 2)
  for (let i = 0; i < nx; i++) {
    measure(i, place)
    for (let j = 0; j < ny; j++)
      for (let s = stretches(near, i * ny + j, ends) - 2; s >= 0; s -= 2)
        for (let k = ends[s]; k < ends[s + 1]; k++) {
          const distance = distances[j * row + k]
          if (distance > above && distance <= upTo) markVoxel(selected, i * ny + j, k)
        }
  }
  return selected
}

/** Begins and ends of parts with about as many cells each, and enough planes to be worth a thread. */
function evenCuts(band: Band, parts: number): number[] {
  const { words, bits } = band
  const [nx, ny] = band.shape
  const counts = Array.from({ length: nx }, () => 0)
  for (const column of markedColumns(band))
    for (let w = column * words; w < (column + 1) * words; w++)
      if (bits[w] !== 0) counts[Math.floor(column / ny)]++
  const total = counts.reduce((sum, count) => sum + count, 0)
  const cuts = [0]
  for (let i = 0, sum = 0; i < nx; i++) {
    sum += counts[i]
    const isFull = sum >= (total * cuts.length) / parts
    if (isFull && cuts.length < parts && i + 1 - cuts[cuts.length - 1] >= 2 * AROUND)
      cuts.push(i + 1)
  }
  return [...cuts.filter((cut) => cut < nx), nx]
}

/**
 * The points of the voxels in planes `cuts[part]` … `cuts[part + 1]` − 1.
 * @public other threads call it by its name
 */
export function pointsOfPlanes(
  { volume, level, wanted, reach, bands, cuts }: LevelSetJob,
  part: number,
): Required<Omit<PointCloud, 'colors'>> {
  const { shape, origin, spacing } = volume
  const [nx, ny, nz] = shape
  const [first, end] = [cuts[part], cuts[part + 1]]
  const [above, upTo] = levelLimits(level)
  let ready = Math.max(0, first - AROUND) // the next plane to be measured
  const row = rowLength(nz)
  const count = 2 * AROUND + 1
  const sizes = distanceRoomSizes(wanted, reach)
  const room = workspace(8 * count * ny * row, ...sizes, ...gradientRoomSizes(wanted))
  const [planes, ...places] = room.places
  const ofGradients = places.splice(sizes.length)
  const measure = signedDistances({ ...room, places }, volume, bands, reach, ready)
  const planeOf = (i: number): number => planes + 8 * (i % count) * ny * row
  const gradientsOf = smoothedGradients({ ...room, places: ofGradients }, shape, bands, planeOf)
  const g = new Float64Array(3)
  const ends = new Int32Array(nz + 2)
  const points = new LongList(Float64Array)
  const normals = new LongList(Float64Array)
  for (let i = first; i < end; i++) {
    for (; ready <= Math.min(nx - 1, i + AROUND); ready++) measure(ready, planeOf(ready))
    const gradient = gradientsOf(i)
    const distances = new Float64Array(room.memory.buffer, planeOf(i), ny * row)
    for (let j = 0; j < ny; j++)
      for (let s = 0, many = stretches(wanted, i * ny + j, ends); s < many; s += 2)
        for (let k = ends[s]; k < ends[s + 1]; k++) {
          const distance = distances[j * row + k]
          if (!(distance > above && distance <= upTo)) continue
          gradient(j, k, g)
          const length = Math.hypot(g[0], g[1], g[2])
          if (length === 0) continue
          const x = -g[0] / length
          const y = -g[1] / length
          const z = -g[2] / length
          const way = distance + level - Math.sqrt(3) / 2
          points.pushThree(
            origin[0] + spacing * (i + x * way),
            origin[1] + spacing * (j + y * way),
            origin[2] + spacing * (k + z * way),
          )
          normals.pushThree(x, y, z)
        }
  }
  return { points: points.taken(), normals: normals.taken() }
}

function concatenated(parts: readonly Float64Array[]): Float64Array {
  const whole = new Float64Array(parts.reduce((length, part) => length + part.length, 0))
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.length
  }
  return whole
}
