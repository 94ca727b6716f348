// The grid edges that a surface crosses, numbered: they are the vertices of its mesh.
import { bitCount } from '../bit-rows.ts'
import { blockSide, blockSize, inside, outside, type SparseGrid } from './sparse-grid.ts'

/** Rows along a block's side and one more on the upper side. */
export const rowsAlong = blockSide + 1
/** For each edge that belongs to a block a bit: edges that start in its nodes, along x, y, z. */
const wordsOfBlock = (3 * blockSize) / 32

/** Values on a grid; nodes without a slot count as `far` outside and `-far` inside. */
export interface GridFunction {
  readonly grid: SparseGrid
  /** Below zero inside. */
  readonly values: ArrayLike<number>
  readonly far: number
}

/** Which nodes of a block, and of the next layer on its upper sides, are inside: 9 × 9 × 9. */
export class BlockRows {
  /** For each row along z, number 9 x + y, which of its nodes are inside: bit z. */
  readonly rows = new Uint16Array(rowsAlong ** 2)
  private readonly grid: SparseGrid
  /** The same of each row of 8 nodes of the grid. */
  private readonly inside: Uint8Array
  /** Where the nodes of the block and of its seven upper neighbours begin, or their state. */
  private readonly starts = new Int32Array(8)

  constructor(source: GridFunction) {
    this.grid = source.grid
    this.inside = insideByRow(source)
  }

  /** @returns whether the surface crosses any of the block's cubes; if not, the rows are stale */
  load(block: number): boolean {
    const { grid, rows, starts } = this
    const [bx, by, bz] = grid.placeOf(block)
    let isUniform = true
    for (let corner = 0; corner < 8; corner++) {
      const start = grid.startOf(bx + (corner & 1), by + ((corner >> 1) & 1), bz + (corner >> 2))
      starts[corner] = start
      isUniform &&= start < 0 && start === starts[0]
    }
    if (isUniform) return false
    let isCrossed = false
    for (let x = 0, at = 0; x < rowsAlong; x++)
      for (let y = 0; y < rowsAlong; y++, at++) {
        const below = (x >> 3) | ((y >> 3) << 1)
        const row = ((x & 7) << 3) | (y & 7)
        rows[at] = this.rowOf(below, row) | ((this.rowOf(below | 4, row) & 1) << blockSide)
        isCrossed ||= rows[at] !== rows[0]
      }
    return isCrossed || !isUniformRow(rows[0])
  }

  private rowOf(corner: number, row: number): number {
    const start = this.starts[corner]
    return start < 0 ? (start === inside ? 0xff : 0) : this.inside[(start >> 3) + row]
  }
}

/** For each row of 8 nodes along z of the blocks that have any, which of them are inside: bit z. */
function insideByRow({ grid: { nodes, nodesUsed }, values }: GridFunction): Uint8Array {
  const rows = new Uint8Array(nodesUsed / blockSide)
  for (let at = 0; at < nodesUsed; at++) {
    const slot = nodes[at]
    if (slot >= 0 ? values[slot] < 0 : slot === inside) rows[at >> 3] |= 1 << (at & 7)
  }
  return rows
}

/** Whether the nodes of a row are all outside, or all inside. */
const isUniformRow = (row: number): boolean => row === 0 || row === (1 << rowsAlong) - 1

const corners = [0, 1, 2, 3, 4, 5, 6, 7].map((c) => [c & 1, (c >> 1) & 1, c >> 2] as const)

/**
 * The crossed edges as bits, 1536 a block, with how many come before each word of 32: so numbering
 * the vertices takes 100 bytes a block instead of a table of all edges.
 */
export class Crossings {
  /** How many edges are crossed. */
  readonly count: number
  private readonly bits: Uint32Array
  private readonly before: Uint32Array
  private readonly crossed: Uint8Array
  private readonly block: BlockRows

  constructor(source: GridFunction) {
    const { grid } = source
    surround(grid)
    this.bits = new Uint32Array(wordsOfBlock * grid.blockCount)
    this.before = new Uint32Array(this.bits.length)
    this.crossed = new Uint8Array(grid.blockCount)
    this.block = new BlockRows(source)
    for (let block = 0; block < grid.blockCount; block++) {
      if (!this.block.load(block)) continue
      this.crossed[block] = 1
      markCrossing(this.block.rows, this.bits, block * wordsOfBlock)
    }
    let count = 0
    for (let word = 0; word < this.bits.length; word++) {
      this.before[word] = count
      count += bitCount(this.bits[word])
    }
    this.count = count
  }

  /** Whether the surface passes through any cube of a block. */
  isCrossed(block: number): boolean {
    return this.crossed[block] === 1
  }

  /** Which nodes of a block are inside, as `BlockRows` tells; until the next block is asked for. */
  rowsOf(block: number): Uint16Array {
    this.block.load(block)
    return this.block.rows
  }

  /** The number of a crossed edge: `edge` = 3 · node of its lower end in its block + axis. */
  vertexOf(block: number, edge: number): number {
    const word = block * wordsOfBlock + (edge >> 5)
    return this.before[word] + bitCount(this.bits[word] & ((1 << (edge & 31)) - 1))
  }

  /** Calls `visit` with each crossed edge of a block and its number. */
  forEach(block: number, visit: (edge: number, vertex: number) => void): void {
    const first = block * wordsOfBlock
    let vertex = this.before[first]
    for (let word = 0; word < wordsOfBlock; word++)
      for (let left = this.bits[first + word]; left !== 0; left &= left - 1)
        visit(32 * word + 31 - Math.clz32(left & -left), vertex++)
  }
}

/** Makes the blocks on the lower sides, so that each crossed edge and cube has a block of its own. */
function surround(grid: SparseGrid): void {
  const count = grid.blockCount
  for (let block = 0; block < count; block++) {
    if (grid.slotsOf(block) === outside) continue
    const [bx, by, bz] = grid.placeOf(block)
    for (const [x, y, z] of corners) grid.block(bx - x, by - y, bz - z)
  }
}

function markCrossing(rows: Uint16Array, bits: Uint32Array, first: number): void {
  for (let x = 0; x < blockSide; x++)
    for (let y = 0; y < blockSide; y++) {
      const row = rows[x * rowsAlong + y]
      const alongX = row ^ rows[(x + 1) * rowsAlong + y]
      const alongY = row ^ rows[x * rowsAlong + y + 1]
      const alongZ = row ^ (row >> 1)
      if (((alongX | alongY | alongZ) & 0xff) === 0) continue
      let edge = 3 * (x * blockSide + y) * blockSide
      for (let z = 0; z < blockSide; z++, edge += 3) {
        if ((alongX >> z) & 1) bits[first + (edge >> 5)] |= 1 << (edge & 31)
        if ((alongY >> z) & 1) bits[first + ((edge + 1) >> 5)] |= 1 << ((edge + 1) & 31)
        if ((alongZ >> z) & 1) bits[first + ((edge + 2) >> 5)] |= 1 << ((edge + 2) & 31)
      }
    }
}
