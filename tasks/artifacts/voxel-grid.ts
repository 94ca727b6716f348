// Voxels as files: Voxels.npz, with where its voxels lie in the metadata.
import { voxelCount, type Grid, type Volume } from '../../src/geometry/voxels/grid.ts'
import { writeCameraFit, type CameraFit } from './camera-fit.ts'
import { HandOver } from './handed-on.ts'
import { filesetArtifact, io, RomiError, type InputFileset, type Output } from '../../src/index.ts'

/** A grid, and values at its nodes: one layer, or one a label. */
export interface VoxelGrid {
  readonly grid: Grid
  /** By label; by `voxels` where there are no labels. */
  readonly layers: ReadonlyMap<string, Volume['data']>
  /** How well the cameras fitted, where that was asked for. */
  readonly fit?: CameraFit
  /** Whether nobody changes the layers any more: whoever reads them next may have them as they are. */
  readonly isFinal?: boolean
}

/** The voxels of the plant: of labels, the largest value of any that is not less than background. */
export function plantOf({ grid, layers }: VoxelGrid): Volume {
  const [only] = layers.values()
  if (layers.size === 1) return { ...grid, data: only }
  const data = new Float32Array(voxelCount(grid))
  for (const [label, values] of layers)
    if (label !== 'background') values.forEach((value, i) => (data[i] = Math.max(data[i], value)))
  layers.get('background')?.forEach((value, i) => {
    if (value > data[i]) data[i] = 0
  })
  return { ...grid, data }
}

/** The name of the only layer of a grid without labels. */
export const unlabelled = 'voxels'

const gridFileId = 'Voxels'

/**
 * `Voxels.npz`: int8 or float32 arrays (nx, ny, nz); metadata `voxel_size` and `origin`. Beside it, of
 * refined cameras, what `writeCameraFit` writes.
 */
export const voxelGrid = filesetArtifact<'voxelGrid', VoxelGrid>({
  name: 'voxelGrid',
  doc: 'voxels, carved or averaged',
  only: [gridFileId],
  reads: { file: ['voxel_size', 'origin'] },
  read: readGrid,
  write: writeGrid,
})

/** What was written just now is not unpacked. */
const gridHandOver = new HandOver(io.npzCodec())

async function readGrid(fileset: InputFileset): Promise<VoxelGrid> {
  const file = fileset.file(gridFileId)
  const spacing = Number(file.metadata('voxel_size'))
  const origin = file.metadata('origin')
  const arrays = Object.entries(await io.read(gridHandOver.codec, file))
  const shape = arrays[0]?.[1].shape ?? []
  const isGrid = shape.length === 3 && arrays.every(([, of]) => String(of.shape) === String(shape))
  if (!isGrid || !(spacing > 0) || !Array.isArray(origin) || origin.length !== 3)
    throw new RomiError(
      'io/unreadable',
      `${file.path} is no grid of voxels: it takes arrays of one shape (nx, ny, nz), and voxel_size ` +
        'and origin in its metadata. Delete its fileset, so that it is made anew',
    )
  const [nx, ny, nz] = shape
  const [x, y, z] = origin.map(Number)
  const layers = arrays.map(([label, { data }]) => [label, valuesOf(data)] as const)
  return { grid: { shape: [nx, ny, nz], origin: [x, y, z], spacing }, layers: new Map(layers) }
}

/** As int8 or float32, whatever another program wrote. */
function valuesOf(data: io.NpyArray['data']): Volume['data'] {
  if (data instanceof Int8Array || data instanceof Float32Array) return data
  return Float32Array.from(data)
}

async function writeGrid(value: VoxelGrid, output: Output): Promise<void> {
  const { grid, layers, fit, isFinal = false } = value
  const { shape, origin, spacing } = grid
  const arrays = Object.fromEntries([...layers].map(([label, data]) => [label, { data, shape }]))
  const bytes = await gridHandOver.encode(arrays, isFinal)
  await output.write(gridFileId, {
    bytes,
    extension: 'npz',
    metadata: { voxel_size: spacing, origin: [...origin] },
  })
  if (fit) await writeCameraFit(fit, output)
}
