// How much of the silhouettes a carved volume lost: what tells that cameras do not fit the masks.
import { bitCount, bitRowsOf, emptyBitRows, markBits, type BitRows } from '../bit-rows.ts'
import type { Camera } from '../camera.ts'
import { grownRows } from '../dilation.ts'
import type { Image } from '../image.ts'
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

interface LostOptions {
  readonly signal?: AbortSignal
  /** Whether half the views will do: for a warning, not for a decision. */
  readonly isRough?: boolean
}

/**
 * The share of the masks' plant that a carved volume, projected back, does not explain: 0 where
 * cameras and masks agree; with cameras that are off, thin stalks are carved away and missing here.
 *
 * Counted are the pixels of masks that a volume explains which forgives cameras and masks a little:
 * what else they show, such as clutter outside of the box, says nothing of the cameras. About .001,
 * .03, .24 and .58 with cameras that are off by 0, 0.5, 1 and 1.5 pixels.
 *
 * @param volume as carved by `views`
 * @returns undefined where even the forgiving volume explains nothing, as where no camera looks at it
 * Cost: a fraction of carving's: a coarser grid, and some of the views alone; so in this thread alone.
 */
export async function silhouetteLost(
  volume: Volume<Int8Array>,
  views: readonly View[],
  { signal, isRough = false }: LostOptions = {},
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
    { signal },
  )
  const own = surfaceVoxels(volume)
  let [plant, lost] = [0, 0]
  for (const { camera, mask } of some) {
    signal?.throwIfAborted()
    const there = shownAs(tolerant, camera, half + 0.5) // so that neighbouring nodes touch
    const kept = shownAs(own, camera, near + wide / 2)
    const marked = bitRowsOf(mask)
    for (let w = 0; w < marked.bits.length; w++) {
      const counted = marked.bits[w] & there.bits[w]
      if (counted === 0) continue
      plant += bitCount(counted)
      lost += bitCount(counted & ~kept.bits[w])
    }
  }
  return plant === 0 ? undefined : lost / plant
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
function shownAs(points: Float32Array, camera: Camera, radius: number): BitRows {
  const shown = emptyBitRows(camera)
  for (const bit of projectedPixels(projectionOf(camera), points, camera, 32 * shown.words))
    if (bit >= 0) shown.bits[bit >> 5] |= 1 << (bit & 31)
  return grownRows(shown, camera, radius)
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
  const marked = bitRowsOf(mask)
  let [plant, lost] = [0, 0]
  marked.bits.forEach((word, w) => {
    plant += bitCount(word)
    marked.bits[w] = word & ~kept.bits[w]
    lost += bitCount(marked.bits[w])
  })
  const { width, height } = mask
  const image = { width, height, channels: 1, data: new Uint8Array(width * height) }
  markBits(marked, image)
  return { image, share: plant === 0 ? 0 : lost / plant }
}
