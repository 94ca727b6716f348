// Masks that take what is behind the plant for plant.
import { maskExtent } from '../../src/geometry/mask-extent.ts'
import type { View } from '../../src/geometry/voxels/views.ts'

/** A plant is slender: of the pictures of published and generated scans it fills 1 to 15 %. */
const fullest = 0.5
/** It leaves the picture at its foot, if at all. */
const longestEdge = 0.3

/**
 * Whether most of a mask, or much of its edge, is plant, which is no plant's.
 * @param counts how many of its pixels have each value
 */
export function isWrongMask(mask: View['mask'], counts: Uint32Array): boolean {
  const { share, edge } = maskExtent(mask, mask.data.length - counts[0])
  return share > fullest || edge > longestEdge
}
