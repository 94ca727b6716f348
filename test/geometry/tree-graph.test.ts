// Which part of a plant is the stem, and which organs hang on it.
import { describe, expect, test } from 'vitest'
import { phyllotaxis } from '../../src/geometry/phyllotaxis/phyllotaxis.ts'
import { skeletonOfVoxels } from '../../src/geometry/skeleton/skeletonise.ts'
import { labelPlant, type TreeGraph } from '../../src/geometry/tree/tree-graph.ts'
import { TubeVoxels, tubePlant } from '../support/tube-plant.ts'

type Vec3 = [number, number, number]

const course = (at: (u: number) => Vec3, steps = 240): Vec3[] =>
  Array.from({ length: steps + 1 }, (_, i) => at(i / steps))
const radians = (degrees: number) => (degrees * Math.PI) / 180
/** From the stem's axis at height z outward, and up by 20. */
const organ = (z: number, azimuth: number): Vec3[] =>
  course((u) => [
    25 * u * Math.cos(radians(azimuth)),
    25 * u * Math.sin(radians(azimuth)),
    z + 20 * u,
  ])

const usual = [organ(40, 0), organ(65, 140), organ(150, 280), organ(175, 60)]

/** A stem along z with the usual organs and others. */
function plant(others: readonly Vec3[][]): TreeGraph {
  const voxels = new TubeVoxels()
  voxels.add(
    course((u) => [0, 0, 200 * u], 800),
    2.5,
  )
  for (const each of [...usual, ...others]) voxels.add(each, 1.8)
  return labelPlant(skeletonOfVoxels(voxels.voxels()))
}

const stemOf = ({ nodes }: TreeGraph) =>
  nodes
    .filter(({ labels }) => labels.includes('stem'))
    .sort((a, b) => (a.mainStemId ?? 0) - (b.mainStemId ?? 0))

/** Heights and azimuths of the organs that are measured. */
const found = (graph: TreeGraph) =>
  phyllotaxis(graph).organs.map(({ insertion: [, , z], azimuth }) => [
    Math.round(z),
    Math.round((azimuth * 180) / Math.PI + 360) % 360,
  ])

function expectOrgans(graph: TreeGraph, expected: readonly (readonly [number, number])[]): void {
  const organs = found(graph)
  expect(organs).toHaveLength(expected.length)
  const turned = organs[0][1]
  expected.forEach(([z, azimuth], i) => {
    expect(Math.abs(organs[i][0] - z)).toBeLessThanOrEqual(3)
    const off = (organs[i][1] - turned - azimuth + 900) % 360
    expect(Math.abs(off - 180)).toBeLessThanOrEqual(8)
  })
}

describe('the main stem', () => {
  test('runs from the base to the tip, past organs longer than the rest of it', () => {
    const stem = stemOf(plant([]))
    expect(stem[0].position[2]).toBeLessThan(3)
    expect(stem[stem.length - 1].position[2]).toBeGreaterThan(197)
    for (const { position } of stem) expect(Math.hypot(position[0], position[1])).toBeLessThan(3)
  })

  test('the main stem does not run on into a leaf of the rosette, nor into the last organ', () => {
    const internodes = [20, 22, 18]
    const azimuths = [0, 137, 275, 50]
    const { voxels } = tubePlant({ azimuths, internodes, rosette: 6 })
    const stem = stemOf(labelPlant(skeletonOfVoxels(voxels)))
    for (const { position } of stem) expect(Math.hypot(position[0], position[1])).toBeLessThan(4)
  })

  test('goes straight down to its base, past a leaf that hangs to the ground', () => {
    const leaf = course((u) => [24 * Math.sin(0.6 * Math.PI * u), 0, 45 - 43 * u])
    const beyond = course((u) => [23 + 22 * u, 0, 2])
    const ground = course((u) => [23 * u, 0, 2])
    const graph = plant([leaf, beyond, ground])
    const stem = stemOf(graph)
    expect(stem[0].position[2]).toBeLessThan(4)
    for (const { position } of stem) expect(Math.hypot(position[0], position[1])).toBeLessThan(4)
    expect(
      found(graph)
        .filter(([z]) => z > 55)
        .map(([z]) => z),
    ).toHaveLength(3)
  })

  test('the main stem of a bent plant is followed to its tip, even when that hangs down', () => {
    const voxels = new TubeVoxels()
    const bow = course((u) => [60 * (1 - Math.cos(2.6 * u)), 0, 100 * Math.sin(2.6 * u)], 900)
    voxels.add(bow, 2.5)
    voxels.add(
      course((u) => [20 * u, 20 * u, 60 + 5 * u]),
      1.8,
    )
    const stem = stemOf(labelPlant(skeletonOfVoxels(voxels.voxels())))
    const [tip] = bow.slice(-1)
    const ends = [stem[0], stem[stem.length - 1]].map(({ position }) => position)
    expect(Math.min(...ends.map((p) => Math.hypot(p[0] - tip[0], p[2] - tip[2])))).toBeLessThan(5)
  })

  test.each([1, 2, 3, 6, 60])('the main stem of a skeleton of %i lines is all of it', (count) => {
    const heights = Array.from({ length: count + 1 }, (_, i) => (60 * i) / count)
    const lines = heights.slice(1).flatMap((_, i) => [i, i + 1])
    const skeleton = {
      points: Float64Array.from(heights.flatMap((z) => [0, 0, z])),
      lines: Uint32Array.from(lines),
    }
    expect(stemOf(labelPlant(skeleton)).map(({ position }) => position[2])).toEqual(heights)
  })

  test('grows the other way when told so', () => {
    const voxels = new TubeVoxels()
    voxels.add(
      course((u) => [0, 0, 100 * u], 400),
      2,
    )
    const skeleton = skeletonOfVoxels(voxels.voxels())
    expect(stemOf(labelPlant(skeleton))[0].position[2]).toBeLessThan(5)
    expect(stemOf(labelPlant(skeleton, { inverted: true }))[0].position[2]).toBeGreaterThan(95)
  })
})

