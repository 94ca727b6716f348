// Voxels as a solid: which stand, whether they were carved or averaged.
import { RomiError } from '../../base/errors.ts'
import type { ReadableFile } from '../../base/file.ts'
import type { JsonObject } from '../../base/types.ts'
import { KEPT } from '../../geometry/voxels/carving.ts'
import type { Volume } from '../../geometry/voxels/grid.ts'
import { readNpz } from '../../io/index.ts'

/** Carved voxels stand where they were kept; averaged ones where most masks show plant. */
const standsAbove = 0.5

/**
 * `Voxels.npz`; of labels, what any of them is.
 *
 * @param about its metadata, with `voxel_size` and `origin`
 */
export async function volumeIn(file: ReadableFile, about: JsonObject): Promise<Volume<Int8Array>> {
  const { voxel_size: spacing, origin } = about
  const arrays = Object.entries(await readNpz(file)).filter(([label]) => label !== 'background')
  const shape = arrays[0]?.[1].shape ?? []
  const isPlace = Array.isArray(origin) && origin.length === 3
  const isGrid = shape.length === 3 && arrays.every(([, of]) => String(of.shape) === String(shape))
  if (typeof spacing !== 'number' || !(spacing > 0) || !isPlace || !isGrid)
    throw new RomiError('io/unreadable', `${file.path} is no grid of voxels`, {
      facts: { path: file.path },
    })
  const [nx, ny, nz] = shape
  const data = new Int8Array(nx * ny * nz)
  for (const [, { data: values }] of arrays) {
    const least = values instanceof Int8Array ? 0 : standsAbove
    for (let i = 0; i < data.length; i++) if (Number(values[i]) > least) data[i] = KEPT
  }
  const [x, y, z] = origin.map(Number)
  return { shape: [nx, ny, nz], origin: [x, y, z], spacing, data }
}
