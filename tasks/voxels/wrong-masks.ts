// Masks that take what is behind the plant for plant: what tells them, and what it may come of.
import { maskExtent, type MaskExtent } from '../../src/geometry/mask-extent.ts'
import type { View } from '../../src/geometry/voxels/views.ts'

/** A plant is slender: of the pictures of published and generated scans it fills 1 to 15 %. */
const fullest = 0.5
/** It leaves the picture at its foot, if at all. */
const longestEdge = 0.3

/** What to say of masks most of which are no plant's; `undefined` of others. */
export function wrongMasks(views: readonly Pick<View, 'mask'>[]): string | undefined {
  const extents = views.map(({ mask }) => maskExtent(mask))
  const full = extents.filter(({ share }) => share > fullest)
  if (2 * full.length > views.length)
    return (
      `${extentText(full, extents)} show plant on ${percent(full, ({ share }) => share)} of the picture: ` +
      'the background is taken for plant. Look at the masks: threshold of Masks is too low, its ' +
      'type or parameters suit another background, or invert is the wrong way round'
    )
  const open = extents.filter(({ edge }) => edge > longestEdge)
  if (2 * open.length > views.length)
    return (
      `${extentText(open, extents)} show plant along ${percent(open, ({ edge }) => edge)} of the ` +
      'picture’s edge: a landscape, a wall or a table behind the plant is taken for it. Look at the ' +
      'masks: raise threshold of Masks, take a type that suits the background, or crop the photographs'
    )
  return undefined
}

const extentText = (some: readonly MaskExtent[], all: readonly MaskExtent[]): string =>
  `${some.length} of ${all.length} masks`

/** The median. */
function percent(some: readonly MaskExtent[], pick: (extent: MaskExtent) => number): string {
  const sorted = some.map(pick).sort((a, b) => a - b)
  return `${Math.round(100 * sorted[sorted.length >> 1])} %`
}
