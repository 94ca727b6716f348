// The surface where a function on a sparse grid is zero, as a closed mesh.
import { Crossings, rowsAlong, type GridFunction } from './crossings.ts'
import { cubeTriangles, edgeCorners } from './cube-cases.ts'
import type { TriangleMesh } from './mesh.ts'
import { LongList } from '../long-list.ts'
import { blockSide, inside, type SparseGrid } from './sparse-grid.ts'

/** Where a grid stands in space. */
export interface Placement {
  /** Position of the node (0, 0, 0). */
  readonly origin: readonly [number, number, number]
  /** Distance between neighbouring nodes. */
  readonly cell: number
}

/** Crossings stay this far (in cells) from the nodes, lest triangles shrink to nothing. */
const cellMargin = 0.04
/** By how many bits the coordinate along x, y and z is shifted in the number of a node in its block. */
const nodeShift = [6, 3, 0] as const

/**
 * Marching cubes over the blocks of a grid.
 *
 * @param source no node at coordinate 0 to 7 of any axis may be inside: blocks are added below
 * @returns a closed, oriented manifold: each edge has two triangles, each vertex one fan of them
 *
 * Closed by construction: the crossings belong to grid edges, which neighbouring cubes share, and
 * the lines on a face depend on that face alone (see `cubeTriangles`).
 */
export function polygonise(source: GridFunction, placement: Placement): TriangleMesh {
  const { grid } = source
  const crossings = new Crossings(source)
  const vertices = new Float64Array(3 * crossings.count)
  // a closed surface without handles has twice as many triangles as vertices
  const triangles = new LongList(Uint32Array, 6 * crossings.count)
  for (let block = 0; block < grid.blockCount; block++) {
    if (!crossings.isCrossed(block)) continue
    const neighbours = neighbourNumbers(grid, grid.placeOf(block))
    placeVertices(source, crossings, neighbours, placement, vertices)
    addTriangles(crossings.rowsOf(block), crossings, neighbours, triangles)
  }
  return { vertices, triangles: triangles.taken() }
}

/** Puts each vertex where the function, linear along its edge, is zero. */
function placeVertices(
  { grid, values, far }: GridFunction,
  crossings: Crossings,
  neighbours: Int32Array,
  { origin, cell }: Placement,
  vertices: Float64Array,
): void {
  const [block] = neighbours
  const [bx, by, bz] = grid.placeOf(block)
  const own = grid.slotsOf(block)
  const upper = [1, 2, 4].map((corner) => grid.slotsOf(neighbours[corner]))
  const valueAt = (slots: Int32Array | number, node: number): number => {
    const slot = typeof slots === 'number' ? slots : slots[node]
    return slot >= 0 ? values[slot] : slot === inside ? -far : far
  }
  const at = new Float64Array(3)
  crossings.forEach(block, (edge, vertex) => {
    const node = Math.floor(edge / 3)
    const axis = edge % 3
    const shift = nodeShift[axis]
    const isLast = ((node >> shift) & 7) === 7
    const value = valueAt(own, node)
    const next = isLast
      ? valueAt(upper[axis], node & ~(7 << shift))
      : valueAt(own, node + (1 << shift))
    const t = value / (value - next)
    at[0] = 8 * bx + (node >> 6)
    at[1] = 8 * by + ((node >> 3) & 7)
    at[2] = 8 * bz + (node & 7)
    at[axis] += Math.min(1 - cellMargin, Math.max(cellMargin, t))
    for (let d = 0; d < 3; d++) vertices[3 * vertex + d] = origin[d] + cell * at[d]
  })
}

/** Numbers of the block itself and of its seven neighbours on the upper sides; -1 where none is. */
const neighbourNumbers = (grid: SparseGrid, [x, y, z]: readonly number[]): Int32Array =>
  Int32Array.from({ length: 8 }, (_, corner) =>
    grid.find(x + (corner & 1), y + ((corner >> 1) & 1), z + (corner >> 2)),
  )

/** Where the lower node of each cube edge lies, and along which axis the edge runs. */
const edgeX = Uint8Array.from(edgeCorners, ([low]) => low & 1)
const edgeY = Uint8Array.from(edgeCorners, ([low]) => (low >> 1) & 1)
const edgeZ = Uint8Array.from(edgeCorners, ([low]) => low >> 2)
const edgeAxis = Uint8Array.from(edgeCorners, ([low, high]) => Math.log2(high - low))
function addTriangles(
  rows: Uint16Array,
  crossings: Crossings,
  neighbours: Int32Array,
  triangles: LongList<Uint32Array<ArrayBuffer>>,
): void {
  const cases = cubeTriangles()
  for (let x = 0; x < blockSide; x++)
    for (let y = 0; y < blockSide; y++) {
      const row = x * rowsAlong + y
      const a = rows[row]
      const b = rows[row + rowsAlong]
      const c = rows[row + 1]
      const d = rows[row + rowsAlong + 1]
      if ((a | b | c | d) === 0) continue
      for (let z = 0; z < blockSide; z++) {
        const isIn = cornersIn(a, b, c, d, z) | (cornersIn(a, b, c, d, z + 1) << 4)
        const edges = cases[isIn]
        for (let n = 0; n < edges.length; n++) {
          const edge = edges[n]
          const nx = x + edgeX[edge]
          const ny = y + edgeY[edge]
          const nz = z + edgeZ[edge]
          const block = neighbours[(nx >> 3) | ((ny >> 3) << 1) | ((nz >> 3) << 2)]
          const node = ((nx & 7) << 6) | ((ny & 7) << 3) | (nz & 7)
          triangles.push(crossings.vertexOf(block, 3 * node + edgeAxis[edge]))
        }
      }
    }
}

/** Which of the four corners of a cube at height `z` are inside. */
const cornersIn = (a: number, b: number, c: number, d: number, z: number): number =>
  ((a >> z) & 1) | (((b >> z) & 1) << 1) | (((c >> z) & 1) << 2) | (((d >> z) & 1) << 3)
