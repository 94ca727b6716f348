// Which pieces of a mesh to keep.
import { componentsOf, subMesh, tetrahedron, triangleAreas, type TriangleMesh } from './mesh.ts'

/** The piece with the most triangles. */
export function mostTriangles(mesh: TriangleMesh): TriangleMesh {
  return largest(mesh, () => 1)
}

/** The piece with the largest area. */
export function largestArea(mesh: TriangleMesh): TriangleMesh {
  const areas = triangleAreas(mesh)
  return largest(mesh, (triangle) => areas[triangle])
}

function largest(mesh: TriangleMesh, sizeOf: (triangle: number) => number): TriangleMesh {
  const { count, ofTriangle } = componentsOf(mesh)
  if (count < 2) return mesh
  const sizes = new Float64Array(count)
  ofTriangle.forEach((piece, triangle) => (sizes[piece] += sizeOf(triangle)))
  const best = sizes.indexOf(Math.max(...sizes))
  return subMesh(mesh, (triangle) => ofTriangle[triangle] === best)
}

/** Drops the walls of cavities: pieces that face inward. */
export function withoutCavities(mesh: TriangleMesh): TriangleMesh {
  const { count, ofTriangle } = componentsOf(mesh)
  const volumes = new Float64Array(count)
  ofTriangle.forEach((piece, t) => {
    const [a, b, c] = mesh.triangles.subarray(3 * t, 3 * t + 3)
    volumes[piece] += tetrahedron(mesh.vertices, a, b, c)
  })
  if (volumes.every((volume) => volume > 0)) return mesh
  return subMesh(mesh, (triangle) => volumes[ofTriangle[triangle]] > 0)
}
