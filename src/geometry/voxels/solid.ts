// A labelled mesh as voxels: which nodes of a grid lie in it.
import { sampleMesh } from '../sampling.ts'
import { columnCrossings, forEachSolidStretch } from '../skeleton/column-crossings.ts'
import { triangleAreas, type TriangleMesh } from '../mesh/mesh.ts'
import { isClosed, type LabelledMesh } from '../virtual-plant/labelled-mesh.ts'
import { voxelCount, type Grid } from './grid.ts'

/**
 * Marks the nodes of a grid that lie in the parts with one label: 1, the others 0.
 *
 * A closed part holds the nodes that it encloses. One that encloses nothing, such as a leaf drawn as
 * a sheet, holds the nodes that are nearest to its surface.
 *
 * @param mesh in the grid's axes and unit, closed parts outward
 * @param grid nodes in C order, z fastest
 * Cost: the columns and nodes that the parts cross.
 */
export function solidOfLabel(mesh: LabelledMesh, label: string, grid: Grid): Int8Array {
  const data = new Int8Array(voxelCount(grid))
  for (const part of mesh.parts) {
    if (part.label !== label || part.count === 0) continue
    const triangles = mesh.triangles.slice(3 * part.first, 3 * (part.first + part.count))
    const own = { vertices: mesh.vertices, triangles, parts: [] }
    if (isClosed(own)) markInside(own, grid, data)
    else markSurface(own, grid, data)
  }
  return data
}

function markInside(mesh: TriangleMesh, grid: Grid, data: Int8Array): void {
  const { shape, origin, spacing } = grid
  const [nx, ny, nz] = shape
  const level = (height: number): number =>
    Math.min(nz, Math.max(0, Math.ceil((height - origin[2]) / spacing)))
  const crossings = columnCrossings(mesh, [origin[0], origin[1], origin[2]], spacing)
  forEachSolidStretch(crossings, (x, y, from, to) => {
    if (x < 0 || x >= nx || y < 0 || y >= ny) return
    const column = (x * ny + y) * nz
    data.fill(1, column + level(from), column + level(to))
  })
}

/** So many samples fall on a piece of surface as large as a side of a voxel. */
const samplesPerSide = 16

function markSurface(mesh: TriangleMesh, { shape, origin, spacing }: Grid, data: Int8Array): void {
  const area = triangleAreas(mesh).reduce((sum, one) => sum + one, 0)
  if (!(area > 0)) return
  const wanted = Math.ceil((samplesPerSide * area) / (spacing * spacing))
  const { points } = sampleMesh(mesh, wanted)
  for (let p = 0; p < points.length; p += 3) {
    const [i, j, k] = [0, 1, 2].map((d) => Math.round((points[p + d] - origin[d]) / spacing))
    const isIn = i >= 0 && j >= 0 && k >= 0 && i < shape[0] && j < shape[1] && k < shape[2]
    if (isIn) data[(i * shape[1] + j) * shape[2] + k] = 1
  }
}
