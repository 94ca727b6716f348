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
  /** How many paths leave it farther out that are long enough to be organs, were they on the stem. */
  readonly twigs: number
  /** How many of its first points are another organ's, too: the two have grown together there. */
  readonly shared: number
  /** At each point, where the graph knows them of all. */
  readonly volumes?: readonly number[]
  readonly radii?: readonly number[]
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
      const paths = tipPaths(graph, neighbours, v, base, fork, least)
      for (const { path, twigs } of paths) {
        const points = path.map((u) => nodes[u].position)
        const volumes = allOf(path.map((u) => nodes[u].volume))
        const radii = allOf(path.map((u) => nodes[u].radius))
        organs.push({
          stemRank,
          points,
          length: lengthOf(points),
          twigs,
          shared: sharedPoints(path, paths),
          ...(volumes && { volumes }),
          ...(radii && { radii }),
        })
      }
    }
  return organs
}

/** How many nodes a path has in common with that of the others which it leaves last. */
function sharedPoints(path: readonly number[], paths: readonly TipPath[]): number {
  const others = paths.filter((other) => other.path !== path)
  return Math.max(0, ...others.map((other) => path.findIndex((v, i) => v !== other.path[i])))
}

/** The values, if all of them are known. */
const allOf = (values: readonly (number | undefined)[]): number[] | undefined => {
  const known = values.filter((value) => value !== undefined)
  return known.length === values.length ? known : undefined
}

/** Nodes from the stem to a tip, and how many others leave them. */
interface TipPath {
  readonly path: readonly number[]
  twigs: number
}

/**
 * The longest path out of `stem` through `base`, and those that leave it early; of each, how many
 * leave it later.
 */
function tipPaths(
  { nodes }: TreeGraph,
  neighbours: readonly (readonly number[])[],
  stem: number,
  base: number,
  fork: number,
  least: number,
): TipPath[] {
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
  /** The path that each node lies on. */
  const pathOf = new Map<number, TipPath>()
  const paths: TipPath[] = []
  const tips = order.filter((v) => neighbours[v].length === 1)
  tips.sort((a, b) => (far.get(b) ?? 0) - (far.get(a) ?? 0) || a - b)
  for (const tip of tips) {
    const path: number[] = []
    let at = tip
    for (; at !== stem && !pathOf.has(at); at = previous.get(at) ?? stem) path.push(at)
    const host = pathOf.get(at)
    const meets = far.get(at) ?? 0
    if (host) {
      if ((far.get(tip) ?? 0) - meets < least) continue
      if (meets > fork) {
        host.twigs++
        continue
      }
    }
    for (; at !== stem; at = previous.get(at) ?? stem) path.push(at)
    const made = { path: [stem, ...path.reverse()], twigs: 0 }
    for (const v of path) if (!pathOf.has(v)) pathOf.set(v, made)
    paths.push(made)
  }
  return paths
}
