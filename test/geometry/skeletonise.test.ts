// Curve skeletons of solids whose middle is known.
import { describe, expect, test } from 'vitest'
import { distance, pointAt } from '../../src/geometry/linear.ts'
import { surfaceThroughPoints } from '../../src/geometry/mesh/surface.ts'
import type { CurveSkeleton } from '../../src/geometry/skeleton/curve-skeleton.ts'
import {
  skeletonOfCloud,
  skeletonOfMesh,
  skeletonOfVoxels,
} from '../../src/geometry/skeleton/skeletonise.ts'
import { tubes } from '../support/surfaces.ts'
import { seeded, TubeVoxels } from '../support/tube-plant.ts'

type Vec3 = [number, number, number]

const course = (at: (u: number) => Vec3, length: number): Vec3[] =>
  Array.from({ length: Math.ceil(4 * length) + 1 }, (_, i) => at(i / Math.ceil(4 * length)))

/** A straight axis that no grid line follows. */
const straight = course((u) => [3.3 + 21 * u, 4.7 + 35 * u, 2.2 + 90 * u], 100)
const arc = course((u) => [60 * (1 - Math.cos(1.5 * u)) + 0.4, 0.3, 60 * Math.sin(1.5 * u)], 90)
const helix = course(
  (u) => [15 * Math.cos(7 * u) + 0.2, 15 * Math.sin(7 * u), 80 * u],
  Math.hypot(105, 80),
)

/** How far the points of a skeleton lie from an axis, those near its ends left out. */
function offAxis({ points }: CurveSkeleton, axis: readonly Vec3[], ends: number): number[] {
  const from = (p: Vec3, q: Vec3) => Math.hypot(p[0] - q[0], p[1] - q[1], p[2] - q[2])
  const last = axis[axis.length - 1]
  const off: number[] = []
  for (let i = 0; i < points.length; i += 3) {
    const p: Vec3 = [points[i], points[i + 1], points[i + 2]]
    if (from(p, axis[0]) < ends || from(p, last) < ends) continue
    off.push(Math.min(...axis.map((q) => from(p, q))))
  }
  return off
}

function endsOf({ points, lines }: CurveSkeleton): number {
  const degrees = new Uint8Array(points.length / 3)
  for (const point of lines) degrees[point]++
  return degrees.filter((d) => d === 1).length
}

const solid = (axis: readonly Vec3[], radius: number) => {
  const voxels = new TubeVoxels()
  voxels.add(axis, radius)
  return voxels
}

