// Which pieces of a mesh to keep.
import { DisjointSets } from '../graph/disjoint-sets.ts'
import { largestAt } from '../largest.ts'
import { NeighbourTree, picked } from '../neighbours.ts'
import {
  componentsOf,
  subMesh,
  tetrahedron,
  triangleAreas,
  type Components,
  type TriangleMesh,
} from './mesh.ts'
import { cellHash } from './sparse-grid.ts'

/** Pieces that come nearer to one another, in spacings, are parts of one: a stalk broke there. */
const gapOfSpacing = 8
/** Vertices from which on a piece may be a part: carving leaves shreds beside a plant. */
const leastOfPart = 30

/**
 * The piece with the most triangles.
 *
 * @param spacing distance between the points that the mesh was laid through: what is parted by gaps
 *                of less than eight counts as one piece; 0: only what hangs together does
 */
export function mostTriangles(mesh: TriangleMesh, spacing = 0): TriangleMesh {
  return largest(mesh, spacing, () => 1)
}

/** The piece with the largest area. @param spacing as of `mostTriangles` */
export function largestArea(mesh: TriangleMesh, spacing = 0): TriangleMesh {
  const areas = triangleAreas(mesh)
  return largest(mesh, spacing, (triangle) => areas[triangle])
}

function largest(
  mesh: TriangleMesh,
  spacing: number,
  sizeOf: (triangle: number) => number,
): TriangleMesh {
  const pieces = componentsOf(mesh)
  const { count } = pieces
  if (count < 2) return mesh
  const ofTriangle = acrossGaps(mesh, pieces, gapOfSpacing * spacing)
  const sizes = new Float64Array(count)
  ofTriangle.forEach((piece, triangle) => (sizes[piece] += sizeOf(triangle)))
  const best = largestAt(sizes)
  return subMesh(mesh, (triangle) => ofTriangle[triangle] === best)
}

/** For each triangle the same number as for those of all pieces that small gaps part from its own. */
function acrossGaps(
  { vertices, triangles }: TriangleMesh,
  { count, ofTriangle }: Components,
  gap: number,
): Uint32Array {
  const pieceOf = new Uint32Array(vertices.length / 3)
  for (let t = 0, corner = 0; t < ofTriangle.length; t++)
    for (const end = corner + 3; corner < end; corner++) pieceOf[triangles[corner]] = ofTriangle[t]
  const sizes = new Uint32Array(count)
  for (const piece of pieceOf) sizes[piece]++
  const isPart = (piece: number): boolean => sizes[piece] >= leastOfPart
  const parts = [...sizes.keys()].filter(isPart).sort((a, b) => sizes[b] - sizes[a])
  if (parts.length < 2 || gap === 0) return ofTriangle
  const isNear = nearTo(vertices, gap, (v) => pieceOf[v] !== parts[0] && isPart(pieceOf[v]))
  const near = pieceOf.map((_, v) => v).filter((v) => isPart(pieceOf[v]) && isNear(v))
  const tree = new NeighbourTree(picked(vertices, near))
  const wholes = new DisjointSets(count)
  const boxes = boxesOfPieces(vertices, pieceOf, count)
  /** Of each part, the larger ones that may be near it and were not joined to it when it was last looked at. */
  const others: number[][] = []
  for (const v of near) {
    const piece = pieceOf[v]
    // a gap is seen from its smaller side
    others[piece] ??= parts
      .slice(0, parts.indexOf(piece))
      .filter((other) => areNear(boxes, piece, other, gap))
    others[piece] = others[piece].filter((other) => wholes.of(other) !== wholes.of(piece))
    if (others[piece].length === 0) continue
    tree.forEachWithin(vertices[3 * v], vertices[3 * v + 1], vertices[3 * v + 2], gap, (other) => {
      wholes.join(pieceOf[near[other]], piece)
    })
  }
  return ofTriangle.map((piece) => wholes.of(piece))
}

/** Marks for cells of space; cells that share one only let more vertices through. */
const cellMarks = 1 << 18

/** Whether a vertex may be nearer than `gap` to one that `isOf` tells of: those that are all pass. */
function nearTo(
  vertices: Float64Array,
  gap: number,
  isOf: (vertex: number) => boolean,
): (vertex: number) => boolean {
  const marks = new Uint8Array(cellMarks)
  const cell = (v: number, d: number): number => Math.floor(vertices[3 * v + d] / gap)
  const markOf = (x: number, y: number, z: number): number => cellHash(x, y, z) & (cellMarks - 1)
  for (let v = 0; v < vertices.length / 3; v++) {
    if (!isOf(v)) continue
    const [x, y, z] = [cell(v, 0), cell(v, 1), cell(v, 2)]
    for (let dx = -1; dx <= 1; dx++)
      for (let dy = -1; dy <= 1; dy++)
        for (let dz = -1; dz <= 1; dz++) marks[markOf(x + dx, y + dy, z + dz)] = 1
  }
  return (v) => marks[markOf(cell(v, 0), cell(v, 1), cell(v, 2))] === 1
}

/** Of each piece the least x, y, z and the largest. */
function boxesOfPieces(vertices: Float64Array, pieceOf: Uint32Array, count: number): Float64Array {
  const boxes = new Float64Array(6 * count)
  for (let piece = 0; piece < count; piece++) {
    boxes.fill(Infinity, 6 * piece, 6 * piece + 3)
    boxes.fill(-Infinity, 6 * piece + 3, 6 * piece + 6)
  }
  for (let v = 0; v < pieceOf.length; v++)
    for (let d = 0; d < 3; d++) {
      const at = 6 * pieceOf[v] + d
      boxes[at] = Math.min(boxes[at], vertices[3 * v + d])
      boxes[at + 3] = Math.max(boxes[at + 3], vertices[3 * v + d])
    }
  return boxes
}

/** Whether two boxes are not farther apart than `gap` along any axis. */
function areNear(boxes: Float64Array, a: number, b: number, gap: number): boolean {
  for (let d = 0; d < 3; d++) {
    if (boxes[6 * a + d] - boxes[6 * b + d + 3] > gap) return false
    if (boxes[6 * b + d] - boxes[6 * a + d + 3] > gap) return false
  }
  return true
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
