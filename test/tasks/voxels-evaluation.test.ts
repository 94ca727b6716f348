// VoxelsGroundTruth and VoxelsEvaluation: how well voxels agree with a virtual plant.
import { describe, expect, test } from 'vitest'
import { virtualPlant } from '../../src/geometry/virtual-plant/virtual-plant.ts'
import { boundsOf } from '../../src/geometry/linear.ts'
import { gridOf, voxelCount } from '../../src/geometry/voxels/grid.ts'
import type { JsonObject } from '../../src/index.ts'
import { runTask } from '../../src/testing/index.ts'
import type { VoxelGrid } from '../../tasks/artifacts/voxel-grid.ts'
import evaluation from '../../tasks/voxels-evaluation.ts'
import groundTruth from '../../tasks/voxels-ground-truth.ts'

const { mesh } = virtualPlant({ organs: 3, rosette_leaves: 2, flowers: 1, detail: 0.5 } as object)
const grid = gridOf(boundsOf(mesh.vertices), 2)
const empty: VoxelGrid = {
  grid,
  layers: new Map([['voxels', new Int8Array(voxelCount(grid))]]),
}

const truthOn = async (voxels: VoxelGrid): Promise<VoxelGrid> =>
  (
    await runTask<VoxelGrid>(groundTruth, {
      inputs: { upstream_task: { mesh }, upstream_voxels: voxels },
    })
  ).value

const compared = async (predicted: VoxelGrid, truth: VoxelGrid): Promise<JsonObject> =>
  (
    await runTask<JsonObject>(evaluation, {
      inputs: { upstream_task: predicted, ground_truth: truth },
    })
  ).value

describe('VoxelsGroundTruth', () => {
  test('gives each label of the plant a volume on the grid of Voxels, and the rest to background', async () => {
    const truth = await truthOn(empty)
    expect(truth.grid).toEqual(grid)
    expect([...truth.layers.keys()].sort()).toEqual(
      ['background', ...new Set(mesh.parts.map(({ label }) => label))].sort(),
    )
    const background = truth.layers.get('background') ?? []
    for (let i = 0; i < voxelCount(grid); i++) {
      const isPlant = [...truth.layers].some(([label, v]) => label !== 'background' && v[i] === 1)
      expect(background[i]).toBe(isPlant ? 0 : 1)
    }
  })

  test('refuses a box in which the plant does not stand', async () => {
    const far = { ...empty, grid: { ...grid, origin: [9000, 0, 0] as const } }
    await expect(truthOn(far)).rejects.toMatchObject({ code: 'task/empty-result' })
  })
})

describe('VoxelsEvaluation', () => {
  test('the truth itself is right in every voxel and label', async () => {
    const truth = await truthOn(empty)
    const { all, labels } = await compared(truth, truth)
    expect(all).toMatchObject({ fp: 0, fn: 0, precision: 1, recall: 1, f_score: 1 })
    expect(Object.keys(labels as JsonObject)).toEqual(
      [...truth.layers.keys()].filter((label) => label !== 'background').sort(),
    )
  })

  test('a full box has all of the plant, and precision as low as the plant is thin', async () => {
    const truth = await truthOn(empty)
    const full = new Map([['voxels', new Int8Array(voxelCount(grid)).fill(1)]])
    const { all, labels } = await compared({ grid, layers: full }, truth)
    const plant =
      voxelCount(grid) - [...(truth.layers.get('background') ?? [])].reduce((a, b) => a + b, 0)
    expect(all).toMatchObject({ tp: plant, fn: 0, recall: 1, precision: plant / voxelCount(grid) })
    expect(labels).toEqual({})
  })

  test('refuses to compare voxels of two grids', async () => {
    const truth = await truthOn(empty)
    const other = { ...empty, grid: { ...grid, spacing: 1 } }
    await expect(compared(other, truth)).rejects.toMatchObject({ code: 'task/size-mismatch' })
  })
})
