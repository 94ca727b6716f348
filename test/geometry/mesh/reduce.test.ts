// Meshes for the eye.
import { expect, test } from 'vitest'
import { signedVolume, type TriangleMesh } from '../../../src/geometry/mesh/mesh.ts'
import { reducedMesh } from '../../../src/geometry/mesh/reduce.ts'

/** A sphere of so many rings. */
function sphere(radius: number, rings: number): TriangleMesh {
  const vertices: number[] = []
  const triangles: number[] = []
  const around = 2 * rings
  for (let i = 0; i <= rings; i++)
    for (let j = 0; j < around; j++) {
      const [theta, phi] = [(Math.PI * i) / rings, (Math.PI * j) / rings]
      const r = radius * Math.sin(theta)
      vertices.push(r * Math.cos(phi), r * Math.sin(phi), radius * Math.cos(theta))
    }
  for (let i = 0; i < rings; i++)
    for (let j = 0; j < around; j++) {
      const at = (a: number, b: number) => (i + a) * around + ((j + b) % around)
      triangles.push(at(0, 0), at(1, 0), at(1, 1), at(0, 0), at(1, 1), at(0, 1))
    }
  return { vertices: Float64Array.from(vertices), triangles: Uint32Array.from(triangles) }
}

test('a mesh that is small enough stays the very same', () => {
  const mesh = sphere(10, 8)
  expect(reducedMesh(mesh, 1000)).toBe(mesh)
})

test.each([200, 1000, 5000])('a sphere of 20,000 triangles becomes one of at most %i', (most) => {
  const reduced = reducedMesh(sphere(10, 71), most)
  const count = reduced.triangles.length / 3
  expect(count).toBeLessThanOrEqual(most)
  expect(count).toBeGreaterThan(most / 2)
  const volume = (4 / 3) * Math.PI * 1000
  expect(signedVolume(reduced)).toBeGreaterThan(0.85 * volume)
  expect(signedVolume(reduced)).toBeLessThan(1.02 * volume)
})
