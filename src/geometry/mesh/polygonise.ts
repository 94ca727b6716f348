// The surface where a function on a sparse grid is zero, as a closed mesh.
import { cubeTriangles, edgeCorners } from './cube-cases.ts'
import type { TriangleMesh } from './mesh.ts'
import { blockSide, blockSize, inside, type SparseGrid } from './sparse-grid.ts'

/** Where a grid stands in space. */
export interface Placement {
  /** Position of the node (0, 0, 0). */
  readonly origin: readonly [number, number, number]
  /** Distance between neighbouring nodes. */
  readonly cell: number
}

/** Crossings stay this far (in cells) from the nodes, lest triangles shrink to nothing. */
const margin = 0.04
const side = blockSide + 1
const edgesOfBlock = 3 * blockSize
const words = edgesOfBlock / 32

/**
 * Marching cubes over the blocks of a grid.
 *
 * @param grid   nodes that are outside, inside or have a value; no block but the last layer of
 *               outside nodes may be missing around a crossing (`surround` sees to it)
 * @param values the function at each slot, below zero inside
 * @param far    the value that nodes without a slot count as: `-far` inside, `far` outside
 * @returns a closed, oriented manifold: each edge has two triangles, each vertex one fan of them
 *
 * Closed by construction: the crossings belong to grid edges, which neighbouring cubes share, and
 * the lines on a face depend on that face alone (see `cubeTriangles`).
 */
export function polygonise(
  grid: SparseGrid,
  values: ArrayLike<number>,
  far: number,
  { origin, cell }: Placement,
): TriangleMesh {
  surround(grid)
  const gather = new Gatherer(grid, values, far)
  const crossings = numberCrossings(grid, gather)
  const vertices = new Float64Array(3 * crossings.count)
  const triangles: number[] = []
  grid.blocks.forEach((block, b) => {
    if (!crossings.isCrossed[b]) return
    const field = gather.around(block.x, block.y, block.z)
    placeVertices(field, block, crossings, b, vertices, origin, cell)
    addTriangles(field, crossings, neighbourNumbers(grid, block), triangles)
  })
  return { vertices, triangles: Uint32Array.from(triangles) }
}

/** Makes the blocks on the lower sides, so that each crossed edge and cube has a block of its own. */
function surround(grid: SparseGrid): void {
  for (const { x, y, z } of grid.blocks.slice())
    for (let corner = 1; corner < 8; corner++)
      grid.block(x - (corner & 1), y - ((corner >> 1) & 1), z - (corner >> 2))
}

/** The values of a block's nodes and of the next layer on its upper sides: 9 × 9 × 9. */
class Gatherer {
  private readonly field = new Float64Array(side ** 3)
  private readonly grid: SparseGrid
  private readonly values: ArrayLike<number>
  private readonly far: number
  constructor(grid: SparseGrid, values: ArrayLike<number>, far: number) {
    this.grid = grid
    this.values = values
    this.far = far
  }

  around(bx: number, by: number, bz: number): Float64Array {
    const { grid, values, far, field } = this
    for (let corner = 0; corner < 8; corner++) {
      const ox = corner & 1
      const oy = (corner >> 1) & 1
      const oz = corner >> 2
      const slots = grid.slotsAt(bx + ox, by + oy, bz + oz)
      const endX = ox ? 1 : blockSide
      const endY = oy ? 1 : blockSide
      const endZ = oz ? 1 : blockSide
      for (let x = 0; x < endX; x++)
        for (let y = 0; y < endY; y++)
          for (let z = 0; z < endZ; z++) {
            const slot = slots ? slots[(x * blockSide + y) * blockSide + z] : -1
            field[((x + 8 * ox) * side + y + 8 * oy) * side + z + 8 * oz] =
              slot >= 0 ? values[slot] : slot === inside ? -far : far
          }
    }
    return field
  }
}

/** Steps in the 9 × 9 × 9 field along x, y and z. */
const steps = [side * side, side, 1] as const

/**
 * The crossed edges as bits, 1536 a block, and how many come before each word of 32: so the number
 * of a vertex costs no table of edges.
 */
interface Crossings {
  readonly bits: Uint32Array
  readonly before: Uint32Array
  readonly isCrossed: Uint8Array
  readonly count: number
}

