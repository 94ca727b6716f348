// Carving: the voxels that no view rules out, found block by block.
import { spreadJobs, type Effort } from '../parallel.ts'
import { emptyBand, markStretch, markVoxel, type Band } from './band.ts'
import { BACKGROUND, FRINGE, MIXED, PLANT, classify, type Block } from './footprint.ts'
import { voxelCount, type Grid, type Volume } from './grid.ts'
import { noteInside } from './inside.ts'
import { halves } from './octree.ts'
import { shared } from '../shared-memory.ts'
import { prepareView, projectRow, type PreparedView, type View } from './views.ts'

/** What a carved voxel holds: a view shows background where it lies. */
const CARVED = -1
/** What a voxel holds that no view shows. */
const UNSEEN = 0
/** What a voxel holds that some view shows, and all that do show plant. */
export const KEPT = 1

/** Nodes along x in one part of the work, and along each axis in a block that is not split. */
const SLAB = 16
const LEAF = 4

/** A carved volume, and how many of its voxels no view shows. */
export interface CarvedVolume extends Volume<Int8Array> {
  readonly unseen: number
}

interface CarvingJob {
  readonly grid: Grid
  readonly views: readonly PreparedView[]
  readonly data: Int8Array
  /** Receives the cells that hold voxels which are kept. */
  readonly inside: Band
}

/**
 * The visual hull: 1 where every view that shows the voxel shows plant, −1 where one shows
 * background, 0 where none shows it.
 *
 * The same, voxel by voxel, as a loop over all voxels and views in float32 arithmetic. A view shows
 * the voxel at pixel (int) u, (int) v; the fraction is cut off, so that −0.99 is in the image.
 * Only the pinhole part of a camera counts.
 *
 * @param views camera and mask; a mask is 0 where it shows background
 * @throws RangeError if a mask and its camera differ in size
 * Cost: about one projection for each block of voxels at the plant's outline.
 * Source: Laurentini, 1994 (visual hull); Szeliski, 1993 (octrees from silhouettes).
 */
export async function carve(
  grid: Grid,
  views: readonly View[],
  effort: Effort = {},
): Promise<CarvedVolume> {
  const data = shared(Int8Array, voxelCount(grid))
  const inside = emptyBand(grid.shape)
  const job = { grid, views: views.map((view) => prepareView(view, grid)), data, inside }
  const parts = Math.ceil(grid.shape[0] / SLAB)
  const unseen = await spreadJobs(import.meta.url, carveSlab, job, parts, effort)
  noteInside(data, inside)
  return { ...grid, data, unseen: unseen.reduce((sum, count) => sum + count, 0) }
}

/**
 * One slab of the volume: `SLAB` nodes along x, all along y and z.
 * @returns how many of its nodes no view shows
 * @public other threads call it by its name
 */
export function carveSlab({ grid, views, data, inside }: CarvingJob, part: number): number {
  const [nx, ny, nz] = grid.shape
  const [i0, i1] = [part * SLAB, Math.min(nx, (part + 1) * SLAB)]
  data.fill(CARVED, i0 * ny * nz, i1 * ny * nz)
  /** For each level of blocks the views that do not yet agree on one answer for all of the block. */
  const open: PreparedView[][] = []
  const pixels = new Int32Array(LEAF)
  let unseen = 0

  const whole: Block = { i0, i1, j0: 0, j1: ny, k0: 0, k1: nz }
  visit(whole, [...views], false, 0)
  return unseen

  /** @param among those of the views that may still carve in it, or see it first */
  function visit(block: Block, among: PreparedView[], isSeen: boolean, level: number): void {
    const mixed = (open[level] ??= [])
    const fringe: PreparedView[] = []
    mixed.length = 0
    for (let i = 0; i < among.length; i++) {
      const view = among[i]
      const answer = classify(view, block)
      if (answer === BACKGROUND) {
        // it is likely to carve the next block too
        among[i] = among[0]
        among[0] = view
        return
      }
      if (answer === PLANT) isSeen = true
      else if (answer === MIXED) mixed.push(view)
      else if (answer === FRINGE) fringe.push(view)
    }
    if (!isSeen) mixed.push(...fringe)
    const children = mixed.length > 0 ? halves(block, LEAF) : []
    if (children.length > 0) for (const child of children) visit(child, mixed, isSeen, level + 1)
    else carveLeaf(block, mixed, isSeen)
  }

  function carveLeaf(block: Block, among: readonly PreparedView[], isSeen: boolean): void {
    const { k0, k1 } = block
    for (let i = block.i0; i < block.i1; i++)
      for (let j = block.j0; j < block.j1; j++) {
        const column = i * ny + j
        const row = column * nz
        data.fill(isSeen ? KEPT : UNSEEN, row + k0, row + k1)
        let left = k1 - k0
        for (let n = 0; n < among.length && left > 0; n++) {
          projectRow(among[n], i, j, k0, k1, pixels)
          for (let k = k0; k < k1; k++) {
            const pixel = pixels[k - k0]
            if (pixel < 0 || data[row + k] === CARVED) continue
            const isPlant = among[n].pixels[pixel] !== 0
            data[row + k] = isPlant ? KEPT : CARVED
            if (!isPlant) left--
          }
        }
        if (left === 0) continue
        if (isSeen) markStretch(inside, column, k0, k1)
        else
          for (let k = k0; k < k1; k++) {
            const value = data[row + k]
            if (value === UNSEEN) unseen++
            else if (value === KEPT) markVoxel(inside, column, k)
          }
      }
  }
}
