// How the planes of a grid lie in the memory of kernels.
import type { Band } from '../voxels/band.ts'

/** From the beginning of a row of `depth` voxels to that of the next one: kernels take eight at once. */
export const rowLength = (depth: number): number => 8 * Math.ceil(depth / 8)

/**
 * Tells kernels where plane i of a band is marked.
 *
 * @param memory receives the words of its columns, at `place`
 * @returns whether it is marked anywhere; else nothing is told
 */
export function markPlane(
  { shape, words, bits }: Band,
  i: number,
  memory: Uint8Array,
  place: number,
): boolean {
  const count = shape[1] * words
  const plane = bits.subarray(i * count, (i + 1) * count)
  if (plane.every((word) => word === 0)) return false
  new Uint32Array(memory.buffer, place, count).set(plane)
  return true
}
