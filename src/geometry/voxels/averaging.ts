// Averaging: how strongly all views together speak for plant at each voxel, block by block.
import { spreadJobs, type Effort } from '../parallel.ts'
import { BACKGROUND, FRINGE, OUT, PLANT, classify, type Block } from './footprint.ts'
import { voxelCount, type Grid, type Volume } from './grid.ts'
import { halves } from './octree.ts'
import { shared } from '../shared-memory.ts'
import { prepareView, projectRow, type PreparedView, type View } from './views.ts'

/** Nodes along x in one part of the work, and along each axis in a block that is not split. */
const AVERAGING_SLAB = 16
const AVERAGING_LEAF = 4

/** Below this sum of logarithms the exponential is 0 in float32, which ends at e^−103.97. */
const NOTHING = -110

interface AveragingJob {
  readonly grid: Grid
  readonly views: readonly PreparedView[]
  /** For each view the only value of its pixels besides 0; 0 if there are several. */
  readonly plants: readonly number[]
  /** What each grey level adds to a voxel. */
  readonly shares: Float32Array
  readonly log: boolean
  readonly data: Float32Array
}

/**
 * The sum, over the views that show a voxel, of the mask's value there (0 … 1); or, with `log`, the
 * exponential of the sum of the logarithms of value + 10⁻¹⁰, which is the product of the values.
 *
 * The same, voxel by voxel, as a loop over all voxels and views in float32 arithmetic, with the views
 * in the order given. A voxel that no view shows gets 0, with `log` 1. Projection as in `carve`.
 *
 * @param views camera and mask; a mask is 0 where it shows background and 255 where surely plant
 * @param log   multiply instead of add; then no value is above 1
 * @throws RangeError if a mask and its camera differ in size
 * Cost: with `log` as `carve`; else about one addition a voxel and view near the plant's outlines.
 */
export async function average(
  grid: Grid,
  views: readonly View[],
  log: boolean,
  effort: Effort = {},
): Promise<Volume<Float32Array>> {
  const job: AveragingJob = {
    grid,
    views: views.map((view) => prepareView(view, grid)),
    plants: views.map(({ mask }) => soleValue(mask.data)),
    shares: sharesOf(log),
    log,
    data: shared(Float32Array, voxelCount(grid)),
  }
  await spreadJobs(
    import.meta.url,
    averageSlab,
    job,
    Math.ceil(grid.shape[0] / AVERAGING_SLAB),
    effort,
  )
  return { ...grid, data: job.data }
}

function sharesOf(log: boolean): Float32Array {
  const { fround } = Math
  return Float32Array.from({ length: 256 }, (_, level) => {
    const value = fround(level * fround(1 / 255))
    return log ? Math.log(fround(fround(1e-10) + value)) : value
  })
}

function soleValue(data: Uint8Array): number {
  let sole = 0
  for (let i = 0; i < data.length; i++) {
    const value = data[i]
    if (value === 0 || value === sole) continue
    if (sole !== 0) return 0
    sole = value
  }
  return sole
}

/**
 * One slab of the volume: `SLAB` nodes along x, all along y and z.
 * @public other threads call it by its name
 */
export function averageSlab(job: AveragingJob, part: number): void {
  const { grid, views, plants, shares, log, data } = job
  const [nx, ny, nz] = grid.shape
  const sums = new Float32Array(AVERAGING_LEAF)
  const pixels = new Int32Array(AVERAGING_LEAF)
  /** For each level of blocks and each view what it adds to every voxel; NaN where they differ. */
  const levels: Float32Array[] = []

  const whole: Block = {
    i0: part * AVERAGING_SLAB,
    i1: Math.min(nx, (part + 1) * AVERAGING_SLAB),
    j0: 0,
    j1: ny,
    k0: 0,
    k1: nz,
  }
  visit(whole, new Float32Array(views.length).fill(NaN), 0)

  function visit(block: Block, above: Float32Array, level: number): void {
    const added = (levels[level] ??= new Float32Array(views.length))
    let [sum, most, isEven] = [0, 0, true]
    for (let n = 0; n < views.length; n++) {
      const share = Number.isNaN(above[n]) ? shareOf(n, block) : above[n]
      added[n] = share
      if (Number.isNaN(share)) isEven = false
      else {
        sum = Math.fround(sum + share)
        most += share
      }
      // no share is above 0 with `log`: whatever is still to come, the sum only falls
      if (log && most < NOTHING) return
    }
    if (isEven) return fillBlock(block, log ? exponential(sum) : sum)
    const children = halves(block, AVERAGING_LEAF)
    if (children.length > 0) for (const child of children) visit(child, added, level + 1)
    else averageLeaf(block, added)
  }

  /** What view n adds to all voxels of the block alike; NaN if it cannot be told. */
  function shareOf(n: number, block: Block): number {
    switch (classify(views[n], block)) {
      case OUT:
        return 0
      case BACKGROUND:
        return shares[0]
      case PLANT:
        return plants[n] > 0 ? shares[plants[n]] : NaN
      case FRINGE: // those voxels that are not seen get 0
        return plants[n] > 0 && shares[plants[n]] === 0 ? 0 : NaN
      default:
        return NaN
    }
  }

  function fillBlock({ i0, i1, j0, j1, k0, k1 }: Block, value: number): void {
    if (value === 0) return
    for (let i = i0; i < i1; i++)
      for (let j = j0; j < j1; j++) data.fill(value, (i * ny + j) * nz + k0, (i * ny + j) * nz + k1)
  }

  function averageLeaf(block: Block, added: Float32Array): void {
    const { k0, k1 } = block
    for (let i = block.i0; i < block.i1; i++)
      for (let j = block.j0; j < block.j1; j++) {
        sums.fill(0)
        for (let n = 0; n < views.length; n++) {
          const isEven = !Number.isNaN(added[n])
          if (!isEven) projectRow(views[n], i, j, k0, k1, pixels)
          for (let k = 0; k < k1 - k0; k++)
            if (isEven) sums[k] += added[n]
            else if (pixels[k] >= 0) sums[k] += shares[views[n].pixels[pixels[k]]]
        }
        const row = (i * ny + j) * nz
        for (let k = k0; k < k1; k++) data[row + k] = log ? exponential(sums[k - k0]) : sums[k - k0]
      }
  }
}

function exponential(sum: number): number {
  return Math.min(1, Math.fround(Math.exp(sum)))
}
