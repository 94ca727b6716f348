// PointCloudGroundTruth: points on the true surface of a virtual plant.
import { plantColours, type Colour } from '../src/geometry/render/shade.ts'
import { sampleMesh } from '../src/geometry/sampling.ts'
import type { Part } from '../src/geometry/virtual-plant/labelled-mesh.ts'
import { defineTask, fileset, param } from '../src/index.ts'
import { pointCloud } from './artifacts/point-cloud.ts'
import { virtualPlantModel } from './artifacts/virtual-plant.ts'

export default defineTask({
  name: 'PointCloudGroundTruth',
  version: 1,
  summary: 'Samples points on the true surface of a virtual plant.',
  doc:
    'Each part of the surface gets its share by area, with its label, normal and colour; the same ' +
    'seed gives the same points. ROMI spreads pcd_size points over each mesh of the OBJ, so small ' +
    'organs weigh as much as leaves; here it is the number of all points.',
  inputs: {
    upstream_task: fileset(virtualPlantModel, {
      default: 'VirtualPlantObj',
      doc: 'the plant whose surface is sampled',
    }),
  },
  params: {
    pcd_size: param.integer({ default: 100000, min: 1, doc: 'Number of points.' }),
    seed: param.integer({ default: 0, doc: 'Seed of the random points.' }),
  },
  output: pointCloud,
  async run({ inputs, params }) {
    const { mesh } = await inputs.upstream_task.read()
    const { points, normals, triangles } = sampleMesh(mesh, params.pcd_size, params.seed)
    const labels = labelsOf(triangles, mesh.parts)
    const colors = new Uint8Array(points.length)
    labels.forEach((label, i) => colors.set(plantColours[label] ?? grey, 3 * i))
    // ROMI's viewers look for the points under the name of the task.
    return { cloud: { points, normals, colors }, labels, alsoAs: 'PointCloudGroundTruth' }
  },
})

const grey: Colour = [128, 128, 128]

/** The label of each triangle's part; triangles come in ascending order, as parts do. */
function labelsOf(triangles: Uint32Array, parts: readonly Part[]): string[] {
  let part = 0
  return Array.from(triangles, (triangle) => {
    while (triangle >= parts[part].first + parts[part].count) part++
    return parts[part].label
  })
}
