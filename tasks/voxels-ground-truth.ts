// VoxelsGroundTruth: the voxels that a virtual plant truly fills.
import { solidOfLabel } from '../src/geometry/voxels/solid.ts'
import { defineTask, fileset, RomiError } from '../src/index.ts'
import { virtualPlantModel } from './artifacts/virtual-plant.ts'
import { voxelGrid } from './artifacts/voxel-grid.ts'

export default defineTask({
  name: 'VoxelsGroundTruth',
  version: 1,
  summary: 'Fills the voxels of a virtual plant, label by label.',
  doc:
    'On the grid of Voxels, so that both can be compared: 1 where the voxel’s point lies inside an ' +
    'organ of the label. An organ that encloses nothing, such as a leaf drawn as a sheet, fills the ' +
    'voxels nearest to its surface. background is what no organ fills. ROMI lays a grid of its own ' +
    'about the mesh and marks its surface only.',
  inputs: {
    upstream_task: fileset(virtualPlantModel, {
      default: 'VirtualPlantObj',
      doc: 'the plant to turn into voxels',
    }),
    upstream_voxels: fileset(voxelGrid, {
      default: 'Voxels',
      doc: 'the voxels whose grid is used',
    }),
  },
  params: {},
  output: voxelGrid,
  async run({ inputs, log, progress }) {
    const { mesh } = await inputs.upstream_task.read()
    const { grid } = await inputs.upstream_voxels.read()
    const labels = [...new Set(mesh.parts.map(({ label }) => label))].sort()
    const layers = new Map<string, Int8Array>()
    for (const label of labels) {
      layers.set(label, solidOfLabel(mesh, label, grid))
      progress(layers.size, labels.length, label)
    }
    const background = new Int8Array(grid.shape[0] * grid.shape[1] * grid.shape[2]).fill(1)
    for (const layer of layers.values())
      layer.forEach((value, i) => {
        if (value === 1) background[i] = 0
      })
    if (!background.includes(0))
      throw new RomiError(
        'task/empty-result',
        'no voxel lies in the plant: the box of Voxels and the mesh are in other places or units',
      )
    log.info(`${labels.length} labels on ${grid.shape.join(' × ')} voxels`)
    return { grid, layers: layers.set('background', background) }
  },
})
