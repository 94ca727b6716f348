// The grid edges that a surface crosses, numbered: they are the vertices of its mesh.
import { bitCount } from '../bit-rows.ts'
import { blockSide, blockSize, inside, outside, type SparseGrid } from './sparse-grid.ts'

/** Nodes along a block and one more layer on the upper sides. */
export const fieldSide = blockSide + 1
/** Steps in the field of a block along x, y and z. */
export const fieldSteps = [fieldSide * fieldSide, fieldSide, 1] as const
/** For each edge that belongs to a block a bit: edges that start in its nodes, along x, y, z. */
const wordsOfBlock = (3 * blockSize) / 32

/** Values on a grid; nodes without a slot count as `far` outside and `-far` inside. */
export interface GridFunction {
  readonly grid: SparseGrid
  /** Below zero inside. */
  readonly values: ArrayLike<number>
  readonly far: number
}

/** The values of a block's nodes and of the next layer on its upper sides: 9 × 9 × 9. */
export class BlockField {
  readonly values = new Float64Array(fieldSide ** 3)
  /** For each row along z, number 9 x + y, which of its nodes are inside: bit z. */
  readonly rows = new Uint16Array(fieldSide ** 2)
  private readonly source: GridFunction
  /** Where the nodes of the block and of its seven upper neighbours begin, or their state. */
  private readonly starts = new Int32Array(8)

  constructor(source: GridFunction) {
    this.source = source
  }

  /** @returns whether the surface crosses any of the block's cubes; if not, the values are stale */
  load(block: number): boolean {
    const { starts } = this
    const { grid } = this.source
    const [bx, by, bz] = grid.placeOf(block)
    let isUniform = true
    for (let corner = 0; corner < 8; corner++) {
      const start = grid.startOf(bx + (corner & 1), by + ((corner >> 1) & 1), bz + (corner >> 2))
      starts[corner] = start
      isUniform &&= start < 0 && start === starts[0]
    }
    if (isUniform) return false
    const { rows } = this
    rows.fill(0)
    for (let corner = 0; corner < 8; corner++) this.copy(corner)
    let alike = 1
    while (alike < rows.length && rows[alike] === rows[0]) alike++
    return alike < rows.length || !isUniformRow(rows[0])
  }

  private copy(corner: number): void {
    const { grid, values, far } = this.source
    const { nodes } = grid
    const field = this.values
    const start = this.starts[corner]
    const ox = corner & 1
    const oy = (corner >> 1) & 1
    const oz = corner >> 2
    const endX = ox ? 1 : blockSide
    const endY = oy ? 1 : blockSide
    const endZ = oz ? 1 : blockSide
    for (let x = 0; x < endX; x++)
      for (let y = 0; y < endY; y++) {
        const from = start + (x * blockSide + y) * blockSide
        const to = ((x + 8 * ox) * fieldSide + y + 8 * oy) * fieldSide + 8 * oz
        let row = 0
        for (let z = 0; z < endZ; z++) {
          const slot = start < 0 ? start : nodes[from + z]
          const value = slot >= 0 ? values[slot] : slot === inside ? -far : far
          if (value < 0) row |= 1 << z
          field[to + z] = value
        }
        this.rows[(x + 8 * ox) * fieldSide + y + 8 * oy] |= row << (8 * oz)
      }
  }
}

/** Whether the nodes of a row are all outside, or all inside. */
const isUniformRow = (row: number): boolean => row === 0 || row === (1 << fieldSide) - 1

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

  constructor(source: GridFunction) {
    const { grid } = source
    surround(grid)
    this.bits = new Uint32Array(wordsOfBlock * grid.blockCount)
    this.before = new Uint32Array(this.bits.length)
    this.crossed = new Uint8Array(grid.blockCount)
    const field = new BlockField(source)
    for (let block = 0; block < grid.blockCount; block++) {
      if (!field.load(block)) continue
      this.crossed[block] = 1
      markCrossing(field.rows, this.bits, block * wordsOfBlock)
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
      const row = rows[x * fieldSide + y]
      const alongX = row ^ rows[(x + 1) * fieldSide + y]
      const alongY = row ^ rows[x * fieldSide + y + 1]
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
