// Splitting blocks of voxels.
import type { Block } from './footprint.ts'

/**
 * Splits a block in half along each axis on which it is long: more than `leaf` voxels, and more
 * than half of its longest side, so that the parts become cubes.
 *
 * @returns no block at all if it is small enough already
 */
export function halves(block: Block, leaf: number): Block[] {
  const { i0, i1, j0, j1, k0, k1 } = block
  const least = Math.max(leaf, Math.max(i1 - i0, j1 - j0, k1 - k0) / 2)
  if (i1 - i0 <= leaf && j1 - j0 <= leaf && k1 - k0 <= leaf) return []
  const parts: Block[] = []
  for (const [a0, a1] of splitRange(i0, i1, least))
    for (const [b0, b1] of splitRange(j0, j1, least))
      for (const [c0, c1] of splitRange(k0, k1, least))
        parts.push({ i0: a0, i1: a1, j0: b0, j1: b1, k0: c0, k1: c1 })
  return parts
}

/** In the middle, at a multiple of 4 where it is long enough, so that leaves come out whole. */
function splitRange(from: number, to: number, least: number): [number, number][] {
  if (to - from <= least) return [[from, to]]
  const middle = from + Math.ceil((to - from) / 8) * 4
  return [
    [from, middle],
    [middle, to],
  ]
}
