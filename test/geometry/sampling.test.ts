// Points on meshes: exactly as many as asked for, everywhere, on the surface.
import { expect, test } from 'vitest'
import { surfaceThroughPoints } from '../../src/geometry/mesh/surface.ts'
import type { TriangleMesh } from '../../src/geometry/mesh/mesh.ts'
import { NeighbourTree } from '../../src/geometry/neighbours.ts'
import { random } from '../../src/geometry/random.ts'
import { sampleMesh } from '../../src/geometry/sampling.ts'
import { sphere } from '../support/surfaces.ts'

/** The unit square, and one of twice its area beside it, two triangles each. */
const squares: TriangleMesh = {
  vertices: Float64Array.from([
    0, 0, 0, 1, 0, 0, 1, 1, 0, 0, 1, 0, 2, 0, 0, 4, 0, 0, 4, 1, 0, 2, 1, 0,
  ]),
  triangles: Uint32Array.from([0, 1, 2, 0, 2, 3, 0, 0, 1, 4, 5, 6, 4, 6, 7]),
}

test('there are exactly as many points as asked for, shared out by area', () => {
  for (const count of [1, 7, 300]) {
    const { points, normals, triangles } = sampleMesh(squares, count)
    expect(points.length).toBe(3 * count)
    expect(normals.length).toBe(3 * count)
    expect(triangles.length).toBe(count)
  }
  const { triangles } = sampleMesh(squares, 300)
  expect(Array.from(triangles).filter((triangle) => triangle < 2).length).toBe(100)
})

test('a triangle without area gets no point', () => {
  expect(sampleMesh(squares, 5000).triangles).not.toContain(2)
})

test('points lie on their triangles, and bear their normals', () => {
  const { points, normals } = sampleMesh(squares, 500, 3)
  for (let i = 0; i < points.length; i += 3) {
    expect(points[i + 2]).toBe(0)
    expect(Array.from(normals.subarray(i, i + 3))).toEqual([0, 0, 1])
    expect(points[i] <= 1 || points[i] >= 2).toBe(true)
    expect(points[i + 1]).toBeLessThanOrEqual(1)
  }
})

test('the same seed gives the same points, another seed others', () => {
  expect(sampleMesh(squares, 50, 1)).toEqual(sampleMesh(squares, 50, 1))
  expect(sampleMesh(squares, 50, 1).points).not.toEqual(sampleMesh(squares, 50, 2).points)
})

test('no place of a sphere is left bare', async () => {
  const mesh = await surfaceThroughPoints(sphere(10).cloud, 1)
  const tree = new NeighbourTree(sampleMesh(mesh, 4000).points)
  // A point for 0.31 of area; a gap of radius 1.2 has 14 times as much.
  const draw = random(1)
  for (let i = 0; i < 2000; i++) {
    const at = [draw.normal(), draw.normal(), draw.normal()]
    const length = Math.hypot(...at)
    const [x, y, z] = at.map((value) => (10 * value) / length)
    tree.nearest(x, y, z)
    expect(tree.distanceSquared).toBeLessThan(1.2 ** 2)
  }
})

test('what cannot be sampled is refused', () => {
  const empty = { vertices: new Float64Array(9), triangles: Uint32Array.of(0, 1, 2) }
  expect(() => sampleMesh(empty, 10)).toThrow(RangeError)
  expect(() => sampleMesh(squares, 0)).toThrow(RangeError)
  expect(() => sampleMesh(squares, 1.5)).toThrow(RangeError)
})
