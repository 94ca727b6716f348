// Pieces of a mesh, by number of triangles and by area.
import { describe, expect, test } from 'vitest'
import { checkMesh } from '../../support/check-mesh.ts'
import type { TriangleMesh } from '../../../src/geometry/mesh/mesh.ts'
import { componentsOf, signedVolume, vertexNormals } from '../../../src/geometry/mesh/mesh.ts'
import { largestArea, mostTriangles, withoutCavities } from '../../../src/geometry/mesh/select.ts'

/** A tetrahedron with edges of about `size` that begins at `x`. */
const tetrahedron = (x: number, size: number): TriangleMesh => ({
  vertices: Float64Array.of(x, 0, 0, x + size, 0, 0, x, size, 0, x, 0, size),
  triangles: Uint32Array.of(0, 2, 1, 0, 1, 3, 0, 3, 2, 1, 2, 3),
})

const octahedron = (x: number, size: number): TriangleMesh => ({
  vertices: Float64Array.from([
    x + size,
    0,
    0,
    x - size,
    0,
    0,
    x,
    size,
    0,
    x,
    -size,
    0,
    x,
    0,
    size,
    x,
    0,
    -size,
  ]),
  triangles: Uint32Array.from([
    0, 2, 4, 2, 1, 4, 1, 3, 4, 3, 0, 4, 2, 0, 5, 1, 2, 5, 3, 1, 5, 0, 3, 5,
  ]),
})

/** A closed tube of four edges, 1 thick, with a ring of vertices at each unit. */
function tubeAlongX(from: number, to: number): TriangleMesh {
  const rings = Math.round(to - from) + 1
  const vertices: number[] = []
  const triangles: number[] = []
  for (let r = 0; r < rings; r++) {
    const x = from + ((to - from) * r) / (rings - 1)
    vertices.push(x, 0.5, 0, x, 0, 0.5, x, -0.5, 0, x, 0, -0.5)
    if (r === 0) continue
    for (let k = 0; k < 4; k++) {
      const [a, b] = [4 * (r - 1) + k, 4 * (r - 1) + ((k + 1) % 4)]
      triangles.push(a, b, a + 4, b, b + 4, a + 4)
    }
  }
  const last = 4 * (rings - 1)
  triangles.push(0, 2, 1, 0, 3, 2, last, last + 1, last + 2, last, last + 2, last + 3)
  return { vertices: Float64Array.from(vertices), triangles: Uint32Array.from(triangles) }
}

function together(...meshes: readonly TriangleMesh[]): TriangleMesh {
  const vertices: number[] = []
  const triangles: number[] = []
  for (const mesh of meshes) {
    const first = vertices.length / 3
    triangles.push(...Array.from(mesh.triangles, (vertex) => first + vertex))
    vertices.push(...mesh.vertices)
  }
  return { vertices: Float64Array.from(vertices), triangles: Uint32Array.from(triangles) }
}

const insideOut = (mesh: TriangleMesh): TriangleMesh => ({
  vertices: mesh.vertices,
  triangles: mesh.triangles.slice().reverse(),
})

const large = tetrahedron(0, 5)
const many = octahedron(20, 1)

test('the piece with the most triangles stays, without stray vertices', () => {
  const kept = mostTriangles(together(large, many))
  expect(kept).toEqual(many)
  expect(checkMesh(kept)).toMatchObject({ badEdges: 0, strayVertices: 0, components: 1 })
})

test('the piece with the largest area stays', () => {
  expect(largestArea(together(many, large))).toEqual(large)
})

describe('pieces that small gaps part', () => {
  const stalk = tubeAlongX
  const stem = stalk(0, 60)
  test.each([stem, stalk(67.5, 95)])('(each a closed surface that faces outward)', (piece) => {
    expect(checkMesh(piece)).toMatchObject({ badEdges: 0, badVertices: 0, components: 1 })
    expect(signedVolume(piece)).toBeGreaterThan(0)
  })

  test('count as one, and stay apart', () => {
    const broken = together(stem, stalk(67.5, 95), stalk(102.5, 130))
    expect(mostTriangles(broken, 1)).toEqual(broken)
    expect(largestArea(broken, 1)).toEqual(broken)
  })

  test('pieces are not joined where the gap is wide, or no spacing is known', () => {
    expect(mostTriangles(together(stem, stalk(68.5, 95)), 1)).toEqual(stem)
    expect(mostTriangles(together(stem, stalk(67.5, 95)))).toEqual(stem)
  })

  test('shreds that small gaps part lead to no other piece', () => {
    const shred = tetrahedron(62, 2)
    expect(mostTriangles(together(stem, shred), 1)).toEqual(stem)
    expect(mostTriangles(together(stem, shred, stalk(70, 95)), 1)).toEqual(stem)
  })

  test('pieces that small gaps part are weighed together', () => {
    const halves = [stalk(0, 40), stalk(42, 80)]
    expect(mostTriangles(together(stalk(200, 260), ...halves), 1)).toEqual(together(...halves))
  })
})

test('of two equal pieces the first stays', () => {
  expect(mostTriangles(together(large, tetrahedron(9, 5)))).toEqual(large)
})

test('of any number of loose triangles the largest stays', () => {
  const count = 200_000
  const vertices = new Float64Array(9 * count)
  for (let t = 0; t < count; t++) {
    const size = t === 7 ? 2 : 1
    vertices.set([t, 0, 0, t, size, 0, t, 0, size], 9 * t)
  }
  const triangles = Uint32Array.from({ length: 3 * count }, (_, corner) => corner)
  expect(largestArea({ vertices, triangles }).vertices).toEqual(vertices.slice(63, 72))
})

test('a mesh of one piece stays as it is', () => {
  expect(largestArea(large)).toBe(large)
  const empty = { vertices: new Float64Array(0), triangles: new Uint32Array(0) }
  expect(mostTriangles(empty)).toBe(empty)
})

test('pieces that are turned inside out are walls of cavities', () => {
  expect(withoutCavities(together(insideOut(many), large))).toEqual(large)
})

test('what lies within a cavity goes with its wall', () => {
  const body = octahedron(0, 10)
  const wall = insideOut(octahedron(0, 6))
  const within = octahedron(1, 1)
  const beside = tetrahedron(20, 3)
  expect(withoutCavities(together(within, wall, body, beside))).toEqual(together(body, beside))
})

test('volume and normals tell outside from inside', () => {
  expect(signedVolume(large)).toBeCloseTo(125 / 6, 12)
  expect(signedVolume(insideOut(large))).toBeCloseTo(-125 / 6, 12)
  expect(signedVolume(many)).toBeCloseTo(4 / 3, 12)
  expect(Array.from(vertexNormals(many).slice(0, 3))).toEqual([1, 0, 0])
})

test('a check finds what is wrong with a mesh', () => {
  const open = { vertices: large.vertices, triangles: large.triangles.slice(3) }
  expect(checkMesh(open)).toMatchObject({ badEdges: 3, strayVertices: 0 })
  // Two tetrahedra that touch in one vertex are closed, but no manifold.
  const touching = together(large, tetrahedron(0, -5))
  const glued = {
    vertices: touching.vertices,
    triangles: touching.triangles.map((vertex) => (vertex === 4 ? 0 : vertex)),
  }
  expect(checkMesh(glued)).toMatchObject({ badEdges: 0, badVertices: 1, strayVertices: 1 })
  expect(componentsOf(glued).count).toBe(1)
})
