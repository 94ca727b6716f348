// Masks that are neither black nor white somewhere: what carving makes of them is a matter of chance.
import { countBytes } from '../../src/geometry/bytes.ts'
import type { View } from '../../src/geometry/voxels/views.ts'
import type { InputFile } from '../../src/index.ts'

/** The share of pixels that are neither 0 nor as bright as the brightest. */
export function greyShare(pixels: Uint8Array): number {
  const counts = countBytes(pixels)
  const brightest = counts.findLastIndex((count) => count > 0)
  return brightest <= 0 ? 0 : (pixels.length - counts[0] - counts[brightest]) / pixels.length
}

/** The largest share of grey pixels of any mask, and which it is; 0 where there are none. */
export function greyness(
  views: readonly (Pick<View, 'mask'> & { readonly file: Pick<InputFile, 'filename'> })[],
): { readonly share: number; readonly note: string } {
  const shares = views.map(({ file, mask }) => ({ file, share: greyShare(mask.data) }))
  const grey = shares.filter(({ share }) => share > 0).sort((a, b) => b.share - a.share)
  if (grey.length === 0) return { share: 0, note: '' }
  const [{ share, file }] = grey
  return { share, note: `in ${file.filename}; ${grey.length} of ${views.length} masks have some` }
}
