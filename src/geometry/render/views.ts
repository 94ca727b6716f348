// Many photographs of one plant, taken on several threads.
import type { Camera } from '../camera.ts'
import { spreadJobs, type Effort } from '../parallel.ts'
import type { LabelledMesh } from '../virtual-plant/labelled-mesh.ts'
import { addGrain, wallBehind, type Wall } from './background.ts'
import { photographed, type RenderedView } from './render.ts'
import type { Colour } from './shade.ts'

/** One photograph to be taken. */
export interface ViewToTake {
  readonly camera: Camera
  /** The stream of random numbers for its grain; each view has its own. */
  readonly stream: number
}

/** How all of them are taken. */
export interface Photography {
  /** Samples along a pixel's side. */
  readonly samples: number
  /** True for a mesh of closed surfaces. */
  readonly closed: boolean
  readonly background: Colour | Wall
  /** Standard deviation of the sensor's grain, in values of 0 … 255. */
  readonly noise: number
  /** Whether it is told how much of each pixel shows which label. */
  readonly labels: boolean
  readonly seed: number
}

interface RenderJob {
  readonly mesh: LabelledMesh
  readonly views: readonly ViewToTake[]
  readonly how: Photography
}

/** Photographs taken at a time, for each thread, as threads take a while to begin. */
const inHand = 18

/** Unless they are so large that they take more than this together, in bytes. */
const room = 300e6

/**
 * Takes photographs of a mesh, in the order of the views. Each depends on its view alone, so they are
 * the same on any number of threads.
 *
 * Cost: see `photographed`; some are held in memory until they are asked for.
 */
export async function* photographs(
  mesh: LabelledMesh,
  views: readonly ViewToTake[],
  how: Photography,
  effort: Effort = {},
): AsyncGenerator<RenderedView> {
  const { threads = 1 } = effort
  const labels = how.labels ? new Set(mesh.parts.map(({ label }) => label)).size : 0
  const largest = Math.max(...views.map(({ camera }) => camera.width * camera.height))
  const fitting = Math.floor(room / (largest * (4 + labels)))
  const together = Math.max(threads, Math.min(inHand * threads, fitting))
  for (let first = 0; first < views.length; first += together) {
    const job: RenderJob = { mesh, views: views.slice(first, first + together), how }
    yield* await spreadJobs(import.meta.url, photographOf, job, job.views.length, effort)
  }
}

/** The work of one thread on one view. */
export function photographOf({ mesh, views, how }: RenderJob, part: number): RenderedView {
  const { camera, stream } = views[part]
  const { samples, closed, background, noise, seed, labels } = how
  const photograph = photographed(mesh, camera, {
    samples,
    closed,
    labels,
    background: 'blotch' in background ? wallBehind(camera, background) : background,
  })
  addGrain(photograph.rgb, noise, seed, stream)
  return photograph
}
