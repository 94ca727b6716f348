// CurveSkeleton: the middle lines of the plant.
import {
  skeletonOfCloud,
  skeletonOfMesh,
  skeletonOfVoxels,
  type SkeletonOfSolid,
  type SkeletonOptions,
} from '../src/geometry/skeleton/skeletonise.ts'
import { voxelsAbove } from '../src/geometry/skeleton/voxel-set.ts'
import { defineTask, fileset, param, RomiError } from '../src/index.ts'
import { curveSkeleton } from './artifacts/curve-skeleton.ts'
import { pointCloud, type SurfaceCloud } from './artifacts/point-cloud.ts'
import { triangleMesh } from './artifacts/triangle-mesh.ts'
import { plantOf, voxelGrid, type VoxelGrid } from './artifacts/voxel-grid.ts'

export default defineTask({
  name: 'CurveSkeleton',
  version: 5,
  summary: 'Computes the curve skeleton of the plant.',
  doc:
    'The solid within the surface is filled with voxels, and paths of least cost are laid through ' +
    'its middle, from the remotest tip on, where nearness to the surface is dear (TEASAR: Sato et ' +
    'al., 2000); they are then centred to fractions of a voxel. The skeleton is a tree with, at ' +
    'each point, its radius and the volume that belongs to it. Unlike ROMI’s mean curvature flow it is the same in every run, and it ' +
    'takes points with normals, and voxels, as well as meshes.',
  inputs: {
    upstream_task: fileset([triangleMesh, pointCloud, voxelGrid], {
      default: 'TriangleMesh',
      doc: 'a closed surface, points on it with outward normals, or voxels',
    }),
  },
  params: {
    gap: param.integer({
      default: 12,
      min: 0,
      max: 50,
      unit: 'voxel',
      doc: 'Parts of the plant closer than this are joined; for a mesh, a voxel is one and a half mean edge lengths.',
    }),
    spur: param.float({
      default: 1,
      min: 0,
      doc: 'Side branches that reach out of the plant by less than this many local radii are dropped.',
    }),
  },
  output: curveSkeleton,
  checks: {
    outside_share: {
      doc: 'Share of the plant too far from the rest to be joined, which gets no skeleton.',
      max: 0.05,
      high: 'parts of the plant are torn off, or other things lie about it. Look at the voxels: masks may have holes, cameras be off, or gap be too small',
    },
  },
  limits: { memory: 500 },
  async run({ inputs, params, log, check }) {
    const { leftShare, ...skeleton } = await skeletonOf(inputs.upstream_task, params)
    if (skeleton.lines.length === 0)
      throw new RomiError('task/empty-result', 'the plant has no extent: look at its surface')
    check('outside_share', leftShare)
    log.info(`${skeleton.points.length / 3} points, ${skeleton.lines.length / 2} lines`)
    return skeleton
  },
})

type Input =
  | { readonly artifact: 'triangleMesh'; read(): Promise<Parameters<typeof skeletonOfMesh>[0]> }
  | { readonly artifact: 'pointCloud'; read(): Promise<SurfaceCloud> }
  | { readonly artifact: 'voxelGrid'; read(): Promise<VoxelGrid> }

async function skeletonOf(input: Input, options: SkeletonOptions): Promise<SkeletonOfSolid> {
  if (input.artifact === 'triangleMesh') {
    const mesh = await input.read()
    if (mesh.triangles.length === 0)
      throw new RomiError('task/empty-input', 'the mesh has no triangle: look at its points')
    return skeletonOfMesh(mesh, options)
  }
  if (input.artifact === 'voxelGrid') return skeletonOfGrid(await input.read(), options)
  const { points, normals } = (await input.read()).cloud
  if (normals) return skeletonOfCloud({ points, normals }, options)
  throw new RomiError(
    'task/no-normals',
    'the point cloud has no normals, without which inside and outside cannot be told apart',
  )
}

function skeletonOfGrid(grid: VoxelGrid, options: SkeletonOptions): SkeletonOfSolid {
  const solid = voxelsAbove(plantOf(grid))
  if (solid.count === 0)
    throw new RomiError('task/empty-input', 'no voxel stands: look at the masks')
  return skeletonOfVoxels(solid, options)
}
