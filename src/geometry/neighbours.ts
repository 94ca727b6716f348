// Nearest neighbours in space: a balanced k-d tree in flat arrays.
import { workspace } from './wasm/kernels.ts'

/** Points below which a node of the tree is searched one by one; 8 to 16 measured the same. */
const leafSize = 12

/**
 * A k-d tree (Bentley, 1975) over points that do not change.
 *
 * A node is a range of `order`; it is split at its middle, so the tree needs no pointers: the
 * halves of [low, high) are [low, middle) and [middle, high) with middle = (low + high) >>> 1.
 * Equal distances go to the point that the tree meets first, which depends on the points alone.
 */
export class NeighbourTree {
  /** How many points there are. */
  readonly size: number
  /** The points' numbers, in the order of the tree's leaves. */
  readonly order: Uint32Array
  /** Squared distance of the last point that `nearest` found. */
  distanceSquared = Infinity

  /** The points in the order of `order`: what is near in space is near in memory. */
  private readonly xyz: Float64Array
  /** For each node, the axis across which it is split, and where. */
  private readonly axes: Uint8Array
  private readonly splits: Float64Array
  private readonly found: Float64Array
  private readonly foundAt: Int32Array
  private count = 0
  private wanted = 0

  /**
   * @param positions x, y, z of each point, one after the other
   * @throws RangeError when they do not come in threes
   * Cost: n log n.
   */
  constructor(positions: ArrayLike<number>) {
    if (positions.length % 3 !== 0) throw new RangeError(`${positions.length} is no multiple of 3`)
    this.size = positions.length / 3
    let nodes = 1
    while (this.size > leafSize * nodes) nodes *= 2
    const each = 8 * this.size
    const ofNodes = [2 * nodes, 16 * nodes]
    const { kernels, memory, places } = workspace(each, each, each, 4 * this.size, ...ofNodes)
    const [x, y, z, order, axes, splits] = places
    const along = [x, y, z].map((place) => new Float64Array(memory.buffer, place, this.size))
    const numbers = new Uint32Array(memory.buffer, order, this.size)
    for (let i = 0; i < this.size; i++) numbers[i] = i
    along.forEach((values, d) => {
      for (let i = 0, at = d; i < values.length; i++, at += 3) values[i] = positions[at]
    })
    kernels.splitPoints(x, y, z, order, 0, this.size, leafSize, 0, axes, splits)
    this.order = numbers.slice()
    this.axes = memory.slice(axes, axes + 2 * nodes)
    this.splits = new Float64Array(memory.slice(splits, splits + 16 * nodes).buffer)
    this.xyz = new Float64Array(positions.length)
    along.forEach((values, d) => {
      for (let i = 0, at = d; i < values.length; i++, at += 3) this.xyz[at] = values[i]
    })
    this.found = new Float64Array(maximumWanted)
    this.foundAt = new Int32Array(maximumWanted)
  }

  /**
   * @param within points at this distance or farther do not count
   * @returns the number of the point that is nearest to (x, y, z), or -1; `distanceSquared` tells how far
   */
  nearest(x: number, y: number, z: number, within = Infinity): number {
    this.wanted = 1
    this.count = 0
    this.distanceSquared = within * within
    this.search(0, this.size, 0, x, y, z)
    if (this.count === 0) return -1
    this.distanceSquared = this.found[0]
    return this.order[this.foundAt[0]]
  }

  /**
   * The `wanted` nearest points, nearest first.
   *
   * @param numbers receives the points' numbers
   * @param squares receives their squared distances
   * @returns how many there are: `wanted`, or all points if they are fewer
   * @throws RangeError when `wanted` is more than 256
   */
  nearestFew(
    x: number,
    y: number,
    z: number,
    wanted: number,
    numbers: { [i: number]: number },
    squares: { [i: number]: number },
  ): number {
    if (wanted > maximumWanted) throw new RangeError(`at most ${maximumWanted} neighbours`)
    if (wanted < 1) return 0
    this.wanted = wanted
    this.count = 0
    this.distanceSquared = Infinity
    this.search(0, this.size, 0, x, y, z)
    for (let i = 0; i < this.count; i++) {
      numbers[i] = this.order[this.foundAt[i]]
      squares[i] = this.found[i]
    }
    return this.count
  }

