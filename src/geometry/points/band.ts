// Parts of a grid, marked coarsely: where a computation on a large volume has to be done at all.
import type { Volume } from '../voxels/grid.ts'

/** Voxels of a column along z that one bit stands for. */
const CELL = 4

/** For each column (i, j) of a grid one bit for each four of its voxels; a set bit marks them. */
export interface Band {
  readonly shape: readonly [number, number, number]
  /** 32-bit words for one column. */
  readonly words: number
  readonly bits: Uint32Array
}

/** Nothing marked, in memory that threads share. */
export function emptyBand(shape: readonly [number, number, number]): Band {
  const words = Math.ceil(shape[2] / CELL / 32)
  const bits = new Uint32Array(new SharedArrayBuffer(4 * shape[0] * shape[1] * words))
  return { shape, words, bits }
}

/** Marks the voxel k of column `column` (= i · ny + j), and with it those of its cell. */
export function markVoxel({ words, bits }: Band, column: number, k: number): void {
  const cell = Math.floor(k / CELL)
  bits[column * words + (cell >> 5)] |= 1 << (cell & 31)
}

/**
 * The marked stretches k0 ≤ k < k1 of a column, from below.
 *
 * @param ends receives k0, k1 of each; it must be as long as nz / 4 + 2
 * @returns how many numbers were written
 */
export function stretches({ shape, words, bits }: Band, column: number, ends: Int32Array): number {
  const nz = shape[2]
  let count = 0
  let isOpen = false
  for (let w = 0; w < words; w++) {
    const word = bits[column * words + w]
    if (word === (isOpen ? 0xffffffff : 0)) continue // nothing begins or ends in it
    for (let bit = 0; bit < 32; bit++) {
      const k = (32 * w + bit) * CELL
      if (k >= nz) break
      if (((word >>> bit) & 1) === (isOpen ? 1 : 0)) continue
      ends[count++] = k
      isOpen = !isOpen
    }
  }
  if (isOpen) ends[count++] = nz
  return count
}

/** The cells that hold voxels above 0.5. */
export function insideOf({ shape, data }: Volume): Band {
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

/** All within `rx`, `ry`, `rz` voxels along the axes of what is marked, and a little more along z. */
export function grow(band: Band, rx: number, ry: number, rz: number): Band {
  const [nx, ny] = band.shape
  const along = (from: Band, count: number, step: number, reach: number): Band =>
    reach === 0 ? from : widen(from, count, step, reach)
  return along(along(growUp(band, rz), ny, 1, ry), nx, ny, rx)
}

/** Each column gives what it has to those up to `reach` before and after it among `count`, `step` apart. */
function widen(band: Band, count: number, step: number, reach: number): Band {
  const { words, bits, shape } = band
  const wide = emptyBand(shape)
  const stride = step * words
  for (let column = 0, w = 0; column < shape[0] * shape[1]; column++)
    for (const end = w + words; w < end; w++) {
      if (bits[w] === 0) continue // as nearly everywhere
      const at = Math.floor(column / step) % count
      const last = w + Math.min(reach, count - 1 - at) * stride
      for (let to = w - Math.min(reach, at) * stride; to <= last; to += stride)
        wide.bits[to] |= bits[w]
    }
  return wide
}

function growUp(band: Band, reach: number): Band {
  const { words, bits, shape } = band
  const wide = emptyBand(shape)
  wide.bits.set(bits)
  for (let step = 0; step < Math.ceil(reach / CELL); step++)
    for (let start = 0; start < bits.length; start += words) {
      let below = 0 // the word under this one, as it was before this step
      for (let w = start; w < start + words; w++) {
        const word = wide.bits[w]
        const above = w + 1 < start + words ? wide.bits[w + 1] : 0
        wide.bits[w] = word | (word << 1) | (below >>> 31) | (word >>> 1) | (above << 31)
        below = word
      }
    }
  // no cell above the last
  const left = (32 - (Math.ceil(shape[2] / CELL) & 31)) & 31
  for (let w = words - 1; w < bits.length; w += words) wide.bits[w] &= 0xffffffff >>> left
  return wide
}
