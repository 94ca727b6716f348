// Flooding a sparse grid: node by node where nodes have values, else block by block.
import { blockSide, type NodeState, type SparseGrid } from './sparse-grid.ts'

/** Says how far a flood goes. */
export interface Shore {
  /** Whether a node in this state is free to be flooded at all. */
  isFree(state: number): boolean
  /** Whether the flood covers the node. */
  node(x: number, y: number, z: number): boolean
  /** Whether it covers a block without nodes of its own as a whole; `undefined`: ask its nodes. */
  block(bx: number, by: number, bz: number): boolean | undefined
}

/** The six neighbours of a node. */
export const neighbourSteps = [
  [-1, 0, 0],
  [1, 0, 0],
  [0, -1, 0],
  [0, 1, 0],
  [0, 0, -1],
  [0, 0, 1],
] as const

/** What a flood has covered. */
export class Flood {
  private readonly grid: SparseGrid
  /** Coordinates, one after the other. */
  private readonly nodes: number[] = []
  private readonly blocks: number[] = []

  constructor(grid: SparseGrid) {
    this.grid = grid
  }

  /** Floods from some nodes (coordinates one after the other) and gives all that is covered a state. */
  run(from: readonly number[], as: NodeState, shore: Shore): void {
    const { grid, nodes, blocks } = this
    // Coordinates are pushed and popped three at a time.
    const open = [...from]
    while (open.length > 0) {
      const z = open.pop()!
      const y = open.pop()!
      const x = open.pop()!
      if (!shore.isFree(grid.at(x, y, z))) continue
      const bx = x >> 3
      const by = y >> 3
      const bz = z >> 3
      const isBlockIn = grid.startOf(bx, by, bz) < 0 ? shore.block(bx, by, bz) : undefined
      if (isBlockIn) {
        grid.markBlock(bx, by, bz, as)
        blocks.push(bx, by, bz)
        this.pushAround(bx, by, bz, open)
      } else if (isBlockIn === undefined && shore.node(x, y, z)) {
        grid.mark(x, y, z, as)
        nodes.push(x, y, z)
        for (let n = 0; n < neighbourSteps.length; n++) {
          const step = neighbourSteps[n]
          open.push(x + step[0], y + step[1], z + step[2])
        }
      }
    }
  }

  /** Gives all that it has covered another state. */
  mark(as: NodeState): void {
    const { grid, nodes, blocks } = this
    for (let i = 0; i < nodes.length; i += 3) grid.mark(nodes[i], nodes[i + 1], nodes[i + 2], as)
    for (let i = 0; i < blocks.length; i += 3)
      grid.markBlock(blocks[i], blocks[i + 1], blocks[i + 2], as)
  }

  /** Pushes the nodes around a block: all on its sides, or one where they are of one kind. */
  private pushAround(bx: number, by: number, bz: number, open: number[]): void {
    for (const [dx, dy, dz] of neighbourSteps) {
      const side = this.grid.startOf(bx + dx, by + dy, bz + dz) < 0 ? 1 : blockSide
      const x = 8 * bx + shift(dx)
      const y = 8 * by + shift(dy)
      const z = 8 * bz + shift(dz)
      for (let u = 0; u < side; u++)
        for (let v = 0; v < side; v++) {
          if (dx !== 0) open.push(x, y + u, z + v)
          else if (dy !== 0) open.push(x + u, y, z + v)
          else open.push(x + u, y + v, z)
        }
    }
  }
}

/** From a block's first node to the first of the next (1), or the last of the one before (-1). */
const shift = (direction: number): number => (direction > 0 ? blockSide : direction)
