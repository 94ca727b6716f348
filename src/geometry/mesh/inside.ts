// Which of the nodes far from all points are inside.
import { NeighbourTree } from '../neighbours.ts'
import type { DistanceField, Frame, OrientedCloud } from './moving-least-squares.ts'
import { blockSide, outside, type SparseGrid } from './sparse-grid.ts'
import { pointAreas, WindingNumber } from './winding.ts'

/** Winding numbers beyond these hold for a whole block that has no point near it. */
const surelyIn = 0.9
const surelyOut = 0.1

/**
 * Fills the grid from the inner side of the field's nodes as far as the winding number says so.
 *
 * In a closed cloud that is the whole inside; where the cloud has a hole it ends in a lid, so that
 * an open end does not turn the body into a shell with an inner wall.
 */
export function fillInside(
  cloud: OrientedCloud,
  spacing: number,
  field: DistanceField,
  frame: Frame,
): void {
  const { grid } = field
  const seeds = innerBorder(field)
  if (fillClosed(field, seeds, frame)) return
  const isIn = judge(cloud, spacing, grid, frame)
  flood(grid, seeds, isIn)
}

/** Fills what the nodes with values enclose, or nothing if they enclose it incompletely. */
function fillClosed(
  { grid, values }: DistanceField,
  seeds: readonly number[],
  { nodes }: Frame,
): boolean {
  const filled: number[] = []
  let isClosed = true
  flood(grid, seeds, (x, y, z) => {
    isClosed &&= neighbours.every(([dx, dy, dz]) => {
      const slot = grid.at(x + dx, y + dy, z + dz)
      return slot < 0 || values[slot] < 0
    })
    isClosed &&= Math.min(x, y, z, nodes[0] - x, nodes[1] - y, nodes[2] - z) > blockSide
    if (isClosed) filled.push(x, y, z)
    return isClosed
  })
  if (!isClosed)
    for (let i = 0; i < filled.length; i += 3) grid.clear(filled[i], filled[i + 1], filled[i + 2])
  return isClosed
}

/** Fills nodes from the seeds on, neighbour by neighbour, as long as `isIn` says so. */
function flood(
  grid: SparseGrid,
  seeds: readonly number[],
  isIn: (x: number, y: number, z: number) => boolean,
): void {
  const open = [...seeds]
  // Three numbers are pushed at a time, so three can be popped.
  while (open.length > 0) {
    const z = open.pop()!
    const y = open.pop()!
    const x = open.pop()!
    if (grid.at(x, y, z) !== outside || !isIn(x, y, z)) continue
    grid.fill(x, y, z)
    for (const [dx, dy, dz] of neighbours) open.push(x + dx, y + dy, z + dz)
  }
}

/** Coordinates, one after the other, of the nodes without a slot beside one with a value below zero. */
function innerBorder({ grid, values }: DistanceField): number[] {
  const border: number[] = []
  for (const block of grid.blocks) {
    const slots = grid.block(block.x, block.y, block.z)
    slots.forEach((slot, i) => {
      if (slot < 0 || values[slot] >= 0) return
      const x = block.x * blockSide + (i >> 6)
      const y = block.y * blockSide + ((i >> 3) & 7)
      const z = block.z * blockSide + (i & 7)
      for (const [nx, ny, nz] of neighbours)
        if (grid.at(x + nx, y + ny, z + nz) === outside) border.push(x + nx, y + ny, z + nz)
    })
  }
  return border
}

const neighbours = [
  [-1, 0, 0],
  [1, 0, 0],
  [0, -1, 0],
  [0, 1, 0],
  [0, 0, -1],
  [0, 0, 1],
] as const

/** A test for single nodes that asks once for each block where that is safe. */
function judge(
  cloud: OrientedCloud,
  spacing: number,
  grid: SparseGrid,
  { origin, cell }: Frame,
): (x: number, y: number, z: number) => boolean {
  const tree = new NeighbourTree(cloud.points)
  const winding = new WindingNumber(cloud, pointAreas(cloud, tree, 2 * spacing), tree)
  const at = (x: number, y: number, z: number): number =>
    winding.at(origin[0] + cell * x, origin[1] + cell * y, origin[2] + cell * z)
  const ofBlock = new Map<number, number>()
  return (x, y, z) => {
    const key = ((x >> 3) * 16384 + (y >> 3)) * 16384 + (z >> 3)
    let number = ofBlock.get(key)
    if (number === undefined) {
      const slots = grid.slotsAt(x >> 3, y >> 3, z >> 3)
      const isNearPoints = slots?.some((slot) => slot >= 0) ?? false
      number = isNearPoints ? Number.NaN : at((x & ~7) + 3.5, (y & ~7) + 3.5, (z & ~7) + 3.5)
      ofBlock.set(key, number)
    }
    if (number > surelyIn) return true
    if (number < surelyOut) return false
    return at(x, y, z) > 0.5
  }
}