describe('the skeleton of a tube', () => {
  test.each<[string, Vec3[], number]>([
    ['straight', straight, 1.2],
    ['straight', straight, 2.5],
    ['straight', straight, 5],
    ['bent', arc, 1.2],
    ['bent', arc, 3],
    ['a helix', helix, 2],
    ['a helix', helix, 4],
  ])('%s: one line, half a voxel from the axis at most', (_, axis, radius) => {
    const skeleton = skeletonOfVoxels(solid(axis, radius).voxels())
    expect(endsOf(skeleton)).toBe(2)
    const off = offAxis(skeleton, axis, 2 * radius)
    expect(off.length).toBeGreaterThan(50)
    expect(Math.max(...off)).toBeLessThan(0.5)
    expect(off.reduce((a, b) => a + b) / off.length).toBeLessThan(0.25)
  })

  test('knows how thick the tube is, to a voxel', () => {
    const { radii = new Float64Array(0) } = skeletonOfVoxels(solid(straight, 4).voxels())
    expect(Math.abs(radii.toSorted()[radii.length >> 1] - 4)).toBeLessThan(1)
  })

  test('shares all of the solid out among its points, and to each what is about it', () => {
    const voxels = solid(straight, 4).voxels()
    const { points, volumes = new Float64Array(0) } = skeletonOfVoxels(voxels)
    const sum = (values: Float64Array) => values.reduce((a, b) => a + b, 0)
    expect(sum(volumes)).toBe(voxels.count)
    const inside = volumes.subarray(20, -20)
    const [from, to] = [pointAt(points, 20), pointAt(points, volumes.length - 20)]
    expect(sum(inside) / distance(from, to) / (Math.PI * 4 ** 2)).toBeCloseTo(1, 1)
  })

  test('the skeleton of a tube has no twigs where the surface is rough', () => {
    expect(endsOf(skeletonOfVoxels(solid(straight, 3).voxels(0.2)))).toBe(2)
  })

  test('bridges gaps as wide as told, and no wider', () => {
    const [low, high] = [straight.slice(0, 200), straight.slice(216)]
    const voxels = solid(low, 1.5)
    voxels.add(high, 1.5)
    const length = ({ points }: CurveSkeleton) => points.length / 3
    const whole = length(skeletonOfVoxels(voxels.voxels(), { gap: 4 }))
    const part = length(skeletonOfVoxels(voxels.voxels(), { gap: 0 }))
    expect(part).toBeLessThan(0.7 * whole)
  })

  test('the skeleton of a tube of a thin mesh bridges what is many of its fine voxels wide', async () => {
    const tube = (z0: number, z1: number) =>
      surfaceThroughPoints(tubes([{ from: [0, 0, z0], to: [0, 0, z1], radius: 0.8 }]).cloud, 0.5)
    const [low, high] = [await tube(0, 30), await tube(38, 60)]
    const first = low.vertices.length / 3
    const broken = {
      vertices: Float64Array.of(...low.vertices, ...high.vertices),
      triangles: Uint32Array.of(...low.triangles, ...high.triangles.map((v) => v + first)),
    }
    const { points } = skeletonOfMesh(broken)
    const heights = points.filter((_, i) => i % 3 === 2)
    expect(Math.min(...heights)).toBeLessThan(2)
    expect(Math.max(...heights)).toBeGreaterThan(58)
  })

  test('comes from its mesh and from points on it as well', async () => {
    const from = [0.3, 0.1, 0]
    const to = [20.3, 10.1, 60]
    const cloud = tubes([{ from, to, radius: 2 }]).cloud
    const axis = course((u) => [0.3 + 20 * u, 0.1 + 10 * u, 60 * u], 65)
    const mesh = await surfaceThroughPoints(cloud, 1)
    for (const skeleton of [skeletonOfMesh(mesh), await skeletonOfCloud(cloud)]) {
      expect(endsOf(skeleton)).toBe(2)
      expect(Math.max(...offAxis(skeleton, axis, 4))).toBeLessThan(0.5)
    }
  })
})

describe('the skeleton of a branched solid', () => {
  const random = seeded(3)
  const twigs = Array.from({ length: 9 }, (_, i): Vec3[] => {
    const [z, phi, tilt] = [15 + 9 * i, 6.3 * random(), 0.6 + 0.5 * random()]
    const out = Math.sin(tilt)
    return course(
      (u) => [
        20 * u * out * Math.cos(phi),
        20 * u * out * Math.sin(phi),
        z + 20 * u * Math.cos(tilt),
      ],
      20,
    )
  })
  const plant = solid(
    course((u) => [0, 0, 110 * u], 110),
    2.5,
  )
  for (const twig of twigs) plant.add(twig, 1.5)
  const voxels = plant.voxels()

  test('the skeleton of a branched solid is a tree with an end for each twig', () => {
    const skeleton = skeletonOfVoxels(voxels)
    expect(skeleton.lines.length / 2).toBe(skeleton.points.length / 3 - 1)
    expect(endsOf(skeleton)).toBe(2 + twigs.length)
  })

  test('the skeleton of a branched solid is the same to the last bit in every run', () => {
    expect(skeletonOfVoxels(voxels)).toEqual(skeletonOfVoxels(voxels))
  })

  test('the skeleton of a branched solid of one voxel, and of none, is a point or nothing', () => {
    const one = { ...voxels, count: 1, cells: Int32Array.of(0, 0, 0) }
    expect(skeletonOfVoxels(one).lines).toHaveLength(0)
    const none = { ...voxels, count: 0, cells: new Int32Array(0) }
    expect(skeletonOfVoxels(none).points).toHaveLength(0)
  })
})
