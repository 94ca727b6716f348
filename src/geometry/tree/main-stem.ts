// The two ends of a plant's main stem: its base, and the tip above its organs.
import { neighboursOf, pathBack, reachFrom, type PointGraph } from '../graph/forest.ts'
import { arcLengths, lengthOf, lowerBound } from '../skeleton/smoothed-curve.ts'
import {
  across,
  degreesBetween,
  distance,
  dot,
  norm,
  pointAt,
  subtract,
  unit,
  type Vec3,
} from '../linear.ts'

/** A stem that turns more than this at its last branching has turned into an organ. */
const ORGAN_TURN = 22

/** From this share of a path's length on its lower end is looked for, */
const LOOKOUT = 0.4
/** in strides of this share, or of two lines of a skeleton that has few. */
const STRIDE = 0.1
/**
 * A point tells how straight it is to it: how far it lies ahead, less so many times as far as it lies
 * beside. So no way is more than 27° off the stem's course, …
 */
const ASIDE = 2
/** … nor more than 45° on the path itself, as stems wander, … */
const ASIDE_ON_PATH = 1
/**
 * … which is followed where it is this share as straight as the straightest: where a branch leaves,
 * its skeleton may begin below the branching, and then lies straighter ahead than the stem.
 */
const PATH_SHARE = 0.5

/**
 * The path with the stem's own base for its lower end.
 *
 * The way from the lowest point begins in a leaf of the rosette, or takes the way through a leaf that meets the
 * ground or the stem again; the stem goes on as it comes down. So it is followed stride by stride,
 * each time along the path where that goes on straight enough, else to the point that lies
 * straightest ahead.
 *
 * @param graph  may have loops
 * @param path   of `stemPath`
 */
export function straightToBase(
  points: Float64Array,
  graph: PointGraph,
  path: readonly number[],
): number[] {
  const heights = arcLengthsOf(points, path)
  const onPath = new Set(path)
  const total = heights[heights.length - 1]
  const longestLine = heights.reduce((most, h, i) => Math.max(most, h - (heights[i - 1] ?? 0)), 0)
  const stride = Math.max(STRIDE * total, 2 * longestLine)
  let stem = path.slice(nodeAt(heights, LOOKOUT * total))
  // of a path of a few lines, nothing tells the course
  if (stem.length < 2) return [...path]
  for (;;) {
    const ahead = straightAhead(points, graph, stem, stride, onPath)
    if (ahead.length === 0) return stem
    stem = [...ahead, ...stem]
  }
}

/**
 * The first half of the way from the lower end of a stem to the point within a stride that lies best
 * on its course, which is that of its last stride.
 */
function straightAhead(
  points: Float64Array,
  graph: PointGraph,
  stem: readonly number[],
  stride: number,
  onPath: ReadonlySet<number>,
): number[] {
  const end = pointAt(points, stem[0])
  const above = pointAt(points, stem[nodeAt(arcLengthsOf(points, stem), stride)])
  const course = unit(subtract(end, above))
  const taken = new Set(stem)
  const lengths = graph.lengths.map((length, e) =>
    taken.has(graph.targets[e]) ? Infinity : length,
  )
  const reach = reachFrom({ ...graph, lengths }, stem[0])
  let [best, score] = [stem[0], 0]
  let [bestOnPath, scoreOnPath] = [stem[0], 0]
  for (let v = 0; v < graph.count; v++) {
    if (reach.distances[v] === Infinity) continue
    const off = subtract(pointAt(points, v), end)
    if (norm(off) > stride) continue
    const [ahead, beside] = [dot(off, course), norm(across(off, course))]
    const straight = ahead - ASIDE * beside
    if (straight > score) [best, score] = [v, straight]
    const straightOnPath = onPath.has(v) ? ahead - ASIDE_ON_PATH * beside : 0
    if (straightOnPath > scoreOnPath) [bestOnPath, scoreOnPath] = [v, straightOnPath]
  }
  const straightest = pathBack(reach, best).slice(0, -1)
  const alongPath = pathBack(reach, bestOnPath).slice(0, -1)
  // where the two part is decided there, from where both are seen at their full length
  const shared = alongPath.filter((v) => straightest.includes(v))
  const chosen = scoreOnPath >= PATH_SHARE * score ? alongPath : straightest
  const way = shared.length > 0 ? shared : chosen
  // its far end may already lie in an organ that leaves the stem there
  const near = way.filter((v) => reach.distances[v] <= stride / 2)
  return near.length > 0 ? near : way.slice(-1)
}

/**
 * The main stem: a path without what it has of an organ at the tip.
 *
 * Where the path turns sharply at a branching point near its upper end, stem ends and organ begins;
 * a straighter continuation, if there is one, is followed.
 *
 * @param graph  a tree
 * @param path   from the stem's base on
 * @returns the stem's points from the base to the tip
 */
export function trimmedStem(
  points: Float64Array,
  graph: PointGraph,
  path: readonly number[],
): number[] {
  const plant = new Branches(points, graph, path)
  return plant.typicalLength === 0 ? [...path] : plant.straightTip(path)
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
        neighboursOf(this.#graph, v)
          .filter((u) => !onPath.has(u))
          .map((u) => [v, u]),
      )
      .map(([v, u]) => lengthOf(this.#longestFrom(v, u).map((w) => this.#at(w))))
      .sort((a, b) => a - b)
    // spurs of the surface are many in a rosette
    const long = lengths.filter((length) => length > 0.1 * lengths[lengths.length - 1])
    this.typicalLength = long.length > 0 ? long[long.length >> 1] : 0
  }

  /** Cuts a path that ends in an organ where the organ sits, and goes on straight if it can. */
  straightTip(path: readonly number[]): number[] {
    const window = 0.3 * this.typicalLength
    const heights = arcLengthsOf(this.#points, path)
    const top = heights[heights.length - 1] - 1.5 * this.typicalLength
    for (let i = path.length - 2; i > 0 && heights[i] > top; i--) {
      const onward = neighboursOf(this.#graph, path[i]).filter((u) => u !== path[i - 1])
      if (onward.length < 2) continue
      if (this.#turn(path, heights, i, window) <= ORGAN_TURN) continue
      const stem = path.slice(0, i + 1)
      const ways = onward
        .map((u) => [...stem, ...this.#longestFrom(path[i], u).slice(1)])
        .map((way) => ({ way, heights: arcLengthsOf(this.#points, way) }))
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
    return degreesBetween(before, after)
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
      for (const u of neighboursOf(this.#graph, v)) {
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

  #at(v: number): Vec3 {
    return pointAt(this.#points, v)
  }
}

/** How far along a path each of its points is. */
const arcLengthsOf = (points: Float64Array, path: readonly number[]): number[] =>
  arcLengths(path.map((v) => pointAt(points, v)))

/** The first node of a path at or above a height. */
function nodeAt(heights: readonly number[], height: number): number {
  return Math.min(lowerBound(heights, height), heights.length - 1)
}
