// Opens the loops of a skeleton, where organs touch the stem or one another.
import { neighboursOf, spanningForest, type PointGraph } from '../graph/forest.ts'
import { degreesBetween, dot, pointAt, subtract, unit, type Vec3 } from '../linear.ts'

/** A path that turns more than this between two organs' bases is two organs whose tips touch. */
const TIPS = 70

/**
 * Makes a tree of a skeleton whose stem is known.
 *
 * What leaves the stem and comes back to it is opened
 * - where an organ ends on another: at the arm that is not in line with the other two;
 * - else where it turns sharply: there two tips touch;
 * - else at its upper end: an organ leaves the stem at its lower one.
 * Loops that do not meet the stem are opened at their longest line.
 *
 * @param stem  from the base to the tip
 */
export function openLoops(
  points: Float64Array,
  graph: PointGraph,
  stem: readonly number[],
): PointGraph {
  const rank = new Map(stem.map((v, i) => [v, i]))
  const cut = new Set<string>()
  for (;;) {
    const arc = arcBesideStem(graph, rank, cut)
    if (!arc) break
    cut.add(lineOf(...weakest(points, graph, arc, rank, cut)))
  }
  // the stem stays whole; what was cut closes a loop, and so is left out when it comes last
  const inStem = (v: number) => rank.has(v)
  return spanningForest(graph, ({ a, b, length }) =>
    cut.has(lineOf(a, b)) ? Infinity : inStem(a) && inStem(b) ? -1 : length,
  )
}

const lineOf = (a: number, b: number): string => `${Math.min(a, b)} ${Math.max(a, b)}`

/** The neighbours of a node to which a line leads that is not cut. */
function joined(graph: PointGraph, v: number, cut: ReadonlySet<string>): number[] {
  return neighboursOf(graph, v).filter((u) => !cut.has(lineOf(u, v)))
}

/**
 * A path that leaves the stem and comes back to it, the lower end first; both its ends are on the
 * stem, maybe at one point. Found breadth first from the stem: where two fronts meet.
 */
function arcBesideStem(
  graph: PointGraph,
  rank: ReadonlyMap<number, number>,
  cut: ReadonlySet<string>,
): number[] | undefined {
  const previous = new Map<number, number>()
  /** The line by which each node's front left the stem. */
  const origin = new Map<number, string>()
  const queue: number[] = []
  for (const v of rank.keys())
    for (const u of joined(graph, v, cut)) {
      if (rank.has(u)) continue
      if (previous.has(u)) return arcOf([v, u, ...backFrom(u, previous)], rank)
      previous.set(u, v)
      origin.set(u, lineOf(u, v))
      queue.push(u)
    }
  for (const v of queue)
    for (const u of joined(graph, v, cut)) {
      if (u === previous.get(v) || rank.has(u)) continue
      if (!previous.has(u)) {
        previous.set(u, v)
        origin.set(u, origin.get(v) ?? '')
        queue.push(u)
      } else if (previous.get(u) !== v && origin.get(u) !== origin.get(v))
        return arcOf([...backFrom(v, previous).reverse(), v, u, ...backFrom(u, previous)], rank)
    }
  return undefined
}

function backFrom(v: number, previous: ReadonlyMap<number, number>): number[] {
  const path: number[] = []
  for (let at = previous.get(v); at !== undefined; at = previous.get(at)) path.push(at)
  return path
}

function arcOf(path: number[], rank: ReadonlyMap<number, number>): number[] {
  const isRising = (rank.get(path[0]) ?? 0) <= (rank.get(path[path.length - 1]) ?? 0)
  return isRising ? path : path.reverse()
}

/** The line of an arc at which it is opened. */
function weakest(
  points: Float64Array,
  graph: PointGraph,
  arc: readonly number[],
  rank: ReadonlyMap<number, number>,
  cut: ReadonlySet<string>,
): [number, number] {
  const reach = Math.max(3, Math.round(arc.length / 8))
  const direction = (from: number, to: number): Vec3 =>
    unit(subtract(pointAt(points, to), pointAt(points, from)))
  const along = (i: number, step: number): Vec3 =>
    direction(arc[i], arc[Math.min(arc.length - 1, Math.max(0, i + step * reach))])
  let best = { line: [arc[arc.length - 2], arc[arc.length - 1]] as [number, number], turn: 0 }
  for (let i = 1; i < arc.length - 1; i++) {
    const third = joined(graph, arc[i], cut).filter(
      (u) => u !== arc[i - 1] && u !== arc[i + 1] && !rank.has(u),
    )
    for (const u of third) {
      const twig = twigFrom(graph, arc[i], u, reach, arc, cut)
      // a spur tells nothing
      if (twig.length < reach) continue
      const [down, up] = [along(i, -1), along(i, 1)]
      const out = direction(arc[i], twig[twig.length - 1])
      const [straight, withDown, withUp] = [dot(down, up), dot(down, out), dot(up, out)]
      if (straight <= Math.min(withDown, withUp)) continue
      if (withDown < withUp) return [arc[i], arc[i + 1]]
      return [arc[i - 1], arc[i]]
    }
    const turn = 180 - degreesBetween(along(i, -1), along(i, 1))
    const isInside = i >= reach && i < arc.length - reach
    if (isInside && turn > TIPS && turn > best.turn) best = { line: [arc[i], arc[i + 1]], turn }
  }
  return best.line
}

/** Up to `reach` nodes of a twig that leaves an arc. */
function twigFrom(
  graph: PointGraph,
  from: number,
  through: number,
  reach: number,
  arc: readonly number[],
  cut: ReadonlySet<string>,
): number[] {
  const seen = new Set([from, through, ...arc])
  const path = [through]
  while (path.length < reach) {
    const next = joined(graph, path[path.length - 1], cut).find((u) => !seen.has(u))
    if (next === undefined) break
    seen.add(next)
    path.push(next)
  }
  return path
}
