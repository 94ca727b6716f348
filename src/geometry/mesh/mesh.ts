// A triangle mesh in flat arrays, and the plain questions one asks of it.
import { DisjointSets } from '../graph/disjoint-sets.ts'

/** Triangles that share their corners. Seen from outside, a triangle's corners run counter-clockwise. */
export interface TriangleMesh {
  /** x, y, z of each vertex, one after the other. */
  readonly vertices: Float64Array
  /** Three vertex numbers for each triangle. */
  readonly triangles: Uint32Array
}

/**
 * The volume that a closed mesh encloses; below zero when it is turned inside out.
 *
 * The sum of the tetrahedra between each triangle and the first vertex (divergence theorem).
 */
export function signedVolume(mesh: TriangleMesh): number {
  const { vertices: p, triangles } = mesh
  let sum = 0
  for (let t = 0; t < triangles.length; t += 3)
    sum += tetrahedron(p, triangles[t], triangles[t + 1], triangles[t + 2])
  return sum
}

/** Signed volume between a triangle and the first vertex, which keeps the figures small. */
export function tetrahedron(p: Float64Array, a: number, b: number, c: number): number {
  const ax = p[3 * a] - p[0]
  const ay = p[3 * a + 1] - p[1]
  const az = p[3 * a + 2] - p[2]
  const bx = p[3 * b] - p[0]
  const by = p[3 * b + 1] - p[1]
  const bz = p[3 * b + 2] - p[2]
  const cx = p[3 * c] - p[0]
  const cy = p[3 * c + 1] - p[1]
  const cz = p[3 * c + 2] - p[2]
  return (ax * (by * cz - bz * cy) + ay * (bz * cx - bx * cz) + az * (bx * cy - by * cx)) / 6
}

/**
 * The normal of triangle `t`, as long as twice its area: (b − a) × (c − a) of its corners.
 *
 * @param normal receives x, y, z
 */
export function triangleNormal(
  { vertices: p, triangles }: TriangleMesh,
  t: number,
  normal: Float64Array,
): void {
  const a = 3 * triangles[3 * t]
  const b = 3 * triangles[3 * t + 1]
  const c = 3 * triangles[3 * t + 2]
  const ux = p[b] - p[a]
  const uy = p[b + 1] - p[a + 1]
  const uz = p[b + 2] - p[a + 2]
  const vx = p[c] - p[a]
  const vy = p[c + 1] - p[a + 1]
  const vz = p[c + 2] - p[a + 2]
  normal[0] = uy * vz - uz * vy
  normal[1] = uz * vx - ux * vz
  normal[2] = ux * vy - uy * vx
}

/** The area of each triangle. */
export function triangleAreas(mesh: TriangleMesh): Float64Array {
  const areas = new Float64Array(mesh.triangles.length / 3)
  const normal = new Float64Array(3)
  for (let t = 0; t < areas.length; t++) {
    triangleNormal(mesh, t, normal)
    areas[t] = Math.hypot(normal[0], normal[1], normal[2]) / 2
  }
  return areas
}

/** Unit normal of each vertex: the sum of its triangles' normals, each as long as twice its area. */
export function vertexNormals(mesh: TriangleMesh): Float64Array {
  const { vertices, triangles } = mesh
  const normals = new Float64Array(vertices.length)
  const normal = new Float64Array(3)
  for (let t = 0; t < triangles.length / 3; t++) {
    triangleNormal(mesh, t, normal)
    for (let k = 3 * t; k < 3 * t + 3; k++) {
      const corner = 3 * triangles[k]
      for (let d = 0; d < 3; d++) normals[corner + d] += normal[d]
    }
  }
  for (let i = 0; i < normals.length; i += 3) {
    const length = Math.hypot(normals[i], normals[i + 1], normals[i + 2]) || 1
    for (let d = 0; d < 3; d++) normals[i + d] /= length
  }
  return normals
}

/** The pieces of a mesh that hang together. */
export interface Components {
  /** How many pieces there are. */
  readonly count: number
  /** The piece of each triangle, numbered as they first come. */
  readonly ofTriangle: Uint32Array
}

/** A mesh does not change, and is asked for its pieces by one filter after another. */
const knownComponents = new WeakMap<TriangleMesh, Components>()

/** The pieces: triangles with a common vertex are of one piece. */
export function componentsOf(mesh: TriangleMesh): Components {
  const components = knownComponents.get(mesh) ?? foundComponents(mesh)
  knownComponents.set(mesh, components)
  return components
}

function foundComponents(mesh: TriangleMesh): Components {
  const { triangles } = mesh
  const pieces = new DisjointSets(mesh.vertices.length / 3)
  for (let t = 0; t < triangles.length; t += 3) {
    pieces.join(triangles[t + 1], triangles[t])
    pieces.join(triangles[t + 2], triangles[t])
  }
  const numbers = new Int32Array(mesh.vertices.length / 3).fill(-1)
  const ofTriangle = new Uint32Array(triangles.length / 3)
  let count = 0
  for (let t = 0; t < ofTriangle.length; t++) {
    const piece = pieces.of(triangles[3 * t])
    if (numbers[piece] < 0) numbers[piece] = count++
    ofTriangle[t] = numbers[piece]
  }
  return { count, ofTriangle }
}

/** The mesh of the triangles for which `keep` holds, without the vertices that no other uses. */
export function subMesh(mesh: TriangleMesh, keep: (triangle: number) => boolean): TriangleMesh {
  const { vertices, triangles } = mesh
  const corners = new Uint32Array(triangles.length)
  const newNumber = new Int32Array(vertices.length / 3).fill(-1)
  let used = 0
  for (let t = 0; t < triangles.length / 3; t++) {
    if (!keep(t)) continue
    for (let c = 3 * t; c < 3 * t + 3; c++) {
      newNumber[triangles[c]] = 0
      corners[used++] = triangles[c]
    }
  }
  let count = 0
  for (let v = 0; v < newNumber.length; v++) if (newNumber[v] === 0) newNumber[v] = count++
  const kept = new Float64Array(3 * count)
  for (let i = 0; i < vertices.length; i += 3) {
    const to = 3 * newNumber[i / 3]
    if (to < 0) continue
    for (let d = 0; d < 3; d++) kept[to + d] = vertices[i + d]
  }
  for (let c = 0; c < used; c++) corners[c] = newNumber[corners[c]]
  return { vertices: kept, triangles: corners.slice(0, used) }
}
