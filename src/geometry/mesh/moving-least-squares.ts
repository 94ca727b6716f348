// A function in space that is zero on the surface of an oriented point cloud.
import type { PointCloud } from '../points/cloud.ts'
import { SparseGrid } from './sparse-grid.ts'

/** Points of a surface with the direction that leads out of the body. */
export type OrientedCloud = PointCloud & { readonly normals: Float64Array }

/** The function on the nodes near the points; below zero inside. */
export interface DistanceField {
  readonly grid: SparseGrid
  /** Signed distance to the surface, in cells, for each slot of the grid. */
  readonly values: Float32Array
}

/** Where the points stand in the grid: its first node, and the length of a cell. */
export interface LocalFrame {
  readonly origin: readonly [number, number, number]
  readonly cell: number
  /** Nodes along each axis, with at least a block to spare on every side of the points. */
  readonly nodes: readonly [number, number, number]
}

/** Sums that determine the sphere: w, w p, w n, w p·n, w p·p. */
const sumsPerNode = 9

/**
 * Signed distance to the algebraic sphere that fits the points and normals about each grid node.
 *
 * @param support how far (in cells) a point has a say; it fades as (1 - d²/support²)⁴
 * @param reach   nodes within this distance (in cells) of a point get a value, others none
 *
 * Spheres follow stems thinner than the support, where planes would swell them. Source: algebraic
 * point set surfaces (Guennebaud & Gross, 2007), with the closed form of Guennebaud, Germann &
 * Gross (2008, eq. 4). Cost: about 4 support³ sums a point.
 */
export function fitDistanceField(
  { points, normals }: OrientedCloud,
  { origin, cell }: LocalFrame,
  support: number,
  reach: number,
): DistanceField {
  const local = points.map((value, i) => (value - origin[i % 3]) / cell)
  const grid = new SparseGrid()
  const rows = new NodeRows()
  const make = (bx: number, by: number, bz: number): number => grid.own(bx, by, bz)
  for (let i = 0; i < local.length; i += 3) {
    rows.findNear(local, i, reach, make)
    for (let r = 0; r < rows.count; r++)
      for (let z = rows.from[r]; z <= rows.to[r]; z++) grid.claim(rows.start[r] + (z & 7))
  }
  const sums = new Float32Array(sumsPerNode * grid.slotCount)
  const { nodes } = grid
  const find = (bx: number, by: number, bz: number): number => grid.startOf(bx, by, bz)
  for (let i = 0; i < local.length; i += 3) {
    rows.findNear(local, i, support, find)
    const nx = normals[i]
    const ny = normals[i + 1]
    const nz = normals[i + 2]
    for (let r = 0; r < rows.count; r++) {
      const row = rows.start[r]
      const px = local[i] - rows.x[r]
      const py = local[i + 1] - rows.y[r]
      const across = px * px + py * py
      const slope = px * nx + py * ny
      for (let z = rows.from[r], end = rows.to[r]; z <= end; z++) {
        const slot = nodes[row + (z & 7)]
        if (slot < 0) continue
        const pz = local[i + 2] - z
        const square = across + pz * pz
        const fade = 1 - square / (support * support)
        const w = fade * fade * fade * fade
        const s = sumsPerNode * slot
        sums[s] += w
        sums[s + 1] += w * px
        sums[s + 2] += w * py
        sums[s + 3] += w * pz
        sums[s + 4] += w * nx
        sums[s + 5] += w * ny
        sums[s + 6] += w * nz
        sums[s + 7] += w * (slope + pz * nz)
        sums[s + 8] += w * square
      }
    }
  }
  const values = new Float32Array(grid.slotCount)
  for (let slot = 0; slot < values.length; slot++)
    values[slot] = sphereDistance(sums, sumsPerNode * slot)
  return { grid, values }
}

/** Distance from the node (at 0) to the sphere u0 + u·p + q p·p = 0 that fits the sums. */
function sphereDistance(sums: Float32Array, s: number): number {
  const w = sums[s]
  const px = sums[s + 1] / w
  const py = sums[s + 2] / w
  const pz = sums[s + 3] / w
  const nx = sums[s + 4] / w
  const ny = sums[s + 5] / w
  const nz = sums[s + 6] / w
  const pn = sums[s + 7] / w
  const pp = sums[s + 8] / w
  const spread = pp - (px * px + py * py + pz * pz)
  const q = spread > 1e-6 ? (0.5 * (pn - (px * nx + py * ny + pz * nz))) / spread : 0
  const ux = nx - 2 * q * px
  const uy = ny - 2 * q * py
  const uz = nz - 2 * q * pz
  const u0 = -(ux * px + uy * py + uz * pz) - q * pp
  const u = Math.sqrt(ux * ux + uy * uy + uz * uz)
  const root = Math.sqrt(Math.max(0, u * u - 4 * u0 * q))
  return u + root > 1e-9 ? (2 * u0) / (u + root) : u0
}

/** Rows of nodes along z within one block each, near a point; the same memory serves every point. */
class NodeRows {
  count = 0
  /** Of each row: the node with z = 0 in its block, as an index in the grid's nodes. */
  start = new Int32Array(64)
  x = new Int32Array(64)
  y = new Int32Array(64)
  /** From which to which z. */
  from = new Int32Array(64)
  to = new Int32Array(64)

  /**
   * Finds the rows of nodes within `radius` of a point: those at (x, y) from `from` to `to`, of which
   * that at z is node `start + (z & 7)`.
   *
   * @param i       index of the point's x in `local`
   * @param startOf where a block's nodes begin, or less than 0 to pass the block over: asked for once
   *                a point instead of once a node, which is most of this function's speed
   */
  findNear(
    local: Float64Array,
    i: number,
    radius: number,
    startOf: (bx: number, by: number, bz: number) => number,
  ): void {
    this.count = 0
    const px = local[i]
    const py = local[i + 1]
    const pz = local[i + 2]
    const fromX = Math.ceil(px - radius)
    const toX = Math.floor(px + radius)
    const fromY = Math.ceil(py - radius)
    const toY = Math.floor(py + radius)
    const fromZ = Math.ceil(pz - radius)
    const toZ = Math.floor(pz + radius)
    for (let bx = fromX >> 3; bx <= toX >> 3; bx++)
      for (let by = fromY >> 3; by <= toY >> 3; by++)
        for (let bz = fromZ >> 3; bz <= toZ >> 3; bz++) {
          const start = startOf(bx, by, bz)
          if (start < 0) continue
          const endX = Math.min(toX, 8 * bx + 7)
          const endY = Math.min(toY, 8 * by + 7)
          for (let x = Math.max(fromX, 8 * bx); x <= endX; x++)
            for (let y = Math.max(fromY, 8 * by); y <= endY; y++) {
              const left = radius * radius - (x - px) * (x - px) - (y - py) * (y - py)
              if (left <= 0) continue
              const half = Math.sqrt(left)
              const from = Math.max(Math.ceil(pz - half), 8 * bz)
              const to = Math.min(Math.floor(pz + half), 8 * bz + 7)
              if (from <= to) this.add(start + 64 * (x & 7) + 8 * (y & 7), x, y, from, to)
            }
        }
  }

  private add(start: number, x: number, y: number, from: number, to: number): void {
    if (this.count === this.start.length) this.grow()
    const r = this.count++
    this.start[r] = start
    this.x[r] = x
    this.y[r] = y
    this.from[r] = from
    this.to[r] = to
  }

  private grow(): void {
    for (const part of ['start', 'x', 'y', 'from', 'to'] as const) {
      const more = new Int32Array(2 * this.count)
      more.set(this[part])
      this[part] = more
    }
  }
}
