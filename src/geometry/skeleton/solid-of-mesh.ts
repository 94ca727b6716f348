// The inside of a closed triangle mesh as a sparse set of voxels.
import { signedVolume, triangleAreas, type TriangleMesh } from '../mesh/mesh.ts'
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
export function voxelsInside(mesh: TriangleMesh, spacing = suitableSpacing(mesh)): VoxelSet {
  const { vertices: p, triangles } = mesh
  const low = [Infinity, Infinity, Infinity]
  for (const v of triangles)
    for (let axis = 0; axis < 3; axis++) low[axis] = Math.min(low[axis], p[3 * v + axis])
  const origin = [low[0], low[1], low[2]] as const
  const crossings = crossingsOf(mesh, origin, spacing)
  crossings.sort((a, b) => a.x - b.x || a.y - b.y || a.z - b.z || b.way - a.way)
  const cells: number[] = []
  let depth = 0
  crossings.forEach(({ x, y, z, way }, c) => {
    depth += way
    const next = crossings[c + 1]
    if (next === undefined || next.x !== x || next.y !== y) {
      depth = 0
      return
    }
    if (depth <= 0) return
    const from = Math.ceil((z - origin[2]) / spacing)
    const to = Math.ceil((next.z - origin[2]) / spacing)
    for (let k = from; k < to; k++) cells.push(x, y, k)
  })
  return { count: cells.length / 3, cells: Int32Array.from(cells), origin, spacing }
}

/** Where a column meets a triangle: `way` is 1 into the solid, −1 out of it. */
interface Crossing {
  readonly x: number
  readonly y: number
  readonly z: number
  readonly way: number
}

function crossingsOf(
  { vertices: p, triangles }: TriangleMesh,
  origin: readonly [number, number, number],
  spacing: number,
): Crossing[] {
  const crossings: Crossing[] = []
  for (let t = 0; t < triangles.length; t += 3) {
    const [a, b, c] = [3 * triangles[t], 3 * triangles[t + 1], 3 * triangles[t + 2]]
    const [ux, uy, uz] = [p[b] - p[a], p[b + 1] - p[a + 1], p[b + 2] - p[a + 2]]
    const [vx, vy, vz] = [p[c] - p[a], p[c + 1] - p[a + 1], p[c + 2] - p[a + 2]]
    const nz = ux * vy - uy * vx
    if (nz === 0) continue
    const slopeX = -(uy * vz - uz * vy) / nz
    const slopeY = -(uz * vx - ux * vz) / nz
    const ys = [p[a + 1], p[b + 1], p[c + 1]]
    const first = Math.ceil((Math.min(...ys) - origin[1]) / spacing)
    const last = Math.floor((Math.max(...ys) - origin[1]) / spacing)
    for (let j = first; j <= last; j++) {
      const y = origin[1] + j * spacing
      let [from, to] = [Infinity, -Infinity]
      for (const [d, e] of [
        [a, b],
        [b, c],
        [c, a],
      ]) {
        if (p[d + 1] <= y === p[e + 1] <= y) continue
        const x = crossingAt(p, d, e, y)
        from = Math.min(from, x)
        to = Math.max(to, x)
      }
      const start = Math.ceil((from - origin[0]) / spacing)
      for (let i = start; origin[0] + i * spacing < to; i++) {
        const x = origin[0] + i * spacing
        const z = p[a + 2] + slopeX * (x - p[a]) + slopeY * (y - p[a + 1])
        crossings.push({ x: i, y: j, z, way: nz < 0 ? 1 : -1 })
      }
    }
  }
  return crossings
}

/** Where an edge meets the line `y`: from its lower end, so that both its triangles agree. */
function crossingAt(p: Float64Array, d: number, e: number, y: number): number {
  const [low, high] = p[d + 1] < p[e + 1] ? [d, e] : [e, d]
  return p[low] + ((y - p[low + 1]) * (p[high] - p[low])) / (p[high + 1] - p[low + 1])
}

/**
 * About one and a half edges, as the mesh resolves no more; and at most the mesh's volume over its
 * surface, which for a tube is half its radius: a mesh of few long triangles may be thin.
 */
function suitableSpacing(mesh: TriangleMesh): number {
  const area = triangleAreas(mesh).reduce((sum, a) => sum + a, 0)
  const volume = signedVolume(mesh)
  if (!(volume > 0 && area > 0))
    throw new RangeError('a mesh that encloses nothing has no skeleton: is it closed and outward?')
  return Math.min(volume / area, 1.5 * medianEdge(mesh))
}

function medianEdge({ vertices: p, triangles }: TriangleMesh): number {
  const lengths = new Float64Array(triangles.length / 3)
  for (let t = 0; t < lengths.length; t++) {
    const [a, b] = [3 * triangles[3 * t], 3 * triangles[3 * t + 1]]
    lengths[t] = Math.hypot(p[a] - p[b], p[a + 1] - p[b + 1], p[a + 2] - p[b + 2])
  }
  return lengths.sort()[lengths.length >> 1]
}
