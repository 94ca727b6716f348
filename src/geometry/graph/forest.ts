// A graph of points: neighbours, lengths, spanning forests, shortest paths.
import { DisjointSets } from './disjoint-sets.ts'
import { Heap } from './heap.ts'

/** Neighbours of node v: `targets[starts[v] … starts[v + 1])`, at `lengths` of the same places. */
export interface PointGraph {
  readonly count: number
  readonly starts: Uint32Array
  readonly targets: Uint32Array
  readonly lengths: Float64Array
}

export interface Edge {
  readonly a: number
  readonly b: number
  readonly length: number
}

/**
 * Points and the lines between them, each line once.
 *
 * @param points  3n coordinates
 * @param lines   2m indices
 * @throws RangeError if a line names a point that is not there
 */
export function pointGraph(points: Float64Array, lines: ArrayLike<number>): PointGraph {
  const count = points.length / 3
  const edges = new Map<number, Edge>()
  for (let i = 0; i < lines.length; i += 2) {
    const a = Math.min(lines[i], lines[i + 1])
    const b = Math.max(lines[i], lines[i + 1])
    if (b >= count) throw new RangeError(`line ${i / 2} names point ${b} of ${count}`)
    if (a !== b) edges.set(a * count + b, { a, b, length: lengthBetween(points, a, b) })
  }
  return graphOf(count, [...edges.values()])
}

/** The nodes that a line joins to `v`. */
export function neighboursOf({ starts, targets }: PointGraph, v: number): number[] {
  return Array.from(targets.subarray(starts[v], starts[v + 1]))
}

/** The lines of a graph, each once. */
export function edgesOf({ count, starts, targets, lengths }: PointGraph): Edge[] {
  const edges: Edge[] = []
  for (let a = 0; a < count; a++)
    for (let e = starts[a]; e < starts[a + 1]; e++)
      if (a < targets[e]) edges.push({ a, b: targets[e], length: lengths[e] })
  return edges
}

/**
 * A forest that spans the same points, without the lines that close loops (Kruskal, 1956).
 *
 * @param rank  of two lines the one with the smaller is kept rather; absent: the shorter
 */
export function spanningForest(
  graph: PointGraph,
  rank: (edge: Edge) => number = ({ length }) => length,
): PointGraph {
  const edges = edgesOf(graph).map((edge) => ({ ...edge, rank: rank(edge) }))
  edges.sort((p, q) => p.rank - q.rank || p.a - q.a || p.b - q.b)
  const trees = new DisjointSets(graph.count)
  return graphOf(
    graph.count,
    edges.filter(({ a, b }) => trees.join(a, b)),
  )
}

function graphOf(count: number, edges: readonly Edge[]): PointGraph {
  const starts = new Uint32Array(count + 1)
  for (const { a, b } of edges) {
    starts[a + 1]++
    starts[b + 1]++
  }
  for (let v = 0; v < count; v++) starts[v + 1] += starts[v]
  const fill = starts.slice()
  const targets = new Uint32Array(2 * edges.length)
  const lengths = new Float64Array(2 * edges.length)
  for (const { a, b, length } of edges) {
    targets[fill[a]] = b
    lengths[fill[a]++] = length
    targets[fill[b]] = a
    lengths[fill[b]++] = length
  }
  return { count, starts, targets, lengths }
}

function lengthBetween(points: Float64Array, a: number, b: number): number {
  return Math.hypot(
    points[3 * a] - points[3 * b],
    points[3 * a + 1] - points[3 * b + 1],
    points[3 * a + 2] - points[3 * b + 2],
  )
}

/** Path lengths from `source` (Infinity where it does not reach) and each node's predecessor. */
export interface Reach {
  readonly distances: Float64Array
  readonly previous: Int32Array
}

/** Dijkstra's shortest paths from `source` along the graph. */
export function reachFrom(graph: PointGraph, source: number): Reach {
  const distances = new Float64Array(graph.count).fill(Infinity)
  const previous = new Int32Array(graph.count).fill(-1)
  const heap = new Heap(64)
  distances[source] = 0
  heap.push(0, source)
  while (heap.size > 0) {
    const d = heap.cost
    const at = heap.pop()
    if (d > distances[at]) continue
    for (let e = graph.starts[at]; e < graph.starts[at + 1]; e++) {
      const to = graph.targets[e]
      const next = d + graph.lengths[e]
      if (next >= distances[to]) continue
      distances[to] = next
      previous[to] = at
      heap.push(next, to)
    }
  }
  return { distances, previous }
}

/** The reached node that is farthest away, the first of equals. */
export function farthestReached({ distances }: Reach): number {
  let best = -1
  for (let v = 0; v < distances.length; v++)
    if (distances[v] !== Infinity && (best < 0 || distances[v] > distances[best])) best = v
  return best
}

/** The nodes from `target` back to the source. */
export function pathBack({ previous }: Reach, target: number): number[] {
  const path: number[] = []
  for (let at = target; at >= 0; at = previous[at]) path.push(at)
  return path
}
