// Parts of a grid, marked coarsely: where a computation on a large volume has to be done at all.

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

/** Marks the voxels k0 ≤ k < k1 of a column, and with them those of their cells. */
export function markStretch({ words, bits }: Band, column: number, k0: number, k1: number): void {
  for (let cell = Math.floor(k0 / CELL); cell * CELL < k1; cell++)
    bits[column * words + (cell >> 5)] |= 1 << (cell & 31)
}

/** The columns in which something is marked, in their order: of a plant few. */
export function markedColumns({ words, bits }: Band): Int32Array {
  const columns = new Int32Array(bits.length / words)
  let count = 0
  let next = 0 // the first word of the next column
  for (let w = 0; w < bits.length; w++) {
    if (bits[w] === 0 || w < next) continue
    const column = Math.floor(w / words)
    columns[count++] = column
    next = (column + 1) * words
  }
  return columns.subarray(0, count)
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
  for (const column of markedColumns(band)) {
    const at = Math.floor(column / step) % count
    const before = Math.min(reach, at) * stride
    const after = Math.min(reach, count - 1 - at) * stride
    for (let w = column * words; w < (column + 1) * words; w++) {
      const word = bits[w]
      if (word === 0) continue // as nearly everywhere
      for (let to = w - before; to <= w + after; to += stride) wide.bits[to] |= word
    }
  }
  return wide
}

function growUp(band: Band, reach: number): Band {
  const { words, bits, shape } = band
  const wide = emptyBand(shape)
  // no cell above the last
  const left = (32 - (Math.ceil(shape[2] / CELL) & 31)) & 31
  const steps = Math.ceil(reach / CELL)
  for (const column of markedColumns(band)) {
    const [start, end] = [column * words, (column + 1) * words]
    for (let w = start; w < end; w++) wide.bits[w] = bits[w]
    for (let step = 0; step < steps; step++) {
      let below = 0 // the word under this one, as it was before this step
      for (let w = start; w < end; w++) {
        const word = wide.bits[w]
        const above = w + 1 < end ? wide.bits[w + 1] : 0
        wide.bits[w] = word | (word << 1) | (below >>> 31) | (word >>> 1) | (above << 31)
        below = word
      }
    }
    wide.bits[end - 1] &= 0xffffffff >>> left
  }
  return wide
}
