// CurveSkeleton: from a surface to CurveSkeleton.json.
import { describe, expect, test } from 'vitest'
import { surfaceThroughPoints } from '../../src/geometry/mesh/surface.ts'
import type { CurveSkeleton } from '../../src/geometry/skeleton/curve-skeleton.ts'
import { io } from '../../src/index.ts'
import { runTask } from '../../src/testing/index.ts'
import { tasks } from '../../tasks/index.ts'
import task from '../../tasks/curve-skeleton.ts'
import { Rig } from '../support/rig.ts'
import { tubes } from '../support/surfaces.ts'

/** A stem with a twig. */
const fork = tubes([
  { from: [0, 0, 0], to: [0, 0, 60], radius: 2.5 },
  { from: [0, 0, 30], to: [20, 0, 45], radius: 2 },
]).cloud
const mesh = await surfaceThroughPoints(fork, 1)

const degrees = ({ points, lines }: CurveSkeleton): Uint8Array => {
  const count = new Uint8Array(points.length / 3)
  for (const point of lines) count[point]++
  return count
}

describe('CurveSkeleton', () => {
  test('tells how much of the plant is too far off to have a skeleton', async () => {
    const { checks } = await runTask(task, { inputs: { upstream_task: mesh } })
    expect(checks[0]).toMatchObject({ check: 'outside_share', is: 'fine', range: { median: 0 } })
    const apart = tubes([
      { from: [0, 0, 0], to: [0, 0, 60], radius: 2.5 },
      { from: [60, 0, 30], to: [60, 0, 50], radius: 2.5 },
    ]).cloud
    const inputs = { upstream_task: await surfaceThroughPoints(apart, 1) }
    const torn = (await runTask(task, { inputs })).checks[0]
    expect(torn.is).toBe('broken')
    expect(torn.range?.median).toBeGreaterThan(0.2)
    expect(torn.range?.median).toBeLessThan(0.4)
  })

  test('makes a tree of points and lines, as one JSON file with radii and volumes', async () => {
    const { value, bytes } = await runTask<CurveSkeleton>(task, { inputs: { upstream_task: mesh } })
    expect([...bytes.keys()]).toEqual(['CurveSkeleton.json'])
    expect(value.lines.length / 2).toBe(value.points.length / 3 - 1)
    const ends = degrees(value)
    expect(ends.filter((d) => d === 1)).toHaveLength(3)
    expect(ends.filter((d) => d > 2)).toHaveLength(1)
    expect(value.radii).toHaveLength(value.points.length / 3)
    const json = await io.jsonCodec.decode(
      bytes.get('CurveSkeleton.json') ?? new Uint8Array(),
      'CurveSkeleton.json',
    )
    expect(Object.keys(json as object)).toEqual(['points', 'lines', 'radii', 'volumes'])
  })

  test('runs within half a voxel of the axis', async () => {
    const { value } = await runTask<CurveSkeleton>(task, { inputs: { upstream_task: mesh } })
    for (let i = 0; i < value.points.length; i += 3) {
      const [x, y, z] = value.points.subarray(i, i + 3)
      if (z > 5 && z < 25) expect(Math.hypot(x, y)).toBeLessThan(0.5)
    }
  })

  test('drops the twig when spurs may be as long', async () => {
    const params = { spur: 12 }
    const { value } = await runTask<CurveSkeleton>(task, {
      inputs: { upstream_task: mesh },
      params,
    })
    expect(degrees(value).filter((d) => d === 1)).toHaveLength(2)
  })

  test('a mesh without triangles is refused', async () => {
    const empty = { vertices: new Float64Array(0), triangles: new Uint32Array(0) }
    const refused = runTask(task, { inputs: { upstream_task: empty } })
    await expect(refused).rejects.toMatchObject({ code: 'task/empty-input' })
  })

  test('CurveSkeleton is made once, and to the same bytes', async () => {
    const tried = await runTask(task, { inputs: { upstream_task: mesh } })
    await tried.expectIncremental()
  })
})

test('in a pipeline, points with normals do as well as a mesh', async () => {
  const plant = `
    [VirtualPlant]
    organs = 4
    rosette_leaves = 0
    flowers = 0

    [PointCloudGroundTruth]
    upstream_task = "VirtualPlant"
    pcd_size = 15000

    [CurveSkeleton]
    upstream_task = "PointCloudGroundTruth"
  `
  const rig = await Rig.make({})
  rig.tasks = tasks
  expect((await rig.run(plant)).ran).toContain('CurveSkeleton')
})