function numberCrossings(grid: SparseGrid, gather: Gatherer): Crossings {
  const bits = new Uint32Array(words * grid.blocks.length)
  const before = new Uint32Array(bits.length)
  const isCrossed = new Uint8Array(grid.blocks.length)
  grid.blocks.forEach(({ x, y, z }, b) => {
    isCrossed[b] = markCrossings(gather.around(x, y, z), bits, b * words) ? 1 : 0
  })
  let count = 0
  for (let word = 0; word < bits.length; word++) {
    before[word] = count
    count += bitCount(bits[word])
  }
  return { bits, before, isCrossed, count }
}

/** @returns whether the surface passes through any of the block's cubes */
function markCrossings(field: Float64Array, bits: Uint32Array, first: number): boolean {
  const isIn = field[0] < 0
  if (field.every((value) => value < 0 === isIn)) return false
  let edge = 0
  for (let x = 0; x < blockSide; x++)
    for (let y = 0; y < blockSide; y++)
      for (let z = 0; z < blockSide; z++) {
        const at = (x * side + y) * side + z
        for (const step of steps) {
          if (field[at] < 0 !== field[at + step] < 0) bits[first + (edge >> 5)] |= 1 << (edge & 31)
          edge++
        }
      }
  return true
}

function bitCount(word: number): number {
  word -= (word >>> 1) & 0x55555555
  word = (word & 0x33333333) + ((word >>> 2) & 0x33333333)
  return (((word + (word >>> 4)) & 0x0f0f0f0f) * 0x01010101) >>> 24
}

function vertexOf(crossings: Crossings, block: number, edge: number): number {
  const word = block * words + (edge >> 5)
  const below = crossings.bits[word] & ((1 << (edge & 31)) - 1)
  return crossings.before[word] + bitCount(below)
}

function placeVertices(
  field: Float64Array,
  block: { readonly x: number; readonly y: number; readonly z: number },
  crossings: Crossings,
  number: number,
  vertices: Float64Array,
  origin: readonly number[],
  cell: number,
): void {
  let vertex = crossings.before[number * words]
  for (let edge = 0; edge < edgesOfBlock; edge++) {
    const word = crossings.bits[number * words + (edge >> 5)]
    if (!((word >>> (edge & 31)) & 1)) continue
    const node = (edge / 3) | 0
    const axis = edge - 3 * node
    const [x, y, z] = [node >> 6, (node >> 3) & 7, node & 7]
    const at = (x * side + y) * side + z
    const here = field[at]
    const t = here / (here - field[at + steps[axis]])
    const shift = Math.min(1 - margin, Math.max(margin, t))
    const place = [8 * block.x + x, 8 * block.y + y, 8 * block.z + z]
    place[axis] += shift
    for (let d = 0; d < 3; d++) vertices[3 * vertex + d] = origin[d] + cell * place[d]
    vertex++
  }
}

/** Numbers of the block itself and of its seven neighbours on the upper sides; -1 where none is. */
function neighbourNumbers(
  grid: SparseGrid,
  { x, y, z }: { readonly x: number; readonly y: number; readonly z: number },
): Int32Array {
  return Int32Array.from({ length: 8 }, (_, corner) =>
    grid.numberOf(x + (corner & 1), y + ((corner >> 1) & 1), z + (corner >> 2)),
  )
}

/** Where the lower node of each cube edge lies, and along which axis the edge runs. */
const edgeX = edgeCorners.map(([low]) => low & 1)
const edgeY = edgeCorners.map(([low]) => (low >> 1) & 1)
const edgeZ = edgeCorners.map(([low]) => low >> 2)
const edgeAxis = edgeCorners.map(([low, high]) => Math.log2(high - low))

function addTriangles(
  field: Float64Array,
  crossings: Crossings,
  neighbours: Int32Array,
  triangles: number[],
): void {
  for (let x = 0; x < blockSide; x++)
    for (let y = 0; y < blockSide; y++)
      for (let z = 0; z < blockSide; z++) {
        const at = (x * side + y) * side + z
        let isIn = 0
        for (let corner = 0; corner < 8; corner++) {
          const offset = (corner & 1) * 81 + ((corner >> 1) & 1) * 9 + (corner >> 2)
          if (field[at + offset] < 0) isIn |= 1 << corner
        }
        for (const edge of cubeTriangles[isIn]) {
          const [nx, ny, nz] = [x + edgeX[edge], y + edgeY[edge], z + edgeZ[edge]]
          const block = neighbours[(nx >> 3) | ((ny >> 3) << 1) | ((nz >> 3) << 2)]
          const node = ((nx & 7) << 6) | ((ny & 7) << 3) | (nz & 7)
          triangles.push(vertexOf(crossings, block, 3 * node + edgeAxis[edge]))
        }
      }
}
