// A plant as a graph: the main stem, its nodes, and the organs that leave them.
import type { CurveSkeleton } from '../skeleton/curve-skeleton.ts'
import { edgesOf, neighboursOf, pointGraph, type PointGraph } from '../graph/forest.ts'
import { straightToBase, trimmedStem } from './main-stem.ts'
import { lengthOf } from '../skeleton/smoothed-curve.ts'
import { stemPath, type StemOptions } from './stem-path.ts'
import { bendOf, tipFlatness, type StemQuality } from './stem-quality.ts'
import { openLoops } from './open-loops.ts'
import { pointAt, type Vec3 } from '../linear.ts'

export type TreeLabel = 'stem' | 'node' | 'fruit'

export interface TreeNode {
  readonly position: Vec3
  /** A branching point of the stem is both `stem` and `node`. */
  readonly labels: readonly TreeLabel[]
  /** Rank along the main stem, 0 at its base. */
  readonly mainStemId?: number
  /** Rank, from the base, of the branching point that an organ's node hangs on. */
  readonly fruitId?: number
  /** How thick the plant is here, where the skeleton knows it. */
  readonly radius?: number
  /** How much of the plant belongs to this node, where the skeleton knows it. */
  readonly volume?: number
}

export interface TreeEdge {
  readonly from: number
  readonly to: number
  /** Distance between its ends. */
  readonly weight: number
}

/** Nodes are numbered by their place in `nodes`; the graph is a tree. */
export interface TreeGraph {
  readonly nodes: readonly TreeNode[]
  readonly edges: readonly TreeEdge[]
}

/** A tree graph, and how sure its stem is. */
export interface LabelledPlant extends TreeGraph {
  readonly stem: StemQuality
}

/** Labels the main stem of a skeleton, its branching points and what hangs on them. */
export function labelPlant(skeleton: CurveSkeleton, options: StemOptions = {}): LabelledPlant {
  const whole = pointGraph(skeleton.points, skeleton.lines)
  const found = stemPath(skeleton, whole, options)
  const path = straightToBase(skeleton.points, whole, found.path)
  const graph = openLoops(skeleton.points, whole, path)
  const stem = trimmedStem(skeleton.points, graph, path)
  const stemRank = new Map(stem.map((v, rank) => [v, rank]))
  const fruitOf = new Map<number, number>()
  const branching = new Map<number, number>()
  for (const v of stem) {
    const bases = neighboursOf(graph, v).filter((u) => !stemRank.has(u))
    if (bases.length === 0) continue
    const rank = branching.size
    branching.set(v, rank)
    for (const u of bases) markOrgan(graph, u, stemRank, fruitOf, rank)
  }
  // what the stem does not reach is no part of the plant's graph
  const kept = Array.from({ length: graph.count }, (_, v) => v).filter(
    (v) => stemRank.has(v) || fruitOf.has(v),
  )
  const renumbered = new Map(kept.map((v, i) => [v, i]))
  const nodes = kept.map((v): TreeNode => {
    const radius = skeleton.radii?.[v]
    const volume = skeleton.volumes?.[v]
    const mainStemId = stemRank.get(v)
    const fruitId = fruitOf.get(v) ?? branching.get(v)
    const labels: TreeLabel[] = []
    if (mainStemId !== undefined) labels.push('stem')
    if (branching.has(v)) labels.push('node')
    if (fruitOf.has(v)) labels.push('fruit')
    return {
      position: pointAt(skeleton.points, v),
      labels,
      ...(mainStemId === undefined ? {} : { mainStemId }),
      ...(fruitId === undefined ? {} : { fruitId }),
      ...(radius === undefined ? {} : { radius }),
      ...(volume === undefined ? {} : { volume }),
    }
  })
  const edges = edgesOf(graph).flatMap(({ a, b, length: weight }): TreeEdge[] => {
    const [from, to] = [renumbered.get(a), renumbered.get(b)]
    return from === undefined || to === undefined ? [] : [{ from, to, weight }]
  })
  const flatness = tipFlatness(skeleton, stem)
  const line = stem.map((v) => pointAt(skeleton.points, v))
  const axis = options.axis ?? 2
  const heights = nodes.map(({ position }) => position[axis])
  const [low, high] = heights.reduce(
    ([least, most], h) => [Math.min(least, h), Math.max(most, h)],
    [Infinity, -Infinity],
  )
  const reached = edges.reduce((sum, { weight }) => sum + weight, 0)
  const total = edgesOf(graph).reduce((sum, { length }) => sum + length, 0)
  const quality = {
    rival: found.rival,
    ...(flatness !== undefined && { tipFlatness: flatness }),
    share: high > low ? lengthOf(line) / (high - low) : 0,
    bend: bendOf(line),
    outside: total > 0 ? Math.max(0, 1 - reached / total) : 0,
  }
  return { nodes, edges, stem: quality }
}

function markOrgan(
  graph: PointGraph,
  base: number,
  stem: ReadonlyMap<number, number>,
  fruitOf: Map<number, number>,
  rank: number,
): void {
  const queue = [base]
  fruitOf.set(base, rank)
  for (const v of queue)
    for (const u of neighboursOf(graph, v)) {
      if (stem.has(u) || fruitOf.has(u)) continue
      fruitOf.set(u, rank)
      queue.push(u)
    }
}
