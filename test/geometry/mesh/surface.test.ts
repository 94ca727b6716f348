// Surfaces through point clouds: closed, oriented, where they should be.
import ManifoldModule from 'manifold-3d'
import { describe, expect, test } from 'vitest'
import { checkMesh } from '../../support/check-mesh.ts'
import { signedVolume, type TriangleMesh } from '../../../src/geometry/mesh/mesh.ts'
import { measureSpacing, surfaceThroughPoints } from '../../../src/geometry/mesh/surface.ts'
import { NeighbourTree } from '../../../src/geometry/neighbours.ts'
import { random } from '../../../src/geometry/random.ts'
import { sphere, torus, tubes, type KnownSurface } from '../../support/surfaces.ts'

const stemWithBranches = (radius: number) =>
  tubes([
    { from: [0, 0, 0], to: [3, 0, 60], radius: 1.5 * radius },
    { from: [1, 0, 20], to: [18, 4, 32], radius },
    { from: [1.5, 0, 30], to: [-12, 9, 44], radius },
    { from: [2, 0, 40], to: [2, -16, 50], radius },
  ])

const shapes: readonly (readonly [string, KnownSurface, number])[] = [
  ['a sphere', sphere(8), 2],
  ['a tiny sphere', sphere(1.2), 2],
  ['a torus', torus(20, 4), 0],
  ['a thin torus', torus(20, 1), 0],
  ['a very thin torus', torus(20, 0.6), 0],
  ['branching tubes', stemWithBranches(2), 2],
  ['thin branching tubes', stemWithBranches(1), 2],
]

describe.each(shapes)('the surface through %s', async (_, { cloud, distance }, characteristic) => {
  const mesh = await surfaceThroughPoints(cloud, 1)

  test('is closed, manifold, in one piece and of the right kind', () => {
    expect(checkMesh(mesh)).toEqual({
      badEdges: 0,
      badVertices: 0,
      strayVertices: 0,
      components: 1,
      eulerCharacteristic: characteristic,
    })
    expect(signedVolume(mesh)).toBeGreaterThan(0)
  })

  test('is nowhere farther than half the spacing from the truth', () => {
    let worst = 0
    for (let i = 0; i < mesh.vertices.length; i += 3)
      worst = Math.max(worst, Math.abs(distance(...xyz(mesh.vertices, i))))
    expect(worst).toBeLessThan(0.5)
    const tree = new NeighbourTree(mesh.vertices)
    let uncovered = 0
    for (let i = 0; i < cloud.points.length; i += 3) {
      tree.nearest(...xyz(cloud.points, i))
      uncovered = Math.max(uncovered, tree.distanceSquared)
    }
    expect(Math.sqrt(uncovered)).toBeLessThan(1)
  })

  test('is a solid to another library', async () => {
    expect(await solidVolume(mesh)).toBeCloseTo(signedVolume(mesh), 1)
  })
})

