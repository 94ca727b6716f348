// Surfaces around voxels: closed whatever stands, and where they should be.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { checkMesh } from '../../support/check-mesh.ts'
import { signedVolume } from '../../../src/geometry/mesh/mesh.ts'
import { surfaceOfVolume } from '../../../src/geometry/mesh/volume-surface.ts'
import type { Volume } from '../../../src/geometry/voxels/grid.ts'

/** Nodes in C order, `spacing` apart from `origin` on, with what `value` says of their place. */
function volumeOf<Data extends Int8Array | Float32Array>(
  data: Data,
  shape: readonly [number, number, number],
  value: (x: number, y: number, z: number) => number,
  spacing = 1,
  origin: readonly [number, number, number] = [0, 0, 0],
): Volume<Data> {
  const [, ny, nz] = shape
  for (let i = 0; i < data.length; i++) {
    const node = [Math.floor(i / (ny * nz)), Math.floor(i / nz) % ny, i % nz]
    const [x, y, z] = node.map((index, d) => origin[d] + spacing * index)
    data[i] = value(x, y, z)
  }
  return { data, shape, spacing, origin }
}

const ball = (x: number, y: number, z: number): number => 9 - Math.hypot(x - 15, y - 15, z - 15)

describe('the surface around voxels', () => {
  test('the surface around voxels of a ball is a sphere of its radius', () => {
    const stands = (x: number, y: number, z: number) => (ball(x, y, z) > 0 ? 1 : -1)
    const mesh = surfaceOfVolume(volumeOf(new Int8Array(31 ** 3), [31, 31, 31], stands))
    expect(checkMesh(mesh)).toMatchObject({ badEdges: 0, badVertices: 0, eulerCharacteristic: 2 })
    for (let i = 0; i < mesh.vertices.length; i += 3)
      expect(
        Math.abs(ball(mesh.vertices[i], mesh.vertices[i + 1], mesh.vertices[i + 2])),
      ).toBeLessThan(0.6)
    expect(signedVolume(mesh) / ((4 / 3) * Math.PI * 9 ** 3)).toBeCloseTo(1, 1)
  })

  test('the surface around voxels of values with a slope lies where they reach the level, to a tenth of a voxel', () => {
    const slope = (x: number, y: number, z: number) => 0.5 + 0.05 * ball(10 * x, 10 * y, 10 * z)
    const mesh = surfaceOfVolume(volumeOf(new Float32Array(31 ** 3), [31, 31, 31], slope, 0.1))
    expect(checkMesh(mesh)).toMatchObject({ badEdges: 0, badVertices: 0, eulerCharacteristic: 2 })
    for (let i = 0; i < mesh.vertices.length; i += 3)
      expect(
        Math.abs(ball(10 * mesh.vertices[i], 10 * mesh.vertices[i + 1], 10 * mesh.vertices[i + 2])),
      ).toBeLessThan(0.1)
  })

  test('closes where the voxels end with the volume', () => {
    const mesh = surfaceOfVolume(volumeOf(new Int8Array(9 * 10 * 11), [9, 10, 11], () => 1))
    expect(checkMesh(mesh)).toMatchObject({ badEdges: 0, badVertices: 0, eulerCharacteristic: 2 })
    expect(signedVolume(mesh) / 990).toBeCloseTo(1, 1)
  })

  test('the surface around voxels of a line one voxel thick is in one piece', () => {
    const stair = (x: number, y: number, z: number) => (y === 3 && (x === z || x === z + 1) ? 1 : 0)
    const mesh = surfaceOfVolume(volumeOf(new Int8Array(20 * 7 * 20), [20, 7, 20], stair))
    expect(checkMesh(mesh)).toMatchObject({ badEdges: 0, components: 1, eulerCharacteristic: 2 })
    expect(signedVolume(mesh)).toBeGreaterThan(0)
  })

  test('the surface around voxels is closed, manifold and faces outward for any voxels', () => {
    const shape = [9, 3, 4] as const
    fc.assert(
      fc.property(fc.array(fc.boolean(), { minLength: 108, maxLength: 108 }), (stands) => {
        const data = Int8Array.from(stands, (isSet) => (isSet ? 1 : -1))
        const mesh = surfaceOfVolume({ data, shape, spacing: 2, origin: [5, -5, 0] })
        expect(checkMesh(mesh)).toMatchObject({ badEdges: 0, badVertices: 0, strayVertices: 0 })
        expect(mesh.triangles.length > 0).toBe(stands.includes(true))
        if (stands.includes(true)) expect(signedVolume(mesh)).toBeGreaterThan(0)
      }),
      { numRuns: 60 },
    )
  })

  test('leaves out the wall of a cavity, and nothing stands in an empty volume', () => {
    const hollow = (x: number, y: number, z: number) => {
      const depth = ball(x, y, z)
      return depth > 0 && depth < 4 ? 1 : 0
    }
    const mesh = surfaceOfVolume(volumeOf(new Int8Array(31 ** 3), [31, 31, 31], hollow))
    expect(checkMesh(mesh)).toMatchObject({ components: 1, eulerCharacteristic: 2 })
    const empty = surfaceOfVolume(volumeOf(new Int8Array(8), [2, 2, 2], () => 0))
    expect(empty.triangles.length).toBe(0)
  })
})
