// From voxels of known plants to their angles and internodes.
import { describe, expect, test } from 'vitest'
import { evaluatePhyllotaxis } from '../../src/geometry/alignment/evaluate.ts'
import { phyllotaxis } from '../../src/geometry/phyllotaxis/phyllotaxis.ts'
import { skeletonOfVoxels } from '../../src/geometry/skeleton/skeletonise.ts'
import { labelPlant, type TreeGraph } from '../../src/geometry/tree/tree-graph.ts'
import { seeded, tubePlant, type TubePlantOptions } from '../support/tube-plant.ts'

function plant(organs: number, options: Partial<TubePlantOptions> = {}) {
  const random = seeded(organs)
  const azimuths = [20]
  const internodes: number[] = []
  for (let i = 1; i < organs; i++) {
    azimuths.push(azimuths[i - 1] + 137.5 + 40 * (random() - 0.5))
    internodes.push(14 + 10 * random())
  }
  return tubePlant({ azimuths, internodes, ...options })
}

describe('a plant of tubes gives its angles and internodes back', () => {
  test.each<[string, number, Partial<TubePlantOptions>]>([
    ['5 organs', 5, {}],
    ['20 organs', 20, {}],
    ['40 organs', 40, {}],
    ['a bent stem', 15, { bend: 40 }],
    ['a rosette', 12, { rosette: 7 }],
    ['a noisy surface', 12, { noise: 0.1 }],
    ['a gap in every organ', 10, { gap: 3 }],
  ])('%s', (_, organs, options) => {
    const truth = plant(organs, options)
    const measured = phyllotaxis(labelPlant(skeletonOfVoxels(truth.voxels)))
    const evaluation = evaluatePhyllotaxis(truth, measured)
    expect(evaluation.handedness).toBe('same')
    expect(evaluation.right / (organs - 1)).toBeGreaterThanOrEqual(0.85)
    expect(evaluation.angle?.mae).toBeLessThan(4)
    expect(evaluation.internode?.mae).toBeLessThan(1)
  })
})

test.each<[string, readonly number[], number]>([
  ['organs that crowd halfway up are none', [16, 16, 16, 3, 3, 3, 16, 16, 16], 0],
  ['one in two storeys is one', [2.5, 2.5, 7, 2.5, 2.5, 2.5, 30, 16, 16, 16], 7],
])('of rosettes, %s', (_, internodes, leaves) => {
  const azimuths = [0, ...internodes].map((_step, n) => 137.5 * n)
  const truth = tubePlant({ azimuths, internodes })
  const { organs } = phyllotaxis(labelPlant(skeletonOfVoxels(truth.voxels)))
  const rosette = organs.filter(({ kind }) => kind === 'rosette_leaf').length
  const counted = organs.filter((organ) => organ.counted).length
  expect([rosette, counted]).toEqual([leaves, azimuths.length - leaves])
})

test('masks that make a bent plant twice as thick change its angles little', () => {
  const graph = labelPlant(skeletonOfVoxels(plant(12, { bend: 40 }).voxels))
  const thick = graph.nodes.map((node) => ({ ...node, radius: 2 * (node.radius ?? 0) }))
  const { angles } = phyllotaxis(graph)
  const changed = phyllotaxis({ ...graph, nodes: thick }).angles
  expect(changed).toHaveLength(angles.length)
  // fewer points clear the stem, and tell a bend near it less well
  const turns = changed.map((angle, n) => Math.abs(angle - angles[n]))
  expect(Math.max(...turns)).toBeLessThan(4)
  expect(turns.reduce((sum, turn) => sum + turn, 0) / turns.length).toBeLessThan(2)
})

type DrawnOrgan = readonly [height: number, azimuth: number, rise?: number]

/** A thin stem of 120 along z, with straight organs of 24 that rise by 45° if not told otherwise. */
function drawn(organs: readonly DrawnOrgan[]): TreeGraph {
  const nodes: TreeGraph['nodes'][number][] = []
  const edges: TreeGraph['edges'][number][] = []
  for (let z = 0; z <= 120; z++) {
    nodes.push({ position: [0, 0, z], labels: ['stem'], mainStemId: z, radius: 0.4 })
    if (z > 0) edges.push({ from: z - 1, to: z, weight: 1 })
  }
  organs.forEach(([height, azimuth, rise = 45], fruitId) => {
    const [x, y] = [Math.cos((azimuth * Math.PI) / 180), Math.sin((azimuth * Math.PI) / 180)]
    for (let i = 1; i <= 24; i++) {
      const r = i * Math.cos((rise * Math.PI) / 180)
      const z = height + i * Math.sin((rise * Math.PI) / 180)
      nodes.push({ position: [r * x, r * y, z], labels: ['fruit'], fruitId, radius: 0.4 })
      edges.push({ from: i === 1 ? height : nodes.length - 2, to: nodes.length - 1, weight: 1 })
    }
  })
  return { nodes, edges }
}

test.each<[string, number, number, number[]]>([
  ['a leaf and the organ in its axil are one step, halfway between', 3, 10, [20, 42, 60]],
  ['organs of one height that go different ways are two', 3, 40, [20, 40, 43, 60]],
  ['organs of one direction that stand apart are two', 8, 10, [20, 40, 48, 60]],
])('%s', (_, above, aside, heights) => {
  const { organs } = phyllotaxis(
    drawn([
      [20, 0],
      [40, 137],
      [40 + above, 137 + aside],
      [60, 275],
    ]),
  )
  expect(organs.map(({ arcLength: height }) => Math.round(height))).toEqual(heights)
})

test.each<[string, DrawnOrgan]>([
  ['rises', [40, 137, 45]],
  ['hangs along the stem', [40, 137, -75]],
])('a leaf that %s and the organ in its axil count once, with their mean direction', (_, leaf) => {
  const { organs, angles } = phyllotaxis(drawn([[20, 0], leaf, [41, 147], [60, 275]]))
  expect(organs.map(({ parts }) => parts)).toEqual([1, 2, 1])
  expect(organs.map(({ arcLength: height }) => Math.round(height))).toEqual([20, 41, 60])
  // what hangs is a little longer, as it is followed from another place, and weighs more
  ;[142, 133].forEach((angle, i) => expect(Math.abs(angles[i] - angle)).toBeLessThanOrEqual(1))
})
