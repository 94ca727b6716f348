// A function in space that is zero on the surface of an oriented point cloud.
import type { PointCloud } from '../points/cloud.ts'
import { workspace } from '../wasm/kernels.ts'
import { batchRoomSizes, PointBatches } from './point-batches.ts'
import { blockSize, SparseGrid } from './sparse-grid.ts'

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

/** Bytes of the sums that determine a node's sphere: w, w p, w n, w p·n, w p·p. */
const sumsSize = 36
/** Blocks along x whose spheres are determined at a time: their sums stay in near caches. */
const slabBlocks = 2

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
  cloud: OrientedCloud,
  frame: LocalFrame,
  support: number,
  reach: number,
): DistanceField {
  const batches = new PointBatches(cloud, frame)
  const grid = gridAround(batches, reach)
  const slabs = slabsOf(grid)
  const sizes = batchRoomSizes(Math.max(support, reach))
  const ofSlab = blockSize * Math.max(0, ...slabs.map(({ starts }) => starts.length))
  const { kernels, memory, places } = workspace(
    8 * sizes.points,
    8 * sizes.normals,
    4 * sizes.runs,
    4 * sizes.starts,
    4 * grid.nodesUsed,
    4 * grid.nodesUsed,
    (4 * ofSlab) / blockSize,
    4 * ofSlab,
    4 * ofSlab,
    sumsSize * ofSlab,
  )
  const [points, normals, runs, starts] = places
  const [nodes, distances, firstNodes, numbered, slots, sums] = places.slice(4)
  const { buffer } = memory
  const room = {
    points: new Float64Array(buffer, points, sizes.points),
    normals: new Float64Array(buffer, normals, sizes.normals),
    runs: new Int32Array(buffer, runs, sizes.runs),
    starts: new Int32Array(buffer, starts, sizes.starts),
  }

  memory.fill(0xff, nodes, nodes + 4 * grid.nodesUsed) // all outside
  let slotCount = 0
  const startOf = (bx: number, by: number, bz: number): number => grid.startOf(bx, by, bz)
  batches.forEach({ radius: reach, startOf }, room, (count) => {
    slotCount = kernels.claimNear(points, reach, runs, count, starts, nodes, slotCount)
  })
  grid.fill(new Int32Array(buffer, nodes, grid.nodesUsed), slotCount)

  /** Where the nodes of each block begin among those of the slab; below 0 outside of it. */
  const inSlab = new Int32Array(grid.nodesUsed / blockSize).fill(-1)
  const startInSlab = (bx: number, by: number, bz: number): number => {
    const start = grid.startOf(bx, by, bz)
    return start < 0 ? start : inSlab[start / blockSize]
  }
  for (const slab of slabs) {
    new Int32Array(buffer, firstNodes).set(slab.starts)
    slab.starts.forEach((start, n) => (inSlab[start / blockSize] = blockSize * n))
    const count = kernels.numberSlots(nodes, firstNodes, slab.starts.length, numbered, slots)
    memory.fill(0, sums, sums + sumsSize * count)
    const near = { radius: support, startOf: startInSlab, slab: slab.along }
    batches.forEach(near, room, (runCount) => {
      kernels.sumNear(points, normals, support, runs, runCount, starts, numbered, sums)
    })
    kernels.sphereDistances(sums, count, slots, distances)
    for (const start of slab.starts) inSlab[start / blockSize] = -1
  }
  return { grid, values: new Float32Array(buffer, distances, slotCount).slice() }
}

/** A grid that has the blocks around the points, in their order; what is in them is still to be told. */
function gridAround(batches: PointBatches, reach: number): SparseGrid {
  const sizes = batchRoomSizes(reach)
  const room = {
    points: new Float64Array(sizes.points),
    normals: new Float64Array(sizes.normals),
    runs: new Int32Array(sizes.runs),
    starts: new Int32Array(sizes.starts),
  }
  const grid = new SparseGrid()
  const startOf = (bx: number, by: number, bz: number): number => grid.enlist(bx, by, bz)
  batches.forEach({ radius: reach, startOf }, room, () => undefined)
  return grid
}

interface Slab {
  /** Its blocks along x. */
  readonly along: readonly [from: number, end: number]
  /** Where the nodes of each of its blocks begin. */
  readonly starts: readonly number[]
}

function slabsOf(grid: SparseGrid): readonly Slab[] {
  const starts: number[][] = []
  for (let block = 0; block < grid.blockCount; block++) {
    const [bx, by, bz] = grid.placeOf(block)
    ;(starts[Math.floor(bx / slabBlocks)] ??= []).push(grid.startOf(bx, by, bz))
  }
  return starts.flatMap((of, n) =>
    of ? [{ along: [slabBlocks * n, slabBlocks * (n + 1)] as const, starts: of }] : [],
  )
}
