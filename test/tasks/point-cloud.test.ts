// PointCloud: from voxels to PointCloud.ply.
import { describe, expect, test } from 'vitest'
import { levelSetPoints } from '../../src/geometry/points/level-set.ts'
import { runTask } from '../../src/testing/index.ts'
import type { SurfaceCloud } from '../../tasks/artifacts/point-cloud.ts'
import type { VoxelGrid } from '../../tasks/artifacts/voxel-grid.ts'
import task from '../../tasks/point-cloud.ts'
import { outcomeOf } from '../support/task-context.ts'

const grid = { shape: [20, 22, 24], origin: [-20, -22, -24], spacing: 2 } as const

/** A value for each voxel, by its place. */
const layer = (value: (x: number, y: number, z: number) => number): Float32Array =>
  Float32Array.from({ length: 20 * 22 * 24 }, (_, at) =>
    value(Math.floor(at / 528) - 10, (Math.floor(at / 24) % 22) - 11, (at % 24) - 12),
  )
const ball = Int8Array.from(layer((x, y, z) => (Math.hypot(x, y, z) < 6 ? 1 : -1)))
const carved: VoxelGrid = { grid, layers: new Map([['voxels', ball]]) }

/** A stem with a leaf beside it, in a background that is less certain near both. */
const labelled: VoxelGrid = {
  grid,
  layers: new Map([
    ['background', layer((x, y) => (Math.hypot(x, y) < 7 ? 0.4 : 0.9))],
    ['stem', layer((x, y) => (Math.hypot(x + 3, y) < 3 ? 0.8 : 0.1))],
    ['leaf', layer((x, y, z) => (Math.hypot(x - 3, y, z) < 3 ? 0.7 : 0.1))],
  ]),
}

const cloudOf = async (value: VoxelGrid, params = {}) =>
  (await runTask<SurfaceCloud>(task, { inputs: { upstream_task: value }, params })).value

describe('PointCloud', () => {
  test('writes the points of the surface with normals, and the voxel size', async () => {
    const made = await runTask<SurfaceCloud>(task, {
      inputs: { upstream_task: carved },
      params: { level_set_value: 1 },
    })
    expect([...made.bytes.keys()]).toEqual(['PointCloud.ply'])
    const { points, normals } = await levelSetPoints({ ...grid, data: ball }, 1)
    expect(made.value.cloud.points).toEqual(points)
    expect(made.value.cloud.normals).toEqual(normals)
    expect(made.value.spacing).toBe(2)
    await made.expectIncremental()
  })

  test('its file is binary and little-endian, of doubles', async () => {
    const made = await runTask(task, { inputs: { upstream_task: carved } })
    const header = Buffer.from(made.bytes.get('PointCloud.ply')!).toString('latin1').slice(0, 400)
    expect(header.split('\n').slice(0, 2)).toEqual(['ply', 'format binary_little_endian 1.0'])
    for (const name of ['x', 'y', 'z', 'nx', 'ny', 'nz'])
      expect(header).toContain(`property double ${name}\n`)
  })

  test('voxels of labels give each point its label and its colour', async () => {
    const { cloud, labels } = await cloudOf(labelled, { colors: { leaf: [0, 1, 0.2] } })
    expect(labels).toHaveLength(cloud.points.length / 3)
    expect(new Set(labels)).toEqual(new Set(['stem', 'leaf']))
    labels?.forEach((label, n) => {
      const [x, y] = [cloud.points[3 * n] / 2, cloud.points[3 * n + 1] / 2]
      expect(Math.hypot(label === 'stem' ? x + 3 : x - 3, y)).toBeLessThan(3.5)
      const colour = Array.from(cloud.colors!.subarray(3 * n, 3 * n + 3))
      if (label === 'leaf') expect(colour).toEqual([0, 255, 51])
    })
  })

  test('prior, contrast and score rule out labels that are not sure enough', async () => {
    const labelsOf = async (params: object) => new Set((await cloudOf(labelled, params)).labels)
    expect(await labelsOf({ background_prior: 1.9 })).toEqual(new Set(['stem']))
    expect(await labelsOf({ min_score: 0.75 })).toEqual(new Set(['stem']))
    expect(await labelsOf({ min_contrast: 1.9 })).toEqual(new Set(['stem']))
    await expect(labelsOf({ min_contrast: 3 })).rejects.toThrow()
  })

  test('voxels without a surface are an error, not an empty cloud', async () => {
    for (const value of [-1, 1]) {
      const layers = new Map([['voxels', new Int8Array(ball.length).fill(value)]])
      const inputs = { upstream_task: { read: () => Promise.resolve({ grid, layers }) } }
      await expect(outcomeOf(task, inputs)).rejects.toMatchObject({ code: 'task/empty-result' })
    }
  })
})
