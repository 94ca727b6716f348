// The inside of a closed triangle mesh as a sparse set of voxels.
import { LongList } from '../long-list.ts'
import { signedVolume, triangleAreas, type TriangleMesh } from '../mesh/mesh.ts'
import { upperMedian } from '../upper-median.ts'
import { columnCrossings, forEachSolidStretch } from './column-crossings.ts'
import type { VoxelSet } from './voxel-set.ts'

/**
 * The voxels whose centres a closed, outward mesh encloses.
 *
 * Columns along z cross the triangles; between a crossing inward and the one outward a column is
 * solid. Both edges and columns are half-open, so that a column through an edge that two triangles
 * share crosses one of them.
 *
 * @param spacing  of the voxels; absent: fine enough for the mesh's thin parts
 * @throws RangeError if the mesh has no triangle or encloses no volume
 * Cost: columns crossed by triangles, and their sorting.
 */
export function voxelsInside(
  mesh: TriangleMesh,
  spacing = suitableSpacing(mesh, resolutionOf(mesh)),
): VoxelSet {
  const { vertices: p, triangles } = mesh
  const low = [Infinity, Infinity, Infinity]
  for (let t = 0; t < triangles.length; t++)
    for (let axis = 0; axis < 3; axis++) low[axis] = Math.min(low[axis], p[3 * triangles[t] + axis])
  const origin = [low[0], low[1], low[2]] as const
  const cells = new LongList(Int32Array)
  forEachSolidStretch(columnCrossings(mesh, origin, spacing), (x, y, from, to) => {
    const end = Math.ceil((to - origin[2]) / spacing)
    for (let k = Math.ceil((from - origin[2]) / spacing); k < end; k++) cells.pushThree(x, y, k)
  })
  return { count: cells.length / 3, cells: cells.taken(), origin, spacing }
}

/** What a mesh resolves: one and a half of its edges, about a voxel of what it was laid around. */
export const resolutionOf = (mesh: TriangleMesh): number => 1.5 * medianEdge(mesh)

/**
 * What the mesh resolves; and at most its volume over its surface, which for a tube is half its
 * radius: a mesh of few long triangles may be thin.
 *
 * @param resolution of `resolutionOf(mesh)`
 * @throws RangeError if the mesh encloses nothing
 */
export function suitableSpacing(mesh: TriangleMesh, resolution: number): number {
  const area = triangleAreas(mesh).reduce((sum, a) => sum + a, 0)
  const volume = signedVolume(mesh)
  if (!(volume > 0 && area > 0))
    throw new RangeError('a mesh that encloses nothing has no skeleton: is it closed and outward?')
  return Math.min(volume / area, resolution)
}

function medianEdge({ vertices: p, triangles }: TriangleMesh): number {
  const lengths = new Float64Array(triangles.length / 3)
  for (let t = 0; t < lengths.length; t++) {
    const a = 3 * triangles[3 * t]
    const b = 3 * triangles[3 * t + 1]
    lengths[t] = Math.hypot(p[a] - p[b], p[a + 1] - p[b + 1], p[a + 2] - p[b + 2])
  }
  return upperMedian(lengths)
}
