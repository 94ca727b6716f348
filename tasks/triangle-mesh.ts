// TriangleMesh: the closed surface through a point cloud.
import { largestCluster } from '../src/geometry/mesh/cluster.ts'
import type { TriangleMesh } from '../src/geometry/mesh/mesh.ts'
import type { OrientedCloud } from '../src/geometry/mesh/moving-least-squares.ts'
import { largestArea, mostTriangles } from '../src/geometry/mesh/select.ts'
import { measureSpacing, surfaceThroughPoints } from '../src/geometry/mesh/surface.ts'
import { surfaceOfVolume } from '../src/geometry/mesh/volume-surface.ts'
import type { Effort } from '../src/geometry/parallel.ts'
import { defineTask, fileset, param, RomiError } from '../src/index.ts'
import { pointCloud, type SurfaceCloud } from './artifacts/point-cloud.ts'
import { triangleMesh } from './artifacts/triangle-mesh.ts'
import { plantOf, voxelGrid, type VoxelGrid } from './artifacts/voxel-grid.ts'

const filterings = [
  '',
  'most connected triangles',
  'largest connected triangles',
  'dbscan point-cloud',
] as const

export default defineTask({
  name: 'TriangleMesh',
  version: 3,
  summary: 'Reconstructs a closed surface from the point cloud, or around voxels.',
  doc:
    'Spheres are fitted to the points and normals about each node of a grid (algebraic point set ' +
    'surfaces, Guennebaud & Gross, 2007), and marching cubes cut their surface out. The mesh is ' +
    'closed, oriented and manifold. Unlike with ROMI, whose Poisson reconstruction has 2^depth ' +
    'cells along the plant, the grid is as fine as the points are dense, so thin stems do not ' +
    'break, and no vertices are left that no triangle uses.',
  inputs: {
    upstream_task: fileset([pointCloud, voxelGrid], {
      default: 'PointCloud',
      doc: 'points with outward normals; or voxels, whose own surface is then taken',
    }),
  },
  params: {
    filtering: param.choice(filterings, {
      default: 'most connected triangles',
      doc:
        'What is kept: the piece with the most triangles, that with the largest area, that of the ' +
        'largest heap of points (of points only), or (empty) all pieces. The first two take for one ' +
        'piece what gaps of less than eight spacings part, but for shreds: carving breaks thin stalks.',
    }),
    spacing: param.float({
      default: undefined as number | undefined, // the type of an optional length
      min: 0,
      unit: 'length',
      doc: 'Distance between neighbouring points; by default the voxel size, otherwise measured in the cloud.',
    }),
  },
  ignored: {
    library: 'the surface is made here, without Open3D or CGAL',
    depth: 'the grid is as fine as the points are dense',
  },
  output: triangleMesh,
  checks: {
    dropped_share: {
      doc: 'Share of the triangles that filtering removes: clutter, or detached parts of the plant.',
      max: 0.1,
      high: 'parts of the plant are torn off, or other things lie about it. Look at the masks: threshold of Masks may be so high that stalks have gaps (dilation closes them), or the cameras are off',
    },
  },
  limits: { cpu: 'spare', memory: 1000 },
  async run({ inputs, params, log, check, threads, signal }) {
    const input = inputs.upstream_task
    const { surface: whole, spacing } =
      input.artifact === 'voxelGrid'
        ? aroundVoxels(await input.read())
        : await throughCloud(await input.read(), params, { threads, signal })
    if (whole.triangles.length === 0)
      throw new RomiError(
        'task/empty-result',
        input.artifact === 'voxelGrid'
          ? 'no voxel stands, so there is no surface: look at the masks'
          : 'no surface passes through the points: do their normals point outward, and is spacing ' +
              'their distance?',
      )
    const kept = filtered(whole, params.filtering, spacing)
    check('dropped_share', 1 - kept.triangles.length / whole.triangles.length)
    log.info(`${kept.triangles.length / 3} of ${whole.triangles.length / 3} triangles kept`)
    return { ...kept, isFinal: true }
  },
})

type Filtering = (typeof filterings)[number]

/** A surface, and the distance between the points that it was laid through. */
interface Laid {
  readonly surface: TriangleMesh
  readonly spacing: number
}

function aroundVoxels(value: VoxelGrid): Laid {
  return { surface: surfaceOfVolume(plantOf(value)), spacing: value.grid.spacing }
}

async function throughCloud(
  value: SurfaceCloud,
  params: { readonly filtering: Filtering; readonly spacing: number | undefined },
  effort: Effort,
): Promise<Laid> {
  const cloud = oriented(value)
  const spacing = params.spacing || value.spacing || measureSpacing(cloud.points)
  const points = params.filtering === 'dbscan point-cloud' ? largestCluster(cloud, spacing) : cloud
  return { surface: await surfaceThroughPoints(points, spacing, effort), spacing }
}

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

function filtered(mesh: TriangleMesh, filtering: Filtering, spacing: number): TriangleMesh {
  if (filtering === 'most connected triangles') return mostTriangles(mesh, spacing)
  if (filtering === 'largest connected triangles') return largestArea(mesh, spacing)
  return mesh
}
