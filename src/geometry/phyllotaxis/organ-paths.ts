// The organs of a tree graph: the path of each from the stem to its tip.
import { lengthOf } from '../skeleton/smoothed-curve.ts'
import type { TreeGraph } from '../tree/tree-graph.ts'
import { distance, type Vec3 } from '../linear.ts'

/** One organ as it hangs on the stem. */
export interface OrganPath {
  /** Which of the stem's points it leaves. */
  readonly stemRank: number
  /** From the stem's node to the organ's tip. */
  readonly points: readonly Vec3[]
  /** Length of the path. */
  readonly length: number
}

/** The stem's points from base to tip, and the radius at each where the graph knows it. */
export interface Stem {
  readonly points: readonly Vec3[]
  readonly radii: readonly (number | undefined)[]
}

export function stemOf(graph: TreeGraph): Stem {
  const ranked = stemNodes(graph).map((v) => graph.nodes[v])
  return { points: ranked.map((n) => n.position), radii: ranked.map((n) => n.radius) }
}

/** From the base to the tip; ranks that another program wrote may begin anywhere and leave gaps. */
function stemNodes({ nodes }: TreeGraph): number[] {
  const stem = nodes.flatMap((node, v) => (node.mainStemId === undefined ? [] : [v]))
  return stem.sort((a, b) => (nodes[a].mainStemId ?? 0) - (nodes[b].mainStemId ?? 0))
}

/**
 * All organs, from the base of the stem to its tip.
 *
 * @param fork   a side branch that leaves an organ nearer to the stem than this is an organ of its
 *               own: two organs whose bases have grown together in the skeleton
 * @param least  the length from which such a side branch counts
 */
export function organPaths(graph: TreeGraph, fork: number, least: number): OrganPath[] {
  const { nodes } = graph
  const neighbours: number[][] = nodes.map(() => [])
  for (const { from, to } of graph.edges) {
    neighbours[from].push(to)
    neighbours[to].push(from)
  }
  const organs: OrganPath[] = []
  for (const [stemRank, v] of stemNodes(graph).entries())
    for (const base of neighbours[v]) {
      if (nodes[base].mainStemId !== undefined) continue
      for (const path of tipPaths(graph, neighbours, v, base, fork, least)) {
        const points = path.map((u) => nodes[u].position)
        organs.push({ stemRank, points, length: lengthOf(points) })
      }
    }
  return organs
}

/** The longest path out of `stem` through `base`, and those that leave it early. */
function tipPaths(
  { nodes }: TreeGraph,
  neighbours: readonly (readonly number[])[],
  stem: number,
  base: number,
  fork: number,
  least: number,
): number[][] {
  const order = [base]
  const previous = new Map([[base, stem]])
  const far = new Map([[stem, 0]])
  for (const v of order) {
    const before = previous.get(v) ?? stem
    far.set(v, (far.get(before) ?? 0) + distance(nodes[v].position, nodes[before].position))
    for (const u of neighbours[v])
      if (!previous.has(u) && nodes[u].mainStemId === undefined) {
        previous.set(u, v)
        order.push(u)
      }
  }
  const onPath = new Set<number>()
  const paths: number[][] = []
  const tips = order.filter((v) => neighbours[v].length === 1)
  tips.sort((a, b) => (far.get(b) ?? 0) - (far.get(a) ?? 0) || a - b)
  for (const tip of tips) {
    const path: number[] = []
    let fresh = 0
    for (let at = tip; at !== stem; at = previous.get(at) ?? stem) {
      if (onPath.has(at)) fresh ||= (far.get(tip) ?? 0) - (far.get(at) ?? 0)
      path.push(at)
    }
    const meets = (far.get(tip) ?? 0) - fresh
    if (paths.length > 0 && (fresh < least || meets > fork)) continue
    for (const v of path) onPath.add(v)
    paths.push([stem, ...path.reverse()])
  }
  return paths
}
