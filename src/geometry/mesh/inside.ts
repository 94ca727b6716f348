// Which of the nodes far from all points are inside.
import { evenlySpread, NeighbourTree, picked } from '../neighbours.ts'
import { Flood, neighbourSteps } from './flood.ts'
import type { DistanceField, LocalFrame, OrientedCloud } from './moving-least-squares.ts'
import { blockSide, doubtful, inside, outside, refused, type SparseGrid } from './sparse-grid.ts'
import { pointAreas, WindingNumber } from './winding.ts'

/**
 * Fills the grid from the inner side of the field's nodes, as far as they enclose it.
 *
 * Where the cloud has a hole, the winding number says how far that is: so an open end gets a lid
 * and the body does not become a shell with an inner wall.
 */
export function fillInside(
  cloud: OrientedCloud,
  spacing: number,
  field: DistanceField,
  frame: LocalFrame,
): void {
  const leaking = fillEnclosed(field, innerBorder(field), frame)
  if (leaking.length > 0) fillSurrounded(field.grid, leaking, windingOf(cloud, spacing, frame))
}

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
      for (let n = 0; n < neighbourSteps.length; n++) {
        const step = neighbourSteps[n]
        const nx = x + step[0]
        const ny = y + step[1]
        const nz = z + step[2]
        if (grid.at(nx, ny, nz) === outside) border.push(nx, ny, nz)
      }
    }
  }
  return border
}

/**
 * Fills each space that nodes with values below zero enclose wholly.
 *
 * @returns the nodes of `border` that lie in others; what was flooded from them is doubtful, so no
 *          place is flooded twice
 */
function fillEnclosed(
  { grid, values }: DistanceField,
  border: readonly number[],
  { nodes }: LocalFrame,
): number[] {
  const leaking: number[] = []
  for (let i = 0; i < border.length; i += 3) {
    const state = grid.at(border[i], border[i + 1], border[i + 2])
    // most of it was flooded before, from another of its nodes
    if (state !== outside && state !== doubtful) continue
    const from = border.slice(i, i + 3)
    let isEnclosed = state !== doubtful
    const flood = new Flood(grid)
    if (state === outside)
      flood.run(from, inside, {
        // All around what is covered comes by here.
        isFree(found) {
          if (found === doubtful || values[found] >= 0) isEnclosed = false
          return isEnclosed && found === outside
        },
        node: () => true,
        block(...block) {
          const isInGrid = block.every((b, d) => b > 0 && blockSide * (b + 1) < nodes[d])
          if (!isInGrid) isEnclosed = false
          return isInGrid
        },
      })
    if (isEnclosed) continue
    flood.mark(doubtful)
    leaking.push(...from)
  }
  return leaking
}

/** Winding numbers beyond these hold for a whole block that has no point near it. */
const surelyIn = 0.9
const surelyOut = 0.1

/** Fills from the given nodes on what the points surround by more than half. */
function fillSurrounded(
  grid: SparseGrid,
  from: readonly number[],
  winding: (x: number, y: number, z: number) => number,
): void {
  new Flood(grid).run(from, inside, {
    isFree: (state) => state === outside || state === doubtful,
    node(x, y, z) {
      const isIn = winding(x, y, z) > 0.5
      if (!isIn) grid.mark(x, y, z, refused) // not to be asked again from its other sides
      return isIn
    },
    block(bx, by, bz) {
      const number = winding(8 * bx + 3.5, 8 * by + 3.5, 8 * bz + 3.5)
      if (number < surelyOut) grid.markBlock(bx, by, bz, refused)
      return number > surelyIn ? true : number < surelyOut ? false : undefined
    },
  })
}

/** One point in this many is enough to tell inside from outside some way from the surface. */
const oneOf = 4

function windingOf(
  cloud: OrientedCloud,
  spacing: number,
  { origin, cell }: LocalFrame,
): (x: number, y: number, z: number) => number {
  const kept = evenlySpread(cloud.points, oneOf)
  const few = { points: picked(cloud.points, kept), normals: picked(cloud.normals, kept) }
  const tree = new NeighbourTree(few.points)
  const areas = pointAreas(tree, 2 * Math.sqrt(oneOf) * spacing)
  const winding = new WindingNumber(few, areas, tree)
  return (x, y, z) => winding.at(origin[0] + cell * x, origin[1] + cell * y, origin[2] + cell * z)
}
