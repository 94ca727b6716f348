// The points of a cloud, some at a time, with the blocks of a sparse grid around them.
import type { Placement } from './polygonise.ts'
import { blockBits, blockSide } from './sparse-grid.ts'

/** So many points come at a time. */
const BATCH = 4096
/** Words of a run: x, y, z of its first block; how many along each; its first start; behind its last point. */
const wordsOfRun = 8

/** Where a batch is put. Points after one another around which the same blocks lie are one run. */
export interface BatchRoom {
  /** x, y, z of each point, in nodes. */
  readonly points: Float64Array
  readonly normals: Float64Array
  readonly runs: Int32Array
  /** Where the nodes of each block of each run begin, or a number below 0; z is fastest. */
  readonly starts: Int32Array
}

/** How long the arrays of a room are. */
export const batchRoomSizes = (radius: number) => ({
  points: 3 * BATCH,
  normals: 3 * BATCH,
  runs: wordsOfRun * BATCH,
  starts: (Math.floor((2 * radius) / blockSide) + 2) ** 3 * BATCH,
})

export interface Near {
  /** Nodes up to this far from a point lie around it. */
  readonly radius: number
  /** Where a block's nodes begin, or less than 0; asked for in the order of points and blocks. */
  readonly startOf: (bx: number, by: number, bz: number) => number
  /** The blocks along x that count, if not all do. */
  readonly slab?: readonly [from: number, end: number]
}

/** The least and the greatest x of each batch, in nodes. */
export type BatchExtents = readonly (readonly [number, number])[]

export function extentsOfBatches(points: Float64Array, { origin, cell }: Placement): BatchExtents {
  const extents: [number, number][] = []
  for (let from = 0; from < points.length; from += 3 * BATCH) {
    let [least, greatest] = [Infinity, -Infinity]
    for (let i = from; i < Math.min(points.length, from + 3 * BATCH); i += 3) {
      const x = (points[i] - origin[0]) / cell
      if (x < least) least = x
      if (x > greatest) greatest = x
    }
    extents.push([least, greatest])
  }
  return extents
}

export class PointBatches {
  readonly #points: Float64Array
  readonly #normals: Float64Array
  readonly #origin: readonly number[]
  readonly #cell: number
  readonly #extents: BatchExtents

  constructor(
    { points, normals }: { readonly points: Float64Array; readonly normals: Float64Array },
    { origin, cell }: Placement,
    extents: BatchExtents,
  ) {
    this.#points = points
    this.#normals = normals
    this.#origin = origin
    this.#cell = cell
    this.#extents = extents
  }

  /**
   * Calls `work` with the number of runs for each batch that is put into the room, in order.
   * A point that has no blocks among those that count may be left out.
   */
  forEach({ radius, startOf, slab }: Near, room: BatchRoom, work: (runs: number) => void): void {
    // a node more to each side: which blocks there are is told exactly later
    const low = slab ? blockSide * slab[0] - radius - 1 : -Infinity
    const high = slab ? blockSide * slab[1] + radius + 1 : Infinity
    this.#extents.forEach(([least, greatest], n) => {
      if (greatest < low || least > high) return
      const count = this.#take(3 * BATCH * n, low, high, room)
      if (count > 0) work(joinRuns(count, radius, startOf, room))
    })
  }

  #take(from: number, low: number, high: number, room: BatchRoom): number {
    const points = this.#points
    const normals = this.#normals
    const [x0, y0, z0] = this.#origin
    const cell = this.#cell
    let at = 0
    for (let i = from, end = Math.min(points.length, from + 3 * BATCH); i < end; i += 3) {
      const x = (points[i] - x0) / cell
      if (x < low || x > high) continue
      room.points[at] = x
      room.points[at + 1] = (points[i + 1] - y0) / cell
      room.points[at + 2] = (points[i + 2] - z0) / cell
      room.normals[at] = normals[i]
      room.normals[at + 1] = normals[i + 1]
      room.normals[at + 2] = normals[i + 2]
      at += 3
    }
    return at / 3
  }
}

/** @returns how many runs there are */
function joinRuns(
  count: number,
  radius: number,
  startOf: Near['startOf'],
  { points, runs, starts }: BatchRoom,
): number {
  // from which to which block
  let [x0, y0, z0, x1, y1, z1] = [0, 0, 0, -1, -1, -1]
  let start = 0
  let at = 0
  for (let point = 0, i = 0; point < count; point++, i += 3) {
    const fromX = Math.ceil(points[i] - radius) >> blockBits
    const toX = Math.floor(points[i] + radius) >> blockBits
    const fromY = Math.ceil(points[i + 1] - radius) >> blockBits
    const toY = Math.floor(points[i + 1] + radius) >> blockBits
    const fromZ = Math.ceil(points[i + 2] - radius) >> blockBits
    const toZ = Math.floor(points[i + 2] + radius) >> blockBits
    const isSame =
      fromX === x0 && toX === x1 && fromY === y0 && toY === y1 && fromZ === z0 && toZ === z1
    if (isSame && point > 0) continue
    if (point > 0) runs[at - 1] = point
    ;[x0, y0, z0, x1, y1, z1] = [fromX, fromY, fromZ, toX, toY, toZ]
    runs[at] = x0
    runs[at + 1] = y0
    runs[at + 2] = z0
    runs[at + 3] = x1 - x0 + 1
    runs[at + 4] = y1 - y0 + 1
    runs[at + 5] = z1 - z0 + 1
    runs[at + 6] = start
    at += wordsOfRun
    for (let bx = x0; bx <= x1; bx++)
      for (let by = y0; by <= y1; by++)
        for (let bz = z0; bz <= z1; bz++) starts[start++] = startOf(bx, by, bz)
  }
  runs[at - 1] = count
  return at / wordsOfRun
}
