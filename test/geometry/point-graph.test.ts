// Graphs of points against plain algorithms.
import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  edgesOf,
  farthestReached,
  pathBack,
  pointGraph,
  reachFrom,
  spanningForest,
} from '../../src/geometry/graph/forest.ts'
import { Heap } from '../../src/geometry/graph/heap.ts'

const graphs = fc.record({
  points: fc.array(fc.integer({ min: 0, max: 20 }), { minLength: 24, maxLength: 24 }),
  lines: fc.array(fc.integer({ min: 0, max: 7 }), { minLength: 2, maxLength: 40 }),
})
const made = ({ points, lines }: { points: number[]; lines: number[] }) =>
  pointGraph(Float64Array.from(points), lines.slice(0, lines.length & ~1))

/** All distances by relaxing until nothing changes. */
function relaxed(graph: ReturnType<typeof made>, source: number): number[] {
  const distances = Array.from({ length: graph.count }, (_, v) => (v === source ? 0 : Infinity))
  for (let round = 0; round < graph.count; round++)
    for (const { a, b, length } of edgesOf(graph)) {
      distances[a] = Math.min(distances[a], distances[b] + length)
      distances[b] = Math.min(distances[b], distances[a] + length)
    }
  return distances
}

test('shortest paths are as short as those found by relaxing every line again and again', () => {
  fc.assert(
    fc.property(graphs, (given) => {
      const graph = made(given)
      const reach = reachFrom(graph, 0)
      const expected = relaxed(graph, 0)
      expected.forEach((d, v) =>
        d === Infinity
          ? expect(reach.distances[v]).toBe(Infinity)
          : expect(reach.distances[v]).toBeCloseTo(d, 9),
      )
      const far = farthestReached(reach)
      expect(pathBack(reach, far).at(-1)).toBe(0)
      const finite = expected.filter((d) => d < Infinity)
      expect(reach.distances[far]).toBeCloseTo(Math.max(...finite), 9)
    }),
    { seed: 1 },
  )
})

test('a spanning forest reaches what the graph reaches, with a line less than points a part', () => {
  fc.assert(
    fc.property(graphs, (given) => {
      const graph = made(given)
      const forest = spanningForest(graph)
      const parts = new Set<string>()
      for (let v = 0; v < graph.count; v++) {
        const reached = (of: typeof graph) =>
          Array.from(reachFrom(of, v).distances, (d) => (d < Infinity ? 1 : 0)).join('')
        expect(reached(forest)).toBe(reached(graph))
        parts.add(reached(graph))
      }
      expect(edgesOf(forest)).toHaveLength(graph.count - parts.size)
    }),
    { seed: 1 },
  )
})

test('of a loop the longest line is left out', () => {
  const square = Float64Array.from([0, 0, 0, 2, 0, 0, 2, 1, 0, 0, 1.5, 0])
  const forest = spanningForest(pointGraph(square, [0, 1, 1, 2, 2, 3, 3, 0]))
  const kept = edgesOf(forest).map(({ a, b }) => `${a}${b}`)
  expect(kept.sort()).toEqual(['01', '03', '12'])
})

test('a line to a point that is not there is refused', () => {
  expect(() => pointGraph(new Float64Array(6), [0, 2])).toThrow(RangeError)
})

test('a heap gives back what was put in, by cost, and equal costs by number', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 9 }), { maxLength: 60 }), (costs) => {
      const heap = new Heap(1)
      costs.forEach((cost, node) => heap.push(cost, node))
      const out: [number, number][] = []
      while (heap.size > 0) out.push([heap.cost, heap.pop()])
      const sorted = costs.map((cost, node): [number, number] => [cost, node])
      expect(out).toEqual(sorted.sort((a, b) => a[0] - b[0] || a[1] - b[1]))
    }),
    { seed: 1 },
  )
})
