// Which path of a skeleton is the plant's main stem.
import { farthestReached, pathBack, reachFrom, type PointGraph } from '../graph/forest.ts'
import { lowerBound } from '../skeleton/smoothed-curve.ts'
import { distance, dot, pointAt, subtract, unit, type Vec3 } from './vector.ts'

export interface StemOptions {
  /** The axis that the plant grows along: 0, 1 or 2; z unless told otherwise. */
  readonly axis?: number
  /** True of a plant that grows towards smaller coordinates. */
  readonly inverted?: boolean
}

/** A stem that turns more than this at its base has turned into a leaf of the rosette. */
const LEAF_TURN = 45
/** A stem that turns more than this at its last branching has turned into an organ. */
const ORGAN_TURN = 22

/**
 * The longest of the shortest paths through a skeleton, from its lower end to the upper one: from
 * the tip of a rosette leaf, through the stem, to the tip of one of the last organs.
 */
export function longestPath(
  points: Float64Array,
  graph: PointGraph,
  { axis = 2, inverted = false }: StemOptions = {},
): number[] {
  const start = extreme(points, graph, axis, inverted ? -1 : 1)
  if (start < 0) return []
  const end = farthestReached(reachFrom(graph, start))
  const reach = reachFrom(graph, end)
  const path = pathBack(reach, farthestReached(reach))
  const rise = points[3 * path[0] + axis] - points[3 * end + axis]
  return rise > 0 !== inverted ? path.reverse() : path
}

/**
 * The main stem: the longest path without what it has of a leaf at the base and of an organ at the
 * tip.
 *
 * Where the path turns sharply at a branching point near its ends, stem ends and leaf or organ
 * begins; at the upper end a straighter continuation, if there is one, is followed.
 *
 * @param graph  a tree
 * @param path   of `longestPath`
 * @returns the stem's points from the base to the tip
 */
export function trimmedStem(
  points: Float64Array,
  graph: PointGraph,
  path: readonly number[],
): number[] {
  const plant = new Branches(points, graph, path)
  return plant.typicalLength === 0 ? [...path] : plant.straightTip(plant.withoutLeaf(path))
}

/** The point farthest along an axis among those that have a line. */
function extreme(points: Float64Array, graph: PointGraph, axis: number, sign: number): number {
  let best = -1
  for (let v = 0; v < graph.count; v++) {
    if (graph.starts[v] === graph.starts[v + 1]) continue
    if (best < 0 || sign * points[3 * v + axis] > sign * points[3 * best + axis]) best = v
  }
  return best
}

/** What hangs on a path, and how the path bends there. */
class Branches {
  /** The median length of what hangs on the path; 0 if nothing does. */
  readonly typicalLength: number
  readonly #points: Float64Array
  readonly #graph: PointGraph

