// Many photographs of one plant, taken on several threads.
import type { Camera } from '../camera.ts'
import { spreadJobs, type Effort } from '../parallel.ts'
import type { LabelledMesh } from '../virtual-plant/labelled-mesh.ts'
import { wallBehind, type Wall } from './background.ts'
import { addGrain } from './grain.ts'
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

/** A photograph that was taken. */
export interface Photograph extends RenderedView {
  /** Its colours are needed no more: another one is taken upon them, as memory that is new costs much. */
  giveBack(): void
}

interface RenderJob {
  readonly mesh: LabelledMesh
  readonly views: readonly ViewToTake[]
  readonly how: Photography
  /** Arrays to take photographs upon; fewer or more than the views. */
  readonly spare: Uint8Array[]
}

/** Photographs that are taken before it is known how long one takes: the first wait for code to be compiled. */
const TRIED = 3

/**
 * Other threads are used where taking what is left takes longer than this, in ms. Before that, the other
 * cores have enough to do with packing what was taken.
 */
const WORTH_THREADS = 1200

/** Photographs taken at a time are few, so that all threads are at work at once, and take this many bytes together. */
const ROOM = 300e6

/**
 * Takes photographs of a mesh, in the order of the views. Each depends on its view alone, so they are
 * the same on any number of threads.
 *
 * Cost: see `photographed`; some for each thread are held in memory until they are asked for.
 */
export async function* photographs(
  mesh: LabelledMesh,
  views: readonly ViewToTake[],
  how: Photography,
  effort: Effort = {},
  worthThreads = WORTH_THREADS,
): AsyncGenerator<Photograph> {
  const { threads = 1 } = effort
  const labels = how.labels ? new Set(mesh.parts.map(({ label }) => label)).size : 0
  const largest = Math.max(...views.map(({ camera }) => camera.width * camera.height))
  const few = Math.max(threads, Math.min(2 * threads, Math.floor(ROOM / (largest * (4 + labels)))))
  const spare: Uint8Array[] = []
  let shortest = Infinity
  for (let first = 0; first < views.length;) {
    const isLong = first >= TRIED && shortest * (views.length - first) > worthThreads
    const some = views.slice(first, first + (isLong ? few : 1))
    // what other threads are given would be copied
    const job: RenderJob = { mesh, views: some, how, spare: isLong ? [] : spare }
    const start = performance.now()
    const taken = await spreadJobs(import.meta.url, photographOf, job, job.views.length, effort)
    shortest = Math.min(shortest, (performance.now() - start) / taken.length)
    first += taken.length
    // no more comes back than was taken: nobody else would use it
    const isReused = !isLong && 'blotch' in how.background
    const giveBack = (rgb: Uint8Array): void => void (isReused && spare.push(rgb))
    for (const one of taken) yield { ...one, giveBack: () => giveBack(one.rgb) }
  }
}

/** The work of one thread on one view. */
export function photographOf({ mesh, views, how, spare }: RenderJob, part: number): RenderedView {
  const { camera, stream } = views[part]
  const { samples, closed, background, noise, seed, labels } = how
  const photograph = photographed(mesh, camera, {
    samples,
    closed,
    labels,
    background: 'blotch' in background ? wallBehind(camera, background, spare.pop()) : background,
  })
  addGrain(photograph.rgb, noise, seed, stream)
  return photograph
}