describe('the surface through points', () => {
  test('the surface through points is the same twice, to the last bit', async () => {
    const { cloud } = stemWithBranches(1.5)
    expect(await surfaceThroughPoints(cloud, 1)).toEqual(await surfaceThroughPoints(cloud, 1))
  })

  test('scales with its points', async () => {
    const { cloud } = torus(10, 2)
    const large = await surfaceThroughPoints(cloud, 1)
    const small = await surfaceThroughPoints(scaled(cloud, 1 / 64), 1 / 64)
    expect(small.triangles).toEqual(large.triangles)
    expect(small.vertices.every((v, i) => Math.abs(64 * v - large.vertices[i]) < 1e-6)).toBe(true)
  })

  test('stays closed and near when points and normals are noisy', async () => {
    const { cloud, distance } = stemWithBranches(2)
    const draw = random(7)
    const points = Float64Array.from(cloud.points, (value) => value + draw.normal(0, 0.15))
    const normals = Float64Array.from(cloud.normals, (value) => value + draw.normal(0, 0.15))
    const mesh = await surfaceThroughPoints({ points, normals }, 1)
    expect(checkMesh(mesh)).toMatchObject({ badEdges: 0, badVertices: 0, eulerCharacteristic: 2 })
    for (let i = 0; i < mesh.vertices.length; i += 3)
      expect(Math.abs(distance(...xyz(mesh.vertices, i)))).toBeLessThan(1)
  })

  test('closes an end where points are missing, without an inner wall', async () => {
    const whole = tubes([{ from: [0, 0, 0], to: [0, 0, 40], radius: 6 }])
    const above = only(whole.cloud, (_x, _y, z) => z > 10)
    const mesh = await surfaceThroughPoints(above, 1)
    expect(checkMesh(mesh)).toMatchObject({ badEdges: 0, badVertices: 0, eulerCharacteristic: 2 })
    // A cylinder of length 30 under half a sphere.
    const truth = Math.PI * 36 * 30 + (2 / 3) * Math.PI * 216
    expect(signedVolume(mesh) / truth).toBeGreaterThan(0.95)
    expect(signedVolume(mesh) / truth).toBeLessThan(1.05)
  })

  test('keeps two tubes apart that pass at one and a half spacings', async () => {
    const pair = tubes([
      { from: [-15, 0, 0], to: [15, 0, 0], radius: 1.5 },
      { from: [0, -15, 4.5], to: [0, 15, 4.5], radius: 1.5 },
    ])
    expect(checkMesh(await surfaceThroughPoints(pair.cloud, 1))).toMatchObject({
      badEdges: 0,
      components: 2,
      eulerCharacteristic: 4,
    })
  })

  test('leaves out the wall of a cavity', async () => {
    const outer = sphere(9).cloud
    const inner = sphere(5).cloud
    const hollow = {
      points: Float64Array.of(...outer.points, ...inner.points),
      normals: Float64Array.of(...outer.normals, ...inner.normals.map((value) => -value)),
    }
    const mesh = await surfaceThroughPoints(hollow, 1)
    expect(checkMesh(mesh)).toMatchObject({ components: 1, eulerCharacteristic: 2 })
    expect(signedVolume(mesh)).toBeGreaterThan(0.97 * (4 / 3) * Math.PI * 9 ** 3)
  })

  test('measures the distance between points by itself', async () => {
    expect(measureSpacing(torus(20, 4).cloud.points)).toBeGreaterThan(0.8)
    expect(measureSpacing(torus(20, 4).cloud.points)).toBeLessThan(1.25)
    expect(checkMesh(await surfaceThroughPoints(torus(20, 4).cloud))).toMatchObject({
      badEdges: 0,
      eulerCharacteristic: 0,
    })
  })

  test('the surface through points of nothing, or of one place, is refused', async () => {
    const nothing = { points: new Float64Array(0), normals: new Float64Array(0) }
    await expect(surfaceThroughPoints(nothing)).rejects.toThrow(RangeError)
    const twice = { points: Float64Array.of(1, 1, 1, 1, 1, 1), normals: new Float64Array(6) }
    await expect(surfaceThroughPoints(twice)).rejects.toThrow(RangeError)
  })
})

const xyz = (values: ArrayLike<number>, i: number): [number, number, number] => [
  values[i],
  values[i + 1],
  values[i + 2],
]

const scaled = (cloud: KnownSurface['cloud'], factor: number) => ({
  points: cloud.points.map((value) => factor * value),
  normals: cloud.normals,
})

function only(
  cloud: KnownSurface['cloud'],
  keep: (x: number, y: number, z: number) => boolean,
): KnownSurface['cloud'] {
  const isKept = (_: number, i: number): boolean => {
    const first = 3 * Math.floor(i / 3)
    return keep(...xyz(cloud.points, first))
  }
  return { points: cloud.points.filter(isKept), normals: cloud.normals.filter(isKept) }
}

async function solidVolume({ vertices, triangles }: TriangleMesh): Promise<number> {
  const manifold = await ManifoldModule()
  manifold.setup()
  const mesh = new manifold.Mesh({
    numProp: 3,
    vertProperties: Float32Array.from(vertices),
    triVerts: triangles,
  })
  const solid = new manifold.Manifold(mesh)
  expect(solid.status()).toBe('NoError')
  return solid.volume()
}
