// A function in space that is zero on the surface of an oriented point cloud.
import { spreadJobs, type Effort } from '../parallel.ts'
import type { PointCloud } from '../points/cloud.ts'
import { inSharedMemory } from '../shared-memory.ts'
import { workspace } from '../wasm/kernels.ts'
import {
  batchRoomSizes,
  extentsOfBatches,
  PointBatches,
  type BatchExtents,
} from './point-batches.ts'
import { blockSize, outside, SparseGrid } from './sparse-grid.ts'

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

interface FitJob {
  readonly cloud: OrientedCloud
  readonly frame: LocalFrame
  readonly extents: BatchExtents
  readonly support: number
  readonly reach: number
  readonly slabs: readonly Slab[]
}

/** A part of the grid. */
interface Slab {
  /** Its blocks along x. */
  readonly along: readonly [from: number, end: number]
  /** x, y, z of each of its blocks. */
  readonly blocks: readonly (readonly [number, number, number])[]
}

/** The field in the blocks of a slab: slots of their own from 0 on, block after block, and their values. */
interface SlabField {
  readonly nodes: Int32Array
  readonly values: Float32Array
}

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
export async function fitDistanceField(
  cloud: OrientedCloud,
  frame: LocalFrame,
  support: number,
  reach: number,
  effort: Effort = {},
): Promise<DistanceField> {
  const extents = extentsOfBatches(cloud.points, frame)
  const grid = gridAround(new PointBatches(cloud, frame, extents), reach)
  const slabs = slabsOf(grid)
  const isSpread = (effort.threads ?? 1) > 1
  const job: FitJob = {
    cloud: isSpread
      ? { points: inSharedMemory(cloud.points), normals: inSharedMemory(cloud.normals) }
      : cloud,
    frame,
    extents,
    support,
    reach,
    slabs,
  }
  const parts = await spreadJobs(import.meta.url, fieldOfSlab, job, slabs.length, effort)
  const nodes = new Int32Array(grid.nodesUsed)
  const values = new Float32Array(parts.reduce((sum, part) => sum + part.values.length, 0))
  let slots = 0
  parts.forEach((part, n) => {
    slabs[n].blocks.forEach(([bx, by, bz], block) => {
      const to = grid.startOf(bx, by, bz)
      for (let i = 0, from = blockSize * block; i < blockSize; i++, from++)
        nodes[to + i] = part.nodes[from] < 0 ? outside : slots + part.nodes[from]
    })
    values.set(part.values, slots)
    slots += part.values.length
  })
  grid.fill(nodes, slots)
  return { grid, values }
}

/**
 * The field in one slab.
 * @public other threads call it by its name
 */
export function fieldOfSlab(
  { cloud, frame, extents, support, reach, slabs }: FitJob,
  part: number,
): SlabField {
  const { along, blocks } = slabs[part]
  const batches = new PointBatches(cloud, frame, extents)
  const sizes = batchRoomSizes(Math.max(support, reach))
  const nodeCount = blockSize * blocks.length
  const { kernels, memory, places } = workspace(
    8 * sizes.points,
    8 * sizes.normals,
    4 * sizes.runs,
    4 * sizes.starts,
    4 * nodeCount,
    4 * nodeCount,
    sumsSize * nodeCount,
  )
  const [points, normals, runs, starts, nodes, distances, sums] = places
  const { buffer } = memory
  const room = {
    points: new Float64Array(buffer, points, sizes.points),
    normals: new Float64Array(buffer, normals, sizes.normals),
    runs: new Int32Array(buffer, runs, sizes.runs),
    starts: new Int32Array(buffer, starts, sizes.starts),
  }
  const grid = new SparseGrid()
  for (const [bx, by, bz] of blocks) grid.enlist(bx, by, bz)
  const startOf = (bx: number, by: number, bz: number): number => grid.startOf(bx, by, bz)

  memory.fill(0xff, nodes, nodes + 4 * nodeCount) // all outside
  let count = 0
  batches.forEach({ radius: reach, startOf, slab: along }, room, (runCount) => {
    count = kernels.claimNear(points, reach, runs, runCount, starts, nodes, count)
  })
  memory.fill(0, sums, sums + sumsSize * count)
  batches.forEach({ radius: support, startOf, slab: along }, room, (runCount) => {
    kernels.sumNear(points, normals, support, runs, runCount, starts, nodes, sums)
  })
  kernels.sphereDistances(sums, count, distances)
  return {
    nodes: new Int32Array(buffer, nodes, nodeCount).slice(),
    values: new Float32Array(buffer, distances, count).slice(),
  }
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

function slabsOf(grid: SparseGrid): readonly Slab[] {
  const slabs: (readonly [number, number, number])[][] = []
  for (let block = 0; block < grid.blockCount; block++) {
    const place = grid.placeOf(block)
    ;(slabs[Math.floor(place[0] / slabBlocks)] ??= []).push(place)
  }
  return slabs.flatMap((blocks, n) =>
    blocks ? [{ along: [slabBlocks * n, slabBlocks * (n + 1)] as const, blocks }] : [],
  )
}