  /** Calls `visit` with each point nearer to (x, y, z) than `radius`, in the tree's order. */
  forEachWithin(
    x: number,
    y: number,
    z: number,
    radius: number,
    visit: (point: number, distanceSquared: number) => void,
  ): void {
    this.collect(0, this.size, 0, x, y, z, radius * radius, visit)
  }

  /**
   * How densely the points lie about each of them: the sum of 1 - d² / radius² over all points nearer
   * than `radius`, itself included; by the points' numbers.
   */
  densities(radius: number): Float64Array {
    const { axes, order, size, splits, xyz } = this
    const { kernels, memory, places } = workspace(
      xyz.byteLength,
      axes.byteLength,
      splits.byteLength,
      8 * size,
    )
    ;[xyz, axes, splits].forEach((values, n) =>
      memory.set(new Uint8Array(values.buffer, values.byteOffset, values.byteLength), places[n]),
    )
    const [points, ofAxes, ofSplits, sums] = places
    kernels.sumDensities(points, size, leafSize, ofAxes, ofSplits, radius * radius, sums)
    const found = new Float64Array(memory.buffer, sums, size)
    const densities = new Float64Array(size)
    for (let i = 0; i < size; i++) densities[order[i]] = found[i]
    return densities
  }

  private search(low: number, high: number, node: number, x: number, y: number, z: number): void {
    const { xyz } = this
    if (high - low <= leafSize) {
      for (let i = low; i < high; i++) {
        const dx = xyz[3 * i] - x
        const dy = xyz[3 * i + 1] - y
        const dz = xyz[3 * i + 2] - z
        const d = dx * dx + dy * dy + dz * dz
        if (d < this.distanceSquared) this.keep(i, d)
      }
      return
    }
    const middle = (low + high) >>> 1
    const axis = this.axes[node]
    const offset = (axis === 0 ? x : axis === 1 ? y : z) - this.splits[node]
    if (offset < 0) {
      this.search(low, middle, 2 * node + 1, x, y, z)
      if (offset * offset < this.distanceSquared) this.search(middle, high, 2 * node + 2, x, y, z)
    } else {
      this.search(middle, high, 2 * node + 2, x, y, z)
      if (offset * offset < this.distanceSquared) this.search(low, middle, 2 * node + 1, x, y, z)
    }
  }

  /** Puts point `i` where its distance belongs among those found so far. */
  private keep(i: number, distanceSquared: number): void {
    const { found, foundAt } = this
    let at = this.count < this.wanted ? this.count++ : this.wanted - 1
    while (at > 0 && found[at - 1] > distanceSquared) {
      found[at] = found[at - 1]
      foundAt[at] = foundAt[at - 1]
      at--
    }
    found[at] = distanceSquared
    foundAt[at] = i
    if (this.count === this.wanted) this.distanceSquared = found[this.wanted - 1]
  }

  private collect(
    low: number,
    high: number,
    node: number,
    x: number,
    y: number,
    z: number,
    limit: number,
    visit: (point: number, distanceSquared: number) => void,
  ): void {
    const { xyz } = this
    if (high - low <= leafSize) {
      for (let i = low; i < high; i++) {
        const dx = xyz[3 * i] - x
        const dy = xyz[3 * i + 1] - y
        const dz = xyz[3 * i + 2] - z
        const d = dx * dx + dy * dy + dz * dz
        if (d < limit) visit(this.order[i], d)
      }
      return
    }
    const middle = (low + high) >>> 1
    const axis = this.axes[node]
    const offset = (axis === 0 ? x : axis === 1 ? y : z) - this.splits[node]
    if (offset < 0 || offset * offset < limit)
      this.collect(low, middle, 2 * node + 1, x, y, z, limit, visit)
    if (offset >= 0 || offset * offset < limit)
      this.collect(middle, high, 2 * node + 2, x, y, z, limit, visit)
  }
}

/**
 * Some of the points, evenly spread, and always the same: every `step`th in the order of a tree.
 *
 * @returns their numbers, in ascending order
 */
export function evenlySpread(points: Float64Array, step: number): Uint32Array {
  const { order } = new NeighbourTree(points)
  return order.filter((_, i) => i % step === 0).sort()
}

/** The x, y, z of the points with these numbers. */
export function picked(values: Float64Array, points: Uint32Array): Float64Array {
  const few = new Float64Array(3 * points.length)
  points.forEach((point, i) => few.set(values.subarray(3 * point, 3 * point + 3), 3 * i))
  return few
}

const maximumWanted = 256
