// Cameras refined from the silhouettes: a forgiving solid and the views' alignment with it, by turns.
import type { Camera } from '../camera.ts'
import type { Image } from '../image.ts'
import { markedBox } from '../marked-box.ts'
import { spreadJobs, type Effort } from '../parallel.ts'
import type { Grid } from '../voxels/grid.ts'
import { sumsOf } from '../voxels/mask-sums.ts'
import { shared } from '../shared-memory.ts'
import type { View } from '../voxels/views.ts'
import { SHRINK, alignedView, type Aligned, type Drift, type SmallMask } from './alignment.ts'
import { pixelsMoved, withoutCommonMotion } from './common-motion.ts'
import { coarser, evenly, gridCentre } from './lost.ts'
import { projectedPixels, pixelsWide, projectionOf, type ProjectionMatrix } from './projection.ts'
import { FARTHEST, DISTANCE_STEPS, signedPixelDistances } from './signed-distance.ts'
import { tolerantSlab, tolerantSlabs, type TolerantJob } from './tolerant.ts'

/** For each round: how far from each mask a point may lie, in pixels, and how often views are tried. */
const rounds = [
  { reach: 5, steps: 2 },
  { reach: 4, steps: 1 },
  { reach: 3.5, steps: 1 },
] as const
/** A point belongs to the solid if it lies so near to the other views' masks, in the mean, in pixels. */
const nearEnough = 0.5
/** How wide the points of the solid are, in pixels. */
const pointWidth = 1.8
/** The refinement ends when no view moves by this many pixels any more. */
const still = 0.1
/** So many views tell well enough where points near all masks may be; then all are asked. */
const searchViews = 18
/** Points that motions are compared at. */
const witnesses = 200

/** Cameras that fit the silhouettes, and how far they were moved. */
export interface Refinement {
  /** In the order of the views. */
  readonly cameras: readonly Camera[]
  /** How far the picture of the plant moved in each view, in pixels (root of the mean square). */
  readonly moved: readonly number[]
}

/** How a refinement may use the machine, and where it reports progress. */
export interface RefineEffort extends Effort {
  readonly tell?: (done: number, total: number) => void
}

/** A view as threads know it. */
interface Prepared {
  readonly width: number
  readonly height: number
  readonly mask: Uint8Array
  /** In fifteenths of a pixel, as `signedDistances` makes them. */
  readonly distances: Int8Array
}

/**
 * Refines the poses of cameras from the masks of a plant, without any other mark.
 *
 * Three rounds: the points near all masks, of which those are the solid for a view that lie within
 * half a pixel of the masks of the *other* views in the mean; each view is aligned with its solid;
 * then what all cameras moved alike is taken out. Errors of up to three pixels come down to some 0.15.
 *
 * @param grid where the plant is; its spacing does not matter
 * @returns cameras with the lenses that they had; the same on any number of threads
 */
export async function refinedCameras(
  grid: Grid,
  views: readonly View[],
  effort: RefineEffort = {},
): Promise<Refinement> {
  const given = views.map(({ camera }) => camera)
  const fine = coarser(
    grid,
    pointWidth / Math.max(1e-9, pixelsWide(grid.spacing, gridCentre(grid), given)),
  )
  const total = 1 + rounds.length * 2
  let done = 0
  const tell = (): void => effort.tell?.(++done, total)
  const summed = views.map((view) => ({ ...view, sums: view.sums ?? sumsOf(view.mask) }))
  const prepared = views.map(preparedView)
  const small = await spreadJobs(import.meta.url, prepareMask, prepared, views.length, effort)
  tell()
  let aligned: readonly Aligned[] = given.map((camera) => ({ camera, drift: [0, 0, 0, 0, 0, 0] }))
  let sample: Float32Array = new Float32Array(0)
  for (const { reach, steps } of rounds) {
    const now = summed.map((view, i) => ({ ...view, camera: aligned[i].camera }))
    const solid = await solidOf(fine, now, prepared, reach, effort)
    tell()
    const job: AlignJob = { small, prepared, solid, aligned, spacing: fine.spacing, steps }
    const next = await spreadJobs(import.meta.url, alignPart, job, views.length, effort)
    tell()
    sample = everyNth(solid.points, witnesses)
    const cameras = withoutCommonMotion(
      given,
      next.map(({ camera }) => camera),
      sample,
    )
    const most = Math.max(...cameras.map((to, i) => pixelsMoved(aligned[i].camera, to, sample)))
    aligned = cameras.map((camera, i) => ({ camera, drift: next[i].drift }))
    if (most < still) break
  }
  const cameras = aligned.map(({ camera }) => camera)
  return { cameras, moved: cameras.map((to, i) => pixelsMoved(given[i], to, sample)) }
}

function preparedView({ mask }: View): Prepared {
  const { width, height, data } = mask
  const own = shared(Uint8Array, data.length)
  own.set(data)
  return { width, height, mask: own, distances: shared(Int8Array, data.length) }
}

/**
 * Fills the distances of a view, and makes its mask small.
 * @public other threads call it by its name
 */
