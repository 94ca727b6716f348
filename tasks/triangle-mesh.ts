// TriangleMesh: the closed surface through a point cloud.
import { largestCluster } from '../src/geometry/mesh/cluster.ts'
import type { TriangleMesh } from '../src/geometry/mesh/mesh.ts'
import type { OrientedCloud } from '../src/geometry/mesh/moving-least-squares.ts'
import { largestArea, mostTriangles } from '../src/geometry/mesh/select.ts'
import { measureSpacing, surfaceThroughPoints } from '../src/geometry/mesh/surface.ts'
import { defineTask, fileset, param, RomiError } from '../src/index.ts'
import { pointCloud, type SurfaceCloud } from './artifacts/point-cloud.ts'
import { triangleMesh } from './artifacts/triangle-mesh.ts'

const filterings = [
  '',
  'most connected triangles',
  'largest connected triangles',
  'dbscan point-cloud',
] as const

export default defineTask({
  name: 'TriangleMesh',
  version: 1,
  summary: 'Lays a closed surface through the point cloud.',
  doc:
    'Spheres are fitted to the points and normals about each node of a grid (algebraic point set ' +
    'surfaces, Guennebaud & Gross, 2007), and marching cubes cut their surface out. The mesh is ' +
    'closed, oriented and manifold. Unlike with ROMI, whose Poisson reconstruction has 2^depth ' +
    'cells along the plant, the grid is as fine as the points are dense, so thin stems do not ' +
    'break, and no vertices are left that no triangle uses.',
  inputs: {
    upstream_task: fileset(pointCloud, {
      default: 'PointCloud',
      doc: 'points with outward normals',
    }),
  },
  params: {
    filtering: param.choice(filterings, {
      default: 'most connected triangles',
      doc:
        'What is kept: the piece with the most triangles, that with the largest area, that of the ' +
        'largest heap of points, or (empty) all pieces.',
    }),
    spacing: param.float({
      default: undefined as number | undefined, // the type of an optional length
      min: 0,
      unit: 'length',
      doc: 'Distance between neighbouring points; else the voxel size, or as it is measured.',
    }),
  },
  ignored: {
    library: 'the surface is made here, without Open3D or CGAL',
    depth: 'the grid is as fine as the points are dense',
  },
  output: triangleMesh,
  limits: { memory: 1000 },
  async run({ inputs, params: { filtering, spacing }, log }) {
    const value = await inputs.upstream_task.read()
    const cloud = oriented(value)
    const distance = spacing || value.spacing || measureSpacing(cloud.points)
    const points = filtering === 'dbscan point-cloud' ? largestCluster(cloud, distance) : cloud
    const whole = surfaceThroughPoints(points, distance)
    const kept = filtered(whole, filtering)
    const [all, left] = [whole.triangles.length / 3, kept.triangles.length / 3]
    if (all === 0)
      throw new RomiError(
        'task/empty-result',
        `no surface passes through the ${cloud.points.length / 3} points: do their normals point ` +
          'outward, and is spacing their distance?',
      )
    log.info(`${left} of ${all} triangles kept`)
    return kept
  },
})

function oriented({ cloud: { points, normals } }: SurfaceCloud): OrientedCloud {
  if (points.length === 0)
    throw new RomiError('task/empty-input', 'the point cloud has no point: look at its voxels')
  if (!normals)
    throw new RomiError(
      'task/no-normals',
      'the point cloud has no normals, without which inside and outside cannot be told apart',
    )
  return { points, normals }
}

function filtered(mesh: TriangleMesh, filtering: (typeof filterings)[number]): TriangleMesh {
  if (filtering === 'most connected triangles') return mostTriangles(mesh)
  if (filtering === 'largest connected triangles') return largestArea(mesh)
  return mesh
}
