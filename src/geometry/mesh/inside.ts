// Which of the nodes far from all points are inside.
import { NeighbourTree } from '../neighbours.ts'
import type { DistanceField, Frame, OrientedCloud } from './moving-least-squares.ts'
import { blockSide, inside, outside, type SparseGrid } from './sparse-grid.ts'
import { pointAreas, WindingNumber } from './winding.ts'

/**
 * Fills the grid from the inner side of the field's nodes as far as they enclose it.
 *
 * Where the cloud has a hole, the winding number says how far that is: so an open end gets a lid
 * and the body does not become a shell with an inner wall.
 */
export function fillInside(
  cloud: OrientedCloud,
  spacing: number,
  field: DistanceField,
  frame: Frame,
): void {
  const seeds = innerBorder(field)
  if (fillEnclosed(field, seeds, frame)) return
  flood(field.grid, seeds, windingJudge(cloud, spacing, frame))
}

/** Says what is inside; flooding asks it of nodes, and of blocks where no node has a value. */
interface Judge {
  node(x: number, y: number, z: number): boolean
  /** Whether the block is inside as a whole; `undefined`: ask its nodes. */
  block(bx: number, by: number, bz: number): boolean | undefined
}

const neighbours = [
  [-1, 0, 0],
  [1, 0, 0],
  [0, -1, 0],
  [0, 1, 0],
  [0, 0, -1],
  [0, 0, 1],
] as const

/** Coordinates, one after the other, of the nodes without a slot beside one with a value below zero. */
function innerBorder({ grid, values }: DistanceField): number[] {
  const border: number[] = []
  for (let block = 0; block < grid.blockCount; block++) {
    const slots = grid.slotsOf(block)
    if (typeof slots === 'number') continue
    const [bx, by, bz] = grid.placeOf(block)
    for (let i = 0; i < slots.length; i++) {
      if (slots[i] < 0 || values[slots[i]] >= 0) continue
      const x = bx * blockSide + (i >> 6)
      const y = by * blockSide + ((i >> 3) & 7)
      const z = bz * blockSide + (i & 7)
      for (const [dx, dy, dz] of neighbours)
        if (grid.at(x + dx, y + dy, z + dz) === outside) border.push(x + dx, y + dy, z + dz)
    }
  }
  return border
}

/** Fills what the nodes with values enclose, or nothing if they enclose it incompletely. */
function fillEnclosed(
  { grid, values }: DistanceField,
  seeds: readonly number[],
  { nodes }: Frame,
): boolean {
  let isEnclosed = true
  const undo = flood(grid, seeds, {
    node(x, y, z) {
      for (const [dx, dy, dz] of neighbours)
        if (values[grid.at(x + dx, y + dy, z + dz)] >= 0) isEnclosed = false
      return isEnclosed
    },
    block(bx, by, bz) {
      const reach = Math.min(...[bx, by, bz].map((b, d) => Math.min(b, nodes[d] / blockSide - b)))
      if (reach < 1) isEnclosed = false
      return isEnclosed
    },
  })
  if (!isEnclosed) undo()
  return isEnclosed
}

/** Fills from the seeds on, neighbour by neighbour, as far as `judge` says so; returns the way back. */
function flood(grid: SparseGrid, seeds: readonly number[], judge: Judge): () => void {
  const nodes: number[] = []
  const blocks: number[] = []
  // Coordinates are pushed and popped three at a time.
  const open = [...seeds]
  while (open.length > 0) {
    const z = open.pop()!
    const y = open.pop()!
    const x = open.pop()!
    if (grid.at(x, y, z) !== outside) continue
    const [bx, by, bz] = [x >> 3, y >> 3, z >> 3]
    const isBlockIn = grid.startOf(bx, by, bz) < 0 ? judge.block(bx, by, bz) : undefined
    if (isBlockIn) {
      grid.markBlock(bx, by, bz, inside)
      blocks.push(bx, by, bz)
      pushAround(grid, bx, by, bz, open)
    } else if (isBlockIn === undefined && judge.node(x, y, z)) {
      grid.mark(x, y, z, inside)
      nodes.push(x, y, z)
      for (const [dx, dy, dz] of neighbours) open.push(x + dx, y + dy, z + dz)
    }
  }
  return () => {
    for (let i = 0; i < nodes.length; i += 3)
      grid.mark(nodes[i], nodes[i + 1], nodes[i + 2], outside)
    for (let i = 0; i < blocks.length; i += 3)
      grid.markBlock(blocks[i], blocks[i + 1], blocks[i + 2], outside)
  }
}

/** Pushes the nodes around a block: all on its sides, or one where they are of one kind. */
function pushAround(grid: SparseGrid, bx: number, by: number, bz: number, open: number[]): void {
  for (const [dx, dy, dz] of neighbours) {
    const isOne = grid.startOf(bx + dx, by + dy, bz + dz) < 0
    const first = [8 * bx, 8 * by, 8 * bz].map((value, d) => value + sideShift([dx, dy, dz][d]))
    for (let u = 0; u < (isOne ? 1 : 8); u++)
      for (let v = 0; v < (isOne ? 1 : 8); v++) {
        if (dx !== 0) open.push(first[0], first[1] + u, first[2] + v)
        else if (dy !== 0) open.push(first[0] + u, first[1], first[2] + v)
        else open.push(first[0] + u, first[1] + v, first[2])
      }
  }
}

/** From a block's first node to the first of the next (1), the last of the one before (-1). */
const sideShift = (direction: number): number => (direction > 0 ? blockSide : direction)

/** Winding numbers beyond these hold for a whole block that has no point near it. */
const surelyIn = 0.9
const surelyOut = 0.1

function windingJudge(cloud: OrientedCloud, spacing: number, { origin, cell }: Frame): Judge {
  const tree = new NeighbourTree(cloud.points)
  const winding = new WindingNumber(cloud, pointAreas(cloud, tree, 2 * spacing), tree)
  const at = (x: number, y: number, z: number): number =>
    winding.at(origin[0] + cell * x, origin[1] + cell * y, origin[2] + cell * z)
  return {
    node: (x, y, z) => at(x, y, z) > 0.5,
    block(bx, by, bz) {
      const number = at(8 * bx + 3.5, 8 * by + 3.5, 8 * bz + 3.5)
      return number > surelyIn ? true : number < surelyOut ? false : undefined
    },
  }
}
