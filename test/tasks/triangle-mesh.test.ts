// TriangleMesh: from PointCloud.ply to TriangleMesh.ply.
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { checkMesh } from '../support/check-mesh.ts'
import { signedVolume, type TriangleMesh } from '../../src/geometry/mesh/mesh.ts'
import { io } from '../../src/index.ts'
import { runTask } from '../../src/testing/index.ts'
import type { SurfaceCloud } from '../../tasks/artifacts/point-cloud.ts'
import task from '../../tasks/triangle-mesh.ts'
import { tasks } from '../../tasks/index.ts'
import { Rig } from '../support/rig.ts'
import { sphere, torus, tubes } from '../support/surfaces.ts'

const both = (...clouds: readonly SurfaceCloud['cloud'][]): SurfaceCloud => ({
  cloud: {
    points: Float64Array.from(clouds.flatMap(({ points }) => Array.from(points))),
    normals: Float64Array.from(clouds.flatMap(({ normals = [] }) => Array.from(normals))),
  },
  spacing: 1,
})

const shifted = ({ points, normals }: SurfaceCloud['cloud'], x: number) => ({
  points: points.map((value, i) => (i % 3 === 0 ? value + x : value)),
  normals,
})

async function meshOf(cloud: SurfaceCloud, params = {}): Promise<TriangleMesh> {
  const trial = { inputs: { upstream_task: cloud }, params }
  return (await runTask<TriangleMesh>(task, trial)).value
}

/** A fat ball, and a long rod with a larger surface: 690 against 450. */
const ball = sphere(6).cloud
const rod = tubes([{ from: [0, 0, 0], to: [0, 0, 90], radius: 1.2 }]).cloud

describe('TriangleMesh', () => {
  test('writes a closed surface with normals, as one PLY file', async () => {
    const cloud = { cloud: torus(15, 3).cloud, spacing: 1 }
    const { bytes } = await runTask(task, { inputs: { upstream_task: cloud } })
    expect([...bytes.keys()]).toEqual(['TriangleMesh.ply'])
    const ply = bytes.get('TriangleMesh.ply') ?? new Uint8Array()
    const { normals, ...mesh } = await io.triangleMeshCodec.decode(ply, 'TriangleMesh.ply')
    expect(normals?.length).toBe(mesh.vertices.length)
    expect(checkMesh(mesh)).toMatchObject({ badEdges: 0, badVertices: 0, eulerCharacteristic: 0 })
    expect(signedVolume(mesh)).toBeGreaterThan(0)
  })

  test('keeps one piece or all, as filtering says', async () => {
    const cloud = both(ball, shifted(rod, 30))
    expect(checkMesh(await meshOf(cloud, { filtering: '' })).components).toBe(2)
    for (const filtering of [
      'most connected triangles',
      'largest connected triangles',
      'dbscan point-cloud',
    ]) {
      const mesh = await meshOf(cloud, { filtering })
      expect(checkMesh(mesh)).toMatchObject({ components: 1, strayVertices: 0 })
      expect(Math.min(...mesh.vertices.filter((_, i) => i % 3 === 0))).toBeGreaterThan(20)
    }
  })

  test('measures the distance between points where no voxel size is known', async () => {
    const mesh = await meshOf({ cloud: torus(15, 3).cloud })
    expect(checkMesh(mesh)).toMatchObject({ badEdges: 0, eulerCharacteristic: 0 })
    const coarse = await meshOf({ cloud: torus(15, 3).cloud }, { spacing: 1.5 })
    expect(coarse.triangles.length).toBeLessThan(0.7 * mesh.triangles.length)
  })

  test('a cloud without normals, and one without points, is refused', async () => {
    const { points } = ball
    await expect(meshOf({ cloud: { points } })).rejects.toMatchObject({ code: 'task/no-normals' })
    const nothing = { points: new Float64Array(0), normals: new Float64Array(0) }
    await expect(meshOf({ cloud: nothing })).rejects.toMatchObject({ code: 'task/empty-input' })
  })

  test('points of which something is NaN are as if they were not there', async () => {
    const { points, normals } = ball
    const lacking = {
      points: Float64Array.of(NaN, 0, 0, ...points, 40, 0, 0),
      normals: Float64Array.of(1, 0, 0, ...normals, 0, NaN, 0),
    }
    expect(await meshOf({ cloud: lacking, spacing: 1 })).toEqual(
      await meshOf({ cloud: ball, spacing: 1 }),
    )
  })

  test('TriangleMesh is made once, and to the same bytes', async () => {
    const tried = await runTask(task, { inputs: { upstream_task: both(sphere(2).cloud) } })
    await tried.expectIncremental()
  })
})

describe('in a pipeline', () => {
  test('ROMI’s keys are accepted, and those without effect are no reason to run again', async () => {
    const toml = (changes: string) => `
      [VirtualPlant]
      organs = 3
      rosette_leaves = 0
      flowers = 0
      detail = 0.5

      [PointCloudGroundTruth]
      upstream_task = "VirtualPlant"
      pcd_size = 5000

      [TriangleMesh]
      upstream_task = "PointCloudGroundTruth"
      filtering = "most connected triangles"
      ${changes}
    `
    const rig = await Rig.make({})
    rig.tasks = tasks
    const first = await rig.run(toml('library = "open3d"\ndepth = 9'))
    expect(first.ran).toEqual(['VirtualPlant', 'PointCloudGroundTruth', 'TriangleMesh'])
    expect((await rig.run(toml('library = "cgal"'))).ran).toEqual([])
    expect((await rig.run(toml('spacing = 1.0'))).ran).toEqual(['TriangleMesh'])
  })

  test('voxels have a surface, too, in the same place as that of their points', async () => {
    const toml = (upstream: string) => `
      [VirtualPlant]
      organs = 3
      rosette_leaves = 0
      flowers = 0
      detail = 0.5

      [VirtualScan]
      n_points = 12
      width = 240
      height = 320

      [Masks]
      upstream_task = "VirtualScan"
      query = { channel = "rgb" }
      threshold = 0.3
      dilation = 1

      [Voxels]
      camera_metadata = "camera"
      upstream_colmap = "VirtualScan"
      voxel_size = 0.5

      [PointCloud]
      level_set_value = 1.0

      [TriangleMesh]
      upstream_task = "${upstream}"
    `
    const rig = await Rig.make({})
    rig.tasks = tasks
    const bounds: number[][] = []
    for (const upstream of ['Voxels', 'PointCloud']) {
      const { code } = await rig.run(toml(upstream), { targets: ['TriangleMesh'] })
      expect(code).toBe(0)
      const [made] = (await rig.filesets('TriangleMesh')).slice(-1)
      const bytes = await readFile(join(rig.path, 'plant', made, 'TriangleMesh.ply'))
      const mesh = await io.triangleMeshCodec.decode(bytes, upstream)
      expect(checkMesh(mesh)).toMatchObject({ badEdges: 0, badVertices: 0, components: 1 })
      const heights = mesh.vertices.filter((_, i) => i % 3 === 2)
      bounds.push([Math.min(...heights), Math.max(...heights)])
    }
    expect(Math.abs(bounds[0][0] - bounds[1][0])).toBeLessThan(1)
    expect(Math.abs(bounds[0][1] - bounds[1][1])).toBeLessThan(1)
  })
})
