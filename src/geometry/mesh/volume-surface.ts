// From a volume of voxels to the closed surface around what stands in it.
import type { Volume } from '../voxels/grid.ts'
import type { TriangleMesh } from './mesh.ts'
import { polygonise, type Placement } from './polygonise.ts'
import { withoutCavities } from './select.ts'
import { smoothed } from './smooth.ts'
import { blockSide, blockSize, inside, SparseGrid } from './sparse-grid.ts'

/** Rounds of smoothing that take the steps of voxels away, and little else. */
const roundsForSteps = 8
/** The grid begins a block before the volume, so that the surface closes at the volume's border. */
const blockShift = blockSide

/**
 * The surface around the voxels whose value is above `level`, closed also where they end with the
 * volume; inner walls of cavities are left out.
 *
 * @param volume whole numbers: the surface lies between the voxels and is smoothed, as they give
 *               no slope; real numbers: it lies where their values, linear in between, reach `level`
 * @returns triangles that face outward, in the volume's unit; none where no voxel stands
 */
export function surfaceOfVolume(volume: Volume, level = 0.5): TriangleMesh {
  const [x, y, z] = volume.origin.map((value) => value - blockShift * volume.spacing)
  const placement: Placement = { origin: [x, y, z], cell: volume.spacing }
  const mesh = withoutCavities(polygonise({ ...levelField(volume, level), far: 1 }, placement))
  return volume.data instanceof Int8Array ? smoothed(mesh, roundsForSteps) : mesh
}

/** Values on a sparse grid. */
interface Field {
  readonly grid: SparseGrid
  readonly values: Float32Array
}

/** The volume's nodes near its surface, blocks that are all inside as such, the rest left out. */
function levelField(volume: Volume, level: number): Field {
  const { data, shape } = volume
  const [nx, ny, nz] = shape
  const grid = new SparseGrid()
  const values: number[] = []
  // For whole numbers the sign is all there is: crossings are then half-way.
  const isWhole = data instanceof Int8Array
  const valueAt = (x: number, y: number, z: number): number => {
    if (x < 0 || y < 0 || z < 0 || x >= nx || y >= ny || z >= nz) return 1
    const value = level - data[(x * ny + y) * nz + z]
    return isWhole ? (value < 0 ? -1 : 1) : value
  }
  const along = shape.map((count) => Math.ceil(count / blockSide))
  for (let bx = -1; bx <= along[0]; bx++)
    for (let by = -1; by <= along[1]; by++)
      for (let bz = -1; bz <= along[2]; bz++) {
        const kind = kindOfBlock(volume, level, bx, by, bz)
        if (kind === 'inside') grid.markBlock(bx + 1, by + 1, bz + 1, inside)
        if (kind !== 'crossed') continue
        const start = grid.own(bx + 1, by + 1, bz + 1)
        for (let i = 0; i < blockSize; i++) {
          grid.claim(start + i)
          values.push(valueAt(8 * bx + (i >> 6), 8 * by + ((i >> 3) & 7), 8 * bz + (i & 7)))
        }
      }
  return { grid, values: Float32Array.from(values) }
}

/** What a block and the layer around it are: both ends of a crossed edge need their own values. */
function kindOfBlock(
  { data, shape }: Volume,
  level: number,
  ...block: readonly [number, number, number]
): 'inside' | 'outside' | 'crossed' {
  const from = block.map((b) => Math.max(0, 8 * b - 1))
  const to = block.map((b, d) => Math.min(shape[d], 8 * b + 9))
  const isWithin = block.every((b, d) => b > 0 && 8 * b + 9 <= shape[d])
  let someIn = false
  let someOut = !isWithin
  for (let x = from[0]; x < to[0]; x++)
    for (let y = from[1]; y < to[1]; y++) {
      const row = (x * shape[1] + y) * shape[2]
      for (let z = row + from[2]; z < row + to[2]; z++) {
        if (data[z] > level) someIn = true
        else someOut = true
      }
      if (someIn && someOut) return 'crossed'
    }
  return someIn ? 'inside' : 'outside'
}
