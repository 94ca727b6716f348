// The points that masks leave standing though cameras are a little off: found block by block.
import { spreadJobs, type Effort } from '../parallel.ts'
import type { Grid } from '../voxels/grid.ts'
import { marksWithin, sumsOf, type MaskSums } from '../voxels/mask-sums.ts'
import { shared } from '../shared-memory.ts'
import type { View } from '../voxels/views.ts'
import { projectionOf, type ProjectionMatrix } from './projection.ts'

/** How much is forgiven. */
export interface Tolerance {
  /** A view shows plant where there is some within this many pixels along either side. */
  readonly reach: number
  /** So many views may show background. */
  readonly misses: number
}

interface MaskSight {
  readonly width: number
  readonly height: number
  readonly sums: MaskSums
  readonly projection: ProjectionMatrix
}

/** What threads need of it. */
export interface TolerantJob extends Tolerance {
  readonly grid: Grid
  readonly views: readonly MaskSight[]
}

/** Nodes along x in one part of the work, and along each axis in a block: a power of two. */
const TOLERANT_SLAB = 8

/**
 * The nodes of a grid that are seen and that all views but `misses` show near plant, as points.
 *
 * A view in which a node lies beside the image says nothing of it. The same as a loop over all nodes
 * and views; a block of nodes is left out as a whole where more than `misses` views have no plant
 * within `reach` of the rectangle around it.
 *
 * @returns x, y and z by turns, in the order of the grid's nodes
 */
export async function tolerantPoints(
  grid: Grid,
  views: readonly View[],
  tolerance: Tolerance,
  effort: Effort = {},
): Promise<Float32Array> {
  const { job, parts: count } = tolerantSlabs(grid, views, tolerance)
  const parts = await spreadJobs(import.meta.url, tolerantSlab, job, count, effort)
  const points = shared(
    Float32Array,
    parts.reduce((sum, { length }) => sum + length, 0),
  )
  let at = 0
  for (const part of parts) {
    points.set(part, at)
    at += part.length
  }
  return points
}

/** The work of `tolerantPoints`, and how many slabs it has. */
export function tolerantSlabs(
  grid: Grid,
  views: readonly View[],
  tolerance: Tolerance,
): { readonly job: TolerantJob; readonly parts: number } {
  const sights = views.map(({ camera, mask, sums }): MaskSight => {
    const { width, height } = mask
    return { width, height, sums: sums ?? sumsOf(mask), projection: projectionOf(camera) }
  })
  return {
    job: { grid, views: sights, ...tolerance },
    parts: Math.ceil(grid.shape[0] / TOLERANT_SLAB),
  }
}

/** A view says that no node of the block is near plant, that it cannot tell, or that it sees none. */
const FAR = 0
const MAYBE = 1
const NO_VIEW = 2

/**
 * One slab of the grid.
 * @public other threads call it by its name
 */
export function tolerantSlab(
  { grid, views, reach, misses }: TolerantJob,
  part: number,
): Float32Array {
  const [nx, ny, nz] = grid.shape
  const { origin, spacing } = grid
  const found: number[] = []
  const [from, to] = [part * TOLERANT_SLAB, Math.min(nx, (part + 1) * TOLERANT_SLAB)]
  for (let j = 0; j < ny; j += TOLERANT_SLAB)
    for (let k = 0; k < nz; k += TOLERANT_SLAB)
      visit(from, j, k, TOLERANT_SLAB, [...views], 0, false)
  return inOrder(found)

  /**
   * @param among  views that may still miss some of the block
   * @param missed how many miss all of it
   * @param isSeen whether a view is known to see all of it
   */
  function visit(
    i: number,
    j: number,
    k: number,
    size: number,
    among: MaskSight[],
    missed: number,
    isSeen: boolean,
  ): void {
    const i1 = Math.min(to, i + size)
    const j1 = Math.min(ny, j + size)
    const k1 = Math.min(nz, k + size)
    if (i >= i1 || j >= j1 || k >= k1) return
    const isNode = size === 1
    const open: MaskSight[] = []
    for (let n = 0; n < among.length; n++) {
      const answer = look(among[n], i, j, k, i1 - 1, j1 - 1, k1 - 1, isNode)
      if (answer === NO_VIEW) continue
      if (isNode) isSeen = true
      if (answer === MAYBE) open.push(among[n])
      else if (++missed > misses) {
        // it is likely to miss the next block too
        const first = among[0]
        among[0] = among[n]
        among[n] = first
        return
      }
    }
    if (isNode) {
      if (isSeen) found.push((i * ny + j) * nz + k)
      return
    }
    const half = size / 2
    for (let a = i; a < i1; a += half)
      for (let b = j; b < j1; b += half)
        for (let c = k; c < k1; c += half) visit(a, b, c, half, open, missed, isSeen || missed > 0)
  }

  /** @param isNode tells nodes beside the image from those in it; else only what is wholly beside */
  function look(
    view: MaskSight,
    i0: number,
    j0: number,
    k0: number,
    i1: number,
    j1: number,
    k1: number,
    isNode: boolean,
  ): number {
    const { projection: p, width, height, sums } = view
    let left = Infinity
    let right = -Infinity
    let top = Infinity
    let bottom = -Infinity
    const corners = isNode ? 1 : 8
    for (let corner = 0; corner < corners; corner++) {
      const x = origin[0] + spacing * (corner & 1 ? i1 : i0)
      const y = origin[1] + spacing * (corner & 2 ? j1 : j0)
      const z = origin[2] + spacing * (corner & 4 ? k1 : k0)
      const depth = p[6] * x + p[7] * y + p[8] * z + p[11]
      if (!(depth > 0)) return isNode ? NO_VIEW : MAYBE
      const u = (p[12] * (p[0] * x + p[1] * y + p[2] * z + p[9])) / depth + p[14]
      const v = (p[13] * (p[3] * x + p[4] * y + p[5] * z + p[10])) / depth + p[15]
      if (u < left) left = u
      if (u > right) right = u
      if (v < top) top = v
      if (v > bottom) bottom = v
    }
    if (right < 0 || bottom < 0 || left >= width || top >= height) return NO_VIEW
    const isWhole = left >= 0 && top >= 0 && right < width && bottom < height
    if (!isWhole) return MAYBE
    const x0 = Math.max(0, Math.floor(left - reach))
    const y0 = Math.max(0, Math.floor(top - reach))
    const x1 = Math.min(width, Math.floor(right + reach) + 1)
    const y1 = Math.min(height, Math.floor(bottom + reach) + 1)
    if ((x1 - x0) * (y1 - y0) >= 65536) return MAYBE
    return marksWithin(sums, x0, y0, x1, y1) === 0 ? FAR : MAYBE
  }

  function inOrder(nodes: readonly number[]): Float32Array {
    const points = new Float32Array(3 * nodes.length)
    Float64Array.from(nodes)
      .sort()
      .forEach((node, n) => {
        const k = node % nz
        const j = ((node - k) / nz) % ny
        const i = (node - k - j * nz) / (ny * nz)
        points[3 * n] = origin[0] + i * spacing
        points[3 * n + 1] = origin[1] + j * spacing
        points[3 * n + 2] = origin[2] + k * spacing
      })
    return points
  }
}