export function prepareMask(views: readonly Prepared[], part: number): SmallMask {
  const { width, height, mask, distances } = views[part]
  const image: Image = { width, height, channels: 1, data: mask }
  signedPixelDistances(image, distances)
  const margin = 20 // what is aligned lies within
  const box = markedBox(image, margin)
  const [left, top] = [Math.floor(box.left / SHRINK), Math.floor(box.top / SHRINK)]
  const columns = Math.floor(box.right / SHRINK) - left
  const rows = Math.floor(box.bottom / SHRINK) - top
  const marks = new Uint8Array(columns * rows)
  for (let y = 0; y < rows * SHRINK; y++)
    for (let x = 0; x < columns * SHRINK; x++) {
      const isPlant = mask[(y + SHRINK * top) * width + x + SHRINK * left] !== 0
      if (isPlant) marks[Math.floor(y / SHRINK) * columns + Math.floor(x / SHRINK)]++
    }
  return { left, top, columns, rows, marks }
}

/** Points near all masks, with their distances from them: what the solid of each view is chosen from. */
interface Solid {
  readonly points: Float32Array
  /** The sum of distances over the views that see the point, in fifteenths of a pixel. */
  readonly sums: Int32Array
  readonly counts: Int32Array
}

interface SolidJob extends TolerantJob {
  readonly prepared: readonly Prepared[]
  readonly projections: readonly ProjectionMatrix[]
}

async function solidOf(
  grid: Grid,
  views: readonly View[],
  prepared: readonly Prepared[],
  reach: number,
  effort: Effort,
): Promise<Solid> {
  const tolerant = tolerantSlabs(grid, evenly(views, searchViews), { reach, misses: 0 })
  const projections = views.map(({ camera }) => projectionOf(camera))
  const job: SolidJob = { ...tolerant.job, prepared, projections }
  const parts = await spreadJobs(import.meta.url, solidPart, job, tolerant.parts, effort)
  const count = parts.reduce((sum, { counts }) => sum + counts.length, 0)
  const solid = {
    points: shared(Float32Array, 3 * count),
    sums: shared(Int32Array, count),
    counts: shared(Int32Array, count),
  }
  let at = 0
  for (const { points, sums, counts } of parts) {
    solid.points.set(points, 3 * at)
    solid.sums.set(sums, at)
    solid.counts.set(counts, at)
    at += counts.length
  }
  return solid
}

/**
 * One slab of the points, less those that are too far for the solid of any view.
 * @public other threads call it by its name
 */
export function solidPart(job: SolidJob, part: number): Solid {
  const points = tolerantSlab(job, part)
  const sums = new Int32Array(points.length / 3)
  const counts = new Int32Array(sums.length)
  job.prepared.forEach(({ distances, width, height }, view) => {
    const pixels = projectedPixels(job.projections[view], points, { width, height })
    for (let n = 0; n < sums.length; n++) {
      if (pixels[n] < 0) continue
      sums[n] += distances[pixels[n]]
      counts[n]++
    }
  })
  const kept: number[] = []
  for (let n = 0; n < sums.length; n++)
    if (sums[n] - FARTHEST * DISTANCE_STEPS < nearEnough * DISTANCE_STEPS * (counts[n] - 1))
      kept.push(n)
  return {
    points: Float32Array.from(
      { length: 3 * kept.length },
      (_, i) => points[3 * kept[(i / 3) | 0] + (i % 3)],
    ),
    sums: Int32Array.from(kept, (n) => sums[n]),
    counts: Int32Array.from(kept, (n) => counts[n]),
  }
}

interface AlignJob {
  readonly small: readonly SmallMask[]
  readonly prepared: readonly Prepared[]
  readonly solid: Solid
  readonly aligned: readonly { readonly camera: Camera; readonly drift: Drift }[]
  readonly spacing: number
  readonly steps: number
}

/**
 * Aligns one view with the solid that the others make.
 * @public other threads call it by its name
 */
export function alignPart(job: AlignJob, view: number): Aligned {
  const { small, prepared, solid, aligned, spacing, steps } = job
  const { camera, drift } = aligned[view]
  const { width, height, distances } = prepared[view]
  const { points, sums, counts } = solid
  const pixels = projectedPixels(projectionOf(camera), points, { width, height })
  const own = new Float32Array(points.length)
  let length = 0
  for (let n = 0; n < pixels.length; n++) {
    const isSeen = pixels[n] >= 0
    const sum = isSeen ? sums[n] - distances[pixels[n]] : sums[n]
    const count = isSeen ? counts[n] - 1 : counts[n]
    if (sum >= nearEnough * DISTANCE_STEPS * Math.max(1, count)) continue
    for (let axis = 0; axis < 3; axis++) own[length++] = points[3 * n + axis]
  }
  return alignedView(camera, small[view], own.subarray(0, length), spacing, drift, steps)
}

/** So many points, evenly chosen. */
function everyNth(points: Float32Array, most: number): Float32Array {
  const step = Math.max(1, Math.floor(points.length / 3 / most))
  const count = Math.ceil(points.length / 3 / step)
  return Float32Array.from(
    { length: 3 * count },
    (_, i) => points[3 * step * ((i / 3) | 0) + (i % 3)],
  )
}
