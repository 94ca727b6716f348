// PointCloudGroundTruth and PointCloudEvaluation: from a plant's mesh to figures.
import { describe, expect, test } from 'vitest'
import { triangleAreas } from '../../src/geometry/mesh/mesh.ts'
import type { LabelledMesh } from '../../src/geometry/virtual-plant/labelled-mesh.ts'
import { virtualPlant } from '../../src/geometry/virtual-plant/virtual-plant.ts'
import type { JsonObject } from '../../src/index.ts'
import { runTask } from '../../src/testing/index.ts'
import type { SurfaceCloud } from '../../tasks/artifacts/point-cloud.ts'
import evaluationTask from '../../tasks/point-cloud-evaluation.ts'
import truthTask from '../../tasks/point-cloud-ground-truth.ts'

const truthOf = async (mesh: LabelledMesh, params = {}): Promise<SurfaceCloud> =>
  (await runTask<SurfaceCloud>(truthTask, { inputs: { upstream_task: { mesh } }, params })).value

const figuresOf = async (predicted: SurfaceCloud, truth: SurfaceCloud, params = {}) => {
  const inputs = { upstream_task: predicted, ground_truth: truth }
  return (await runTask<JsonObject>(evaluationTask, { inputs, params })).value
}

describe('PointCloudGroundTruth', () => {
  const { mesh } = virtualPlant({ organs: 4, rosette_leaves: 2, flowers: 1, detail: 0.5 } as object)

  test('spreads exactly as many points as asked for, each with label, normal and colour', async () => {
    const { cloud, labels = [] } = await truthOf(mesh, { pcd_size: 3000 })
    expect(cloud.points.length).toBe(9000)
    expect(cloud.normals?.length).toBe(9000)
    expect(cloud.colors?.length).toBe(9000)
    expect(labels.length).toBe(3000)
  })

  test('gives each label its share of the area', async () => {
    const { labels = [] } = await truthOf(mesh, { pcd_size: 4000 })
    const areas = triangleAreas(mesh)
    const whole = areas.reduce((sum, area) => sum + area, 0)
    for (const label of new Set(mesh.parts.map((part) => part.label))) {
      const own = mesh.parts
        .filter((part) => part.label === label)
        .flatMap(({ first, count }) => Array.from(areas.subarray(first, first + count)))
      const share = own.reduce((sum, area) => sum + area, 0) / whole
      const points = labels.filter((one) => one === label).length
      expect(Math.abs(points - 4000 * share)).toBeLessThan(mesh.parts.length + 1)
    }
  })

  test('points stand in the scan’s axes, where z is up', async () => {
    const { cloud } = await truthOf(mesh, { pcd_size: 2000 })
    const reach = (values: Float64Array, axis: number): number =>
      Math.max(...values.filter((_, i) => i % 3 === axis))
    for (const axis of [0, 1, 2])
      expect(reach(cloud.points, axis)).toBeCloseTo(reach(mesh.vertices, axis), -1)
  })
})

describe('PointCloudEvaluation', () => {
  const at = (xs: readonly number[], labels?: readonly string[]): SurfaceCloud => ({
    cloud: { points: Float64Array.from(xs.flatMap((x) => [x, 0, 0])) },
    spacing: 1,
    ...(labels && { labels }),
  })

  test('tells fitness and RMSE as Open3D, and precision, recall and F-score beside', async () => {
    const figures = await figuresOf(at([0, 1, 2, 30]), at([0, 1.5]), { max_distance: 2 })
    expect(figures.all).toMatchObject({
      fitness: 0.75,
      inlier_rmse: expect.closeTo(Math.sqrt(0.5 / 3), 12),
      predicted_points: 4,
      true_points: 2,
      to_truth: { largest: 28.5 },
      from_truth: { mean: 0.25 },
    })
    const { at: rows } = figures.all as { readonly at: readonly { readonly threshold: number }[] }
    expect(rows.map(({ threshold }) => threshold)).toEqual([1, 2, 4])
    expect(rows[0]).toMatchObject({ precision: 0.75, recall: 1, f_score: 1.5 / 1.75 })
  })

  test('tells how much of each label was found', async () => {
    const truth = at([0, 1, 10, 11], ['stem', 'stem', 'fruit', 'fruit'])
    const { labels } = await figuresOf(at([0, 1, 10]), truth, { thresholds: [0.5] })
    expect(labels).toMatchObject({
      fruit: {
        true_points: 2,
        at: [
          { threshold: 0.5, recall: 0.5 },
          { threshold: 2, recall: 1 },
        ],
      },
      stem: { true_points: 2, at: [{ recall: 1 }, { recall: 1 }] },
    })
  })

  test('a label that a labelled cloud lacks was not found', async () => {
    const truth = at([0, 1, 10], ['stem', 'stem', 'fruit'])
    const { labels } = await figuresOf(at([0, 1, 10], ['stem', 'stem', 'stem']), truth)
    expect(labels).toMatchObject({
      fruit: { true_points: 1, at: expect.arrayContaining([{ threshold: 1, recall: 0 }]) },
      stem: { fitness: 2 / 3, predicted_points: 3, true_points: 2 },
    })
  })

  test('both are made once, and to the same bytes', async () => {
    const { mesh } = virtualPlant({ organs: 3, rosetteLeaves: 0, flowers: 0, detail: 0.5 })
    const params = { pcd_size: 500 }
    const truth = await runTask<SurfaceCloud>(truthTask, {
      inputs: { upstream_task: { mesh } },
      params,
    })
    await truth.expectIncremental()
    const inputs = { upstream_task: at([1, 2]), ground_truth: truth.value }
    await (await runTask(evaluationTask, { inputs })).expectIncremental()
  })

  test('a cloud without points is told', async () => {
    const figures = figuresOf(at([]), at([1]))
    await expect(figures).rejects.toMatchObject({ code: 'task/empty-input' })
  })
})
