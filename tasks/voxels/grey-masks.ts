// Masks that are neither black nor white somewhere: what carving makes of them is a matter of chance.
import type { View } from '../../src/geometry/voxels/views.ts'
import type { InputFile } from '../../src/index.ts'

/** The share of pixels that are neither 0 nor as bright as the brightest. */
export function greyShare(pixels: ArrayLike<number>): number {
  const counts = new Uint32Array(256)
  for (let i = 0; i < pixels.length; i++) counts[pixels[i]]++
  const brightest = counts.findLastIndex((count) => count > 0)
  return brightest <= 0 ? 0 : (pixels.length - counts[0] - counts[brightest]) / pixels.length
}

/** What to say of masks with grey pixels; `undefined` where there are none. */
export function greyness(
  views: readonly (Pick<View, 'mask'> & { readonly file: Pick<InputFile, 'filename'> })[],
): string | undefined {
  const shares = views.map(({ file, mask }) => ({ file, share: greyShare(mask.data) }))
  const grey = shares.filter(({ share }) => share > 0).sort((a, b) => b.share - a.share)
  if (grey.length === 0) return undefined
  const percent = Number((100 * grey[0].share).toPrecision(2))
  return (
    `${grey.length} of ${views.length} masks have grey pixels, ${percent} % of ` +
    `${grey[0].file.filename}, and whatever is not 0 counts as plant: were they saved as JPEG, or ` +
    'smoothed? Save masks as PNG of two values'
  )
}
