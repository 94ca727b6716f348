// The inside of closed meshes as voxels.
import { expect, test } from 'vitest'
import type { TriangleMesh } from '../../src/geometry/mesh/mesh.ts'
import { rotationOf } from '../../src/geometry/poses/quaternion.ts'
import { random } from '../../src/geometry/random.ts'
import { voxelsInside } from '../../src/geometry/skeleton/solid-of-mesh.ts'

/** A box from (0, 0, 0), its corners on the grid: every column through them is a tie. */
function box(x: number, y: number, z: number): TriangleMesh {
  const corners = [0, x].flatMap((a) => [0, y].flatMap((b) => [0, z].map((c) => [a, b, c])))
  const quads = [
    [0, 1, 3, 2],
    [4, 6, 7, 5],
    [0, 4, 5, 1],
    [2, 3, 7, 6],
    [0, 2, 6, 4],
    [1, 5, 7, 3],
  ]
  return {
    vertices: Float64Array.from(corners.flat()),
    triangles: Uint32Array.from(quads.flatMap(([a, b, c, d]) => [a, b, c, a, c, d])),
  }
}

test.each([1, 0.5, 0.3])('a box is filled with voxels %f apart, each column once', (spacing) => {
  const { count, cells } = voxelsInside(box(3, 4, 5), spacing)
  // columns and edges are half-open: of the nodes on opposite faces one belongs to the box
  const along = (length: number) => Math.ceil(length / spacing - 1e-9)
  expect(count).toBe(along(3) * along(4) * along(5))
  const keys = new Set<string>()
  for (let v = 0; v < count; v++) keys.add(cells.subarray(3 * v, 3 * v + 3).join())
  expect(keys.size).toBe(count)
})

test('a box that was turned there and back has voxels within its height only', () => {
  const draw = random(7)
  const { vertices, triangles } = box(10, 12, 80)
  for (let turn = 0; turn < 50; turn++) {
    const r = rotationOf([draw.normal(), draw.normal(), draw.normal(), draw.normal()])
    // its faces are then upright but for rounding, and some columns run along them
    const rounded = vertices.slice()
    for (let v = 0; v < rounded.length; v += 3) {
      const [x, y, z] = vertices.subarray(v, v + 3)
      const turned = [0, 3, 6].map((row) => r[row] * x + r[row + 1] * y + r[row + 2] * z)
      for (let axis = 0; axis < 3; axis++)
        rounded[v + axis] = turned.reduce((sum, value, i) => sum + r[3 * i + axis] * value, 0)
    }
    const { cells } = voxelsInside({ vertices: rounded, triangles }, 1)
    const heights = cells.filter((_, i) => i % 3 === 2)
    expect(heights.every((k) => k >= 0 && k <= 81)).toBe(true)
  }
})

test('an octahedron holds the points that its equation says', () => {
  // three different half axes: no node lies on a face
  const half = [7.3, 6.1, 8.7]
  const corners = half.flatMap((h, axis) =>
    [h, -h].map((x) => [0, 1, 2].map((k) => (k === axis ? x : 0))),
  )
  const isInside = (p: number[]) =>
    p.reduce((sum, x, axis) => sum + Math.abs(x) / half[axis], 0) < 1
  const mesh: TriangleMesh = {
    vertices: Float64Array.from(corners.flat()),
    triangles: Uint32Array.from(
      [0, 1].flatMap((x) =>
        [2, 3].flatMap((y) =>
          [4, 5].flatMap((z) => ((x + y + z) % 2 === 0 ? [x, y, z] : [y, x, z])),
        ),
      ),
    ),
  }
  const { count, cells, origin, spacing } = voxelsInside(mesh, 0.37)
  let expected = 0
  for (let x = 0; x < 60; x++)
    for (let y = 0; y < 60; y++)
      for (let z = 0; z < 60; z++)
        if (isInside([x, y, z].map((c, axis) => origin[axis] + c * spacing))) expected++
  expect(count).toBe(expected)
  for (let v = 0; v < count; v++)
    expect(isInside([0, 1, 2].map((k) => origin[k] + cells[3 * v + k] * spacing))).toBe(true)
})

test('the spacing follows the thickness of a mesh of few triangles', () => {
  expect(voxelsInside(box(1, 1, 20)).spacing).toBeLessThanOrEqual(0.25)
})

test('a mesh turned inside out is refused', () => {
  const { vertices, triangles } = box(1, 1, 1)
  const inward = Uint32Array.from(triangles).reverse()
  expect(() => voxelsInside({ vertices, triangles: inward })).toThrow(RangeError)
})
