// How much of the silhouettes a carved volume lost: what tells that cameras do not fit the masks.
import { wordsOf } from '../bytes.ts'
import type { Camera } from '../camera.ts'
import { dilateMask } from '../dilation.ts'
import type { Image } from '../image.ts'
import type { Effort } from '../parallel.ts'
import type { Grid, Volume } from '../voxels/grid.ts'
import { surfaceVoxels } from '../voxels/surface.ts'
import type { View } from '../voxels/views.ts'
import { projectedPixels, pixelsWide, projectionOf } from './projection.ts'
import { tolerantPoints } from './tolerant.ts'

/** A lost stalk is lost in all views, so some of them tell as much as all. */
const mostViews = 12
/** Fewer still tell whether something is wrong. */
const fewViews = 6
/** Nodes of the forgiving volume, in pixels: as wide as what it forgives. */
const coarse = 3

/** Within this many pixels a voxel explains the plant that a mask shows. */
const near = 1.5
/** For the hull a camera may be off by this many pixels, and this many of the views may be wrong. */
const pixelSlack = 2
const wrongShare = 0.1

/**
 * The share of the masks' plant that a carved volume, projected back, does not explain: 0 where
 * cameras and masks agree; with cameras that are off, thin stalks are carved away and missing here.
 *
 * Counted are the pixels of masks that a volume explains which forgives cameras and masks a little:
 * what else they show, such as clutter outside of the box, says nothing of the cameras. About .001,
 * .03, .24 and .58 with cameras that are off by 0, 0.5, 1 and 1.5 pixels.
 *
 * @param volume as carved by `views`
 * @param isRough whether half the views will do: for a warning, not for a decision
 * @returns undefined where even the forgiving volume explains nothing, as where no camera looks at it
 * Cost: a fraction of carving's: a coarser grid, and some of the views alone.
 */
export async function silhouetteLost(
  volume: Volume<Int8Array>,
  views: readonly View[],
  effort: Effort = {},
  isRough = false,
): Promise<number | undefined> {
  const some = evenly(views, isRough ? fewViews : mostViews)
  const cameras = some.map(({ camera }) => camera)
  const wide = pixelsWide(volume.spacing, gridCentre(volume), cameras)
  // Whatever these cameras show, it is not what the volume is of.
  if (wide === 0) return undefined
  const grid = coarser(volume, Math.max(1, Math.round(coarse / wide)))
  const half = (grid.spacing / volume.spacing) * (wide / 2)
  const tolerant = await tolerantPoints(
    grid,
    some,
    { reach: pixelSlack + half, misses: Math.round(some.length * wrongShare) },
    effort,
  )
  const own = surfaceVoxels(volume)
  let [plant, lost] = [0, 0]
  for (const { camera, mask } of some) {
    effort.signal?.throwIfAborted()
    const there = shownAs(tolerant, camera, half + 0.5) // so that neighbouring nodes touch
    const kept = shownAs(own, camera, near + wide / 2)
    const counted = countedPixels(mask.data, there.data, kept.data)
    plant += counted.plant
    lost += counted.lost
  }
  return plant === 0 ? undefined : lost / plant
}

/** Of the marks of a mask that lie where something is there, all, and those where nothing is kept. */
function countedPixels(
  mask: Uint8Array,
  there: Uint8Array,
  kept: Uint8Array,
): { readonly plant: number; readonly lost: number } {
  const words = wordsOf(mask)
  let [plant, lost] = [0, 0]
  let at = 0
  while (at < mask.length) {
    // most of a mask is background: four pixels at a look
    if (at % 4 === 0 && words[at >> 2] === 0) {
      at += 4
      continue
    }
    if (mask[at] !== 0 && there[at] !== 0) {
      plant++
      if (kept[at] === 0) lost++
    }
    at++
  }
  return { plant, lost }
}

/** At most this many, evenly spread. */
export function evenly<T>(all: readonly T[], most: number): readonly T[] {
  if (all.length <= most) return all
  return Array.from({ length: most }, (_, i) => all[Math.floor((i * all.length) / most)])
}

/** The middle of a grid's box. */
export const gridCentre = ({ origin, shape, spacing }: Grid): readonly [number, number, number] => [
  origin[0] + (spacing * (shape[0] - 1)) / 2,
  origin[1] + (spacing * (shape[1] - 1)) / 2,
  origin[2] + (spacing * (shape[2] - 1)) / 2,
]

/** A grid over the same box with every `factor`th node. */
export function coarser({ origin, shape, spacing }: Grid, factor: number): Grid {
  const along = (axis: 0 | 1 | 2): number => Math.ceil(shape[axis] / factor)
  return { origin, spacing: spacing * factor, shape: [along(0), along(1), along(2)] }
}

/** Which pixels show points, each a disk of this many pixels. */
function shownAs(points: Float32Array, camera: Camera, radius: number): Image {
  const { width, height } = camera
  const image = { width, height, channels: 1 as const, data: new Uint8Array(width * height) }
  for (const pixel of projectedPixels(projectionOf(camera), points, camera))
    if (pixel >= 0) image.data[pixel] = 255
  return dilateMask(image, radius)
}

/** The plant of one mask, and which of it a volume does not explain. */
export interface LostPixels {
  /** 255 where the mask has plant and the volume, projected, none nearby. */
  readonly image: Image
  /** The share of the mask's plant that is lost, from 0 to 1; 0 for an empty mask. */
  readonly share: number
}

/**
 * Where a silhouette is lost: pixels of a mask that a volume, projected back, does not explain.
 * Counts clutter outside of the volume's box, too, which `silhouetteLost` leaves out.
 *
 * @param mask of the size of the camera's pictures
 */
export function lostPixels(volume: Volume<Int8Array>, { camera, mask }: View): LostPixels {
  const wide = pixelsWide(volume.spacing, gridCentre(volume), [camera])
  const kept = shownAs(surfaceVoxels(volume), camera, near + wide / 2)
  const data = new Uint8Array(mask.data.length)
  let [plant, lost] = [0, 0]
  for (let i = 0; i < data.length; i++) {
    if (mask.data[i] === 0) continue
    plant++
    if (kept.data[i] !== 0) continue
    data[i] = 255
    lost++
  }
  const { width, height } = mask
  return { image: { width, height, channels: 1, data }, share: plant === 0 ? 0 : lost / plant }
}
