// Where a volume stands: a plant takes few of the cells of its box, and most computations need no others.
import { emptyBand, markVoxel, type Band } from './band.ts'
import type { Volume } from './grid.ts'

/** What who made a volume, or went through it, noted for the next; nobody changes its values any more. */
const noted = new WeakMap<Volume['data'], Band>()

/** Notes which cells hold voxels above 0.5, of values that are final. */
export function noteInside(data: Volume['data'], inside: Band): void {
  noted.set(data, inside)
}

/**
 * The cells that hold voxels above 0.5, of values that are final. All of the volume is looked at where
 * nobody has noted them, once.
 */
export function insideOf(volume: Volume): Band {
  const known = noted.get(volume.data)
  if (known) return known
  const found = foundInside(volume)
  noteInside(volume.data, found)
  return found
}

function foundInside({ shape, data }: Volume): Band {
  const nz = shape[2]
  const inside = emptyBand(shape)
  const markIfAbove = (at: number): void => {
    if (data[at] > 0.5) markVoxel(inside, Math.floor(at / nz), at % nz)
  }
  // four carved, or four unseen, voxels at once: that is what most of a volume consists of
  const fours =
    data instanceof Int8Array && data.byteOffset % 4 === 0
      ? new Int32Array(data.buffer, data.byteOffset, data.length >> 2)
      : new Int32Array(0)
  for (let four = 0; four < fours.length; four++)
    if (fours[four] !== -1 && fours[four] !== 0)
      for (let at = 4 * four; at < 4 * four + 4; at++) markIfAbove(at)
  for (let at = 4 * fours.length; at < data.length; at++) markIfAbove(at)
  return inside
}
