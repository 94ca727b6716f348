// CylinderRadiusGroundTruth and CylinderRadiusEstimation: the check of a scanner on a known thing.
import { describe, expect, test } from 'vitest'
import type { JsonObject } from '../../src/index.ts'
import { runTask } from '../../src/testing/index.ts'
import type { SurfaceCloud } from '../../tasks/artifacts/point-cloud.ts'
import estimation from '../../tasks/cylinder-radius-estimation.ts'
import groundTruth from '../../tasks/cylinder-radius-ground-truth.ts'

const cylinder = (params: Record<string, unknown>) => runTask<SurfaceCloud>(groundTruth, { params })

describe('CylinderRadiusGroundTruth', () => {
  test('spreads as many points as asked for over a cylinder of the given size', async () => {
    const { value } = await cylinder({ radius: 4, height: 12, nb_points: 500 })
    const { points } = value.cloud
    expect(points.length).toBe(1500)
    for (let i = 0; i < points.length; i += 3)
      expect(Math.hypot(points[i], points[i + 1])).toBeCloseTo(4, 9)
  })

  test('draws a random size from its seed: the same bytes in every run', async () => {
    const tried = await cylinder({ nb_points: 200 })
    await tried.expectIncremental()
    const other = await cylinder({ nb_points: 200, seed: 1 })
    expect(other.value.cloud.points).not.toEqual(tried.value.cloud.points)
  })
})

describe('CylinderRadiusEstimation', () => {
  const estimated = async (cloud: SurfaceCloud) =>
    (await runTask<JsonObject>(estimation, { inputs: { upstream_task: cloud } })).value

  test('finds the radius from points of the side', async () => {
    const { value } = await cylinder({ radius: 7, height: 10, nb_points: 3000 })
    expect((await estimated(value)).calculated_radius).toBeCloseTo(7, 4)
  })

  test('leaves out the points of the ends where normals tell them', async () => {
    const { value } = await cylinder({ radius: 7, height: 10, nb_points: 3000 })
    const { points, normals } = value.cloud
    const lid = Array.from({ length: 800 }, (_, i) => {
      const [turn, far] = [i * 2.4, 7 * Math.sqrt(i / 800)]
      return [far * Math.cos(turn), far * Math.sin(turn), 10]
    })
    const capped = {
      points: Float64Array.from([...points, ...lid.flat()]),
      normals: Float64Array.from([...(normals ?? []), ...lid.flatMap(() => [0, 0, 1])]),
    }
    expect((await estimated({ cloud: capped })).calculated_radius).toBeCloseTo(7, 2)
  })
})