  constructor(points: Float64Array, graph: PointGraph, path: readonly number[]) {
    this.#points = points
    this.#graph = graph
    const onPath = new Set(path)
    const lengths = path
      .flatMap((v) =>
        this.#neighbours(v)
          .filter((u) => !onPath.has(u))
          .map((u) => [v, u]),
      )
      .map(([v, u]) => this.#lengthOf(this.#longestFrom(v, u)))
      .sort((a, b) => a - b)
    // spurs of the surface are many in a rosette
    const long = lengths.filter((length) => length > 0.1 * lengths[lengths.length - 1])
    this.typicalLength = long.length > 0 ? long[long.length >> 1] : 0
  }

  /** Cuts a path that begins in a leaf where the leaf sits. */
  withoutLeaf(path: readonly number[]): number[] {
    const window = 0.5 * this.typicalLength
    const heights = this.#heights(path)
    const limit = 0.4 * heights[heights.length - 1]
    let [base, sharpest] = [0, LEAF_TURN]
    for (let i = 1; i < path.length - 1 && heights[i] <= limit; i++) {
      if (this.#neighbours(path[i]).length < 3) continue
      const turn = this.#turn(path, heights, i, window)
      if (turn > sharpest) [base, sharpest] = [i, turn]
    }
    return path.slice(base)
  }

  /** Cuts a path that ends in an organ where the organ sits, and goes on straight if it can. */
  straightTip(path: readonly number[]): number[] {
    const window = 0.3 * this.typicalLength
    const heights = this.#heights(path)
    const top = heights[heights.length - 1] - 1.5 * this.typicalLength
    for (let i = path.length - 2; i > 0 && heights[i] > top; i--) {
      const onward = this.#neighbours(path[i]).filter((u) => u !== path[i - 1])
      if (onward.length < 2) continue
      if (this.#turn(path, heights, i, window) <= ORGAN_TURN) continue
      const stem = path.slice(0, i + 1)
      const ways = onward
        .map((u) => [...stem, ...this.#longestFrom(path[i], u).slice(1)])
        .map((way) => ({ way, heights: this.#heights(way) }))
        .filter(({ way, heights: h }) => h[way.length - 1] - h[i] > 0.5 * window)
        .map(({ way, heights: h }) => ({ way, turn: this.#turn(way, h, i, window) }))
        .filter(({ turn }) => turn <= ORGAN_TURN)
        .sort((a, b) => a.turn - b.turn)
      return ways.length > 0 ? ways[0].way : stem
    }
    return [...path]
  }

  /**
   * Degrees between the directions of a path before and after its node `i`: there, organ and stem
   * have grown together and the path is drawn aside, so half a window on both sides is left out.
   */
  #turn(path: readonly number[], heights: readonly number[], i: number, window: number): number {
    const total = heights[heights.length - 1]
    const course = (from: number, to: number) =>
      unit(subtract(this.#at(path[nodeAt(heights, to)]), this.#at(path[nodeAt(heights, from)])))
    const low = Math.max(0, heights[i] - 1.5 * window)
    const high = Math.min(total, heights[i] + 1.5 * window)
    const before = course(low, Math.max(heights[i] - 0.5 * window, (low + heights[i]) / 2))
    const after = course(Math.min(heights[i] + 0.5 * window, (high + heights[i]) / 2), high)
    return (Math.acos(Math.min(1, Math.max(-1, dot(before, after)))) * 180) / Math.PI
  }

  /** The longest path that leaves `from` through its neighbour `through`. */
  #longestFrom(from: number, through: number): number[] {
    const previous = new Map([[through, from]])
    const far = new Map([[through, distance(this.#at(from), this.#at(through))]])
    const queue = [through]
    let end = through
    for (const v of queue) {
      const so = far.get(v) ?? 0
      if (so > (far.get(end) ?? 0)) end = v
      for (const u of this.#neighbours(v)) {
        if (u === previous.get(v)) continue
        previous.set(u, v)
        far.set(u, so + distance(this.#at(u), this.#at(v)))
        queue.push(u)
      }
    }
    const path: number[] = []
    for (let v: number | undefined = end; v !== undefined; v = previous.get(v)) path.push(v)
    return path.reverse()
  }

  #lengthOf(path: readonly number[]): number {
    return this.#heights(path)[path.length - 1]
  }

  #heights(path: readonly number[]): number[] {
    const heights = [0]
    for (let i = 1; i < path.length; i++)
      heights.push(heights[i - 1] + distance(this.#at(path[i]), this.#at(path[i - 1])))
    return heights
  }

  #at(v: number): Vec3 {
    return pointAt(this.#points, v)
  }

  #neighbours(v: number): number[] {
    return Array.from(
      this.#graph.targets.subarray(this.#graph.starts[v], this.#graph.starts[v + 1]),
    )
  }
}

/** The first node of a path at or above a height. */
function nodeAt(heights: readonly number[], height: number): number {
  return Math.min(lowerBound(heights, height), heights.length - 1)
}