describe('organs', () => {
  const expected = [
    [40, 0],
    [65, 140],
    [150, 280],
    [175, 60],
  ] as const

  test('organs are attached where they leave the stem', () => {
    const graph = plant([])
    expectOrgans(graph, expected)
    const nodes = graph.nodes.filter(({ labels }) => labels.includes('node'))
    expect(new Set(nodes.map(({ fruitId }) => fruitId)).size).toBe(4)
  })

  test('that leave from one place stay apart', () => {
    const graph = plant([organ(65, 20), organ(66, 260)])
    const [low, ...others] = found(graph)
    expect(low[0]).toBeGreaterThan(36)
    expect(others.filter(([z]) => Math.abs(z - 65) <= 3)).toHaveLength(3)
  })

  test('whose tip touches the stem again are one', () => {
    const [x, y] = [Math.cos(radians(200)), Math.sin(radians(200))]
    const arch = (end: number) =>
      course((u) => {
        const r = 14 * Math.sin(Math.PI * end * u)
        return [r * x, r * y, 90 + 40 * u]
      })
    for (const end of [1, 0.9])
      expectOrgans(plant([arch(end)]), [...expected.slice(0, 2), [90, 200], ...expected.slice(2)])
  })

  test('whose tip touches the middle of another are two', () => {
    const [x, y] = [Math.cos(radians(60)), Math.sin(radians(60))]
    const climbing = course((u) => {
      const r = (4 + 8 * u) * Math.min(1, 3 * u)
      return [r * x, r * y, 120 + 64.5 * u]
    })
    expectOrgans(plant([climbing]), [...expected.slice(0, 2), [123, 60], ...expected.slice(2)])
  })

  test('whose tips touch are two', () => {
    const [x, y] = [22 * Math.cos(radians(170)), 22 * Math.sin(radians(170))]
    const lower = course((u) => [x * u, y * u, 95 + 30 * u])
    const upper = course((u) => [(x + 1) * u, y * u, 115 + 12 * u])
    expectOrgans(plant([lower, upper]), [
      ...expected.slice(0, 2),
      [95, 170],
      [115, 170],
      ...expected.slice(2),
    ])
  })
})

test('a skeleton with loops of its own gives a tree', () => {
  const points = Float64Array.from([0, 0, 0, 0, 0, 1, 0, 0, 2, 1, 0, 1, 2, 0, 1, 2, 0, 2])
  const lines = Uint32Array.from([0, 1, 1, 2, 1, 3, 3, 4, 4, 5, 5, 3, 0, 1])
  const { nodes, edges } = labelPlant({ points, lines })
  expect(nodes).toHaveLength(6)
  expect(edges).toHaveLength(5)
})
