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
export interface Frame {
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
  { origin, cell }: Frame,
  support: number,
  reach: number,
): DistanceField {
  const local = points.map((value, i) => (value - origin[i % 3]) / cell)
  const grid = new SparseGrid()
  forEachNodeNear(local, reach, (_, x, y, z) => grid.claim(x, y, z))
  const sums = new Float32Array(sumsPerNode * grid.slotCount)
  const scale = 1 / (support * support)
  forEachNodeNear(local, support, (i, x, y, z, d2) => {
    const slot = grid.at(x, y, z)
    if (slot < 0) return
    const fade = 1 - d2 * scale
    const w = fade * fade * fade * fade
    const px = local[i] - x
    const py = local[i + 1] - y
    const pz = local[i + 2] - z
    const nx = normals[i]
    const ny = normals[i + 1]
    const nz = normals[i + 2]
    const s = sumsPerNode * slot
    sums[s] += w
    sums[s + 1] += w * px
    sums[s + 2] += w * py
    sums[s + 3] += w * pz
    sums[s + 4] += w * nx
    sums[s + 5] += w * ny
    sums[s + 6] += w * nz
    sums[s + 7] += w * (px * nx + py * ny + pz * nz)
    sums[s + 8] += w * d2
  })
  const values = Float32Array.from({ length: grid.slotCount }, (_, slot) =>
    sphereDistance(sums, sumsPerNode * slot),
  )
  return { grid, values }
}

/** Distance from the node (at 0) to the sphere u0 + u·p + q p·p = 0 that fits the sums. */
function sphereDistance(sums: Float32Array, s: number): number {
  const w = sums[s]
  const [px, py, pz] = [sums[s + 1] / w, sums[s + 2] / w, sums[s + 3] / w]
  const [nx, ny, nz] = [sums[s + 4] / w, sums[s + 5] / w, sums[s + 6] / w]
  const pn = sums[s + 7] / w
  const pp = sums[s + 8] / w
  const spread = pp - (px * px + py * py + pz * pz)
  const q = spread > 1e-6 ? (0.5 * (pn - (px * nx + py * ny + pz * nz))) / spread : 0
  const ux = nx - 2 * q * px
  const uy = ny - 2 * q * py
  const uz = nz - 2 * q * pz
  const u0 = -(ux * px + uy * py + uz * pz) - q * pp
  const u = Math.hypot(ux, uy, uz)
  const root = Math.sqrt(Math.max(0, u * u - 4 * u0 * q))
  return u + root > 1e-9 ? (2 * u0) / (u + root) : u0
}

/** Calls `visit` for each point (first index `i` of its three numbers) and each node within `radius`. */
function forEachNodeNear(
  local: Float64Array,
  radius: number,
  visit: (i: number, x: number, y: number, z: number, distanceSquared: number) => void,
): void {
  const limit = radius * radius
  for (let i = 0; i < local.length; i += 3) {
    const [px, py, pz] = [local[i], local[i + 1], local[i + 2]]
    const toX = Math.floor(px + radius)
    const toY = Math.floor(py + radius)
    for (let x = Math.ceil(px - radius); x <= toX; x++) {
      const dx = (x - px) * (x - px)
      for (let y = Math.ceil(py - radius); y <= toY; y++) {
        const left = limit - dx - (y - py) * (y - py)
        if (left <= 0) continue
        const half = Math.sqrt(left)
        const toZ = Math.floor(pz + half)
        for (let z = Math.ceil(pz - half); z <= toZ; z++)
          visit(i, x, y, z, limit - left + (z - pz) * (z - pz))
      }
    }
  }
}
