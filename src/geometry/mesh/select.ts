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

/** Leaves bodies only: drops the walls of cavities, which face inward, and what lies within them. */
export function withoutCavities(mesh: TriangleMesh): TriangleMesh {
  const { count, ofTriangle } = componentsOf(mesh)
  const volumes = new Float64Array(count)
  const { vertices, triangles } = mesh
  ofTriangle.forEach((piece, t) => {
    const [a, b, c] = [triangles[3 * t], triangles[3 * t + 1], triangles[3 * t + 2]]
    volumes[piece] += tetrahedron(vertices, a, b, c)
  })
  if (volumes.every((volume) => volume > 0)) return mesh
  const walls = subMesh(mesh, (triangle) => !(volumes[ofTriangle[triangle]] > 0))
  const isKept = new Uint8Array(count)
  const isSeen = new Uint8Array(count)
  ofTriangle.forEach((piece, triangle) => {
    if (isSeen[piece]) return
    isSeen[piece] = 1
    const corner = 3 * triangles[3 * triangle]
    const place = vertices.subarray(corner, corner + 3)
    isKept[piece] = volumes[piece] > 0 && windingNumber(walls, place) > -0.5 ? 1 : 0
  })
  return subMesh(mesh, (triangle) => isKept[ofTriangle[triangle]] === 1)
}

/** How often a closed mesh winds about a place: 1 within it, -1 if it faces inward, 0 outside. */
function windingNumber({ vertices, triangles }: TriangleMesh, place: ArrayLike<number>): number {
  let sum = 0
  const corners = new Float64Array(9)
  for (let t = 0; t < triangles.length; t += 3) {
    for (let i = 0; i < 9; i++)
      corners[i] = vertices[3 * triangles[t + Math.floor(i / 3)] + (i % 3)] - place[i % 3]
    sum += solidAngle(corners)
  }
  return sum / (4 * Math.PI)
}

/** Solid angle of a triangle from the origin (Van Oosterom & Strackee, 1983). */
function solidAngle([ax, ay, az, bx, by, bz, cx, cy, cz]: Float64Array): number {
  const a = Math.hypot(ax, ay, az)
  const b = Math.hypot(bx, by, bz)
  const c = Math.hypot(cx, cy, cz)
  const volume = ax * (by * cz - bz * cy) + ay * (bz * cx - bx * cz) + az * (bx * cy - by * cx)
  const ab = ax * bx + ay * by + az * bz
  const bc = bx * cx + by * cy + bz * cz
  const ca = cx * ax + cy * ay + cz * az
  return 2 * Math.atan2(volume, a * b * c + ab * c + bc * a + ca * b)
}
