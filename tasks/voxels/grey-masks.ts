// Masks that are neither black nor white somewhere: what carving makes of them is a matter of chance.
import type { InputFile } from '../../src/index.ts'

/**
 * The share of pixels that are neither 0 nor as bright as the brightest.
 * @param counts how many pixels have each value
 */
export function greyShare(counts: Uint32Array): number {
  const pixels = counts.reduce((sum, count) => sum + count, 0)
  const brightest = counts.findLastIndex((count) => count > 0)
  return brightest <= 0 ? 0 : (pixels - counts[0] - counts[brightest]) / pixels
}

/** The largest share of grey pixels of any mask, and which it is; 0 where there are none. */
export function greyness(
  views: readonly {
    /** How many pixels of its mask have each value. */
    readonly counts: Uint32Array
    readonly file: Pick<InputFile, 'filename'>
  }[],
): { readonly share: number; readonly note: string } {
  const shares = views.map(({ file, counts }) => ({ file, share: greyShare(counts) }))
  const grey = shares.filter(({ share }) => share > 0).sort((a, b) => b.share - a.share)
  if (grey.length === 0) return { share: 0, note: '' }
  const [{ share, file }] = grey
  return { share, note: `in ${file.filename}; ${grey.length} of ${views.length} masks have some` }
}
