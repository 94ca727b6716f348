// Where columns along z meet the triangles of a mesh.
import type { TriangleMesh } from '../mesh/mesh.ts'

/** Crossings by column (x, then y), from below in each. */
export interface ColumnCrossings {
  readonly count: number
  /** The column. */
  readonly x: Int32Array
  readonly y: Int32Array
  /** The height, in the mesh's unit. */
  readonly z: Float64Array
  /** 1 into the solid, −1 out of it; at one height, into it first. */
  readonly way: Int8Array
}

/**
 * Where the columns through whole multiples of `spacing` from `origin` meet a mesh.
 *
 * Cost: the triangles, the crossings, and the extent of the mesh along x and along y.
 */
export function columnCrossings(
  mesh: TriangleMesh,
  origin: readonly [number, number, number],
  spacing: number,
): ColumnCrossings {
  const found = new CrossingList()
  const { vertices: p, triangles } = mesh
  const corners = new Uint32Array(3)
  for (let t = 0; t < triangles.length; t += 3) {
    for (let k = 0; k < 3; k++) corners[k] = 3 * triangles[t + k]
    const a = corners[0]
    const b = corners[1]
    const c = corners[2]
    const ux = p[b] - p[a]
    const uy = p[b + 1] - p[a + 1]
    const uz = p[b + 2] - p[a + 2]
    const vx = p[c] - p[a]
    const vy = p[c + 1] - p[a + 1]
    const vz = p[c + 2] - p[a + 2]
    const nz = ux * vy - uy * vx
    if (nz === 0) continue
    const slopeX = -(uy * vz - uz * vy) / nz
    const slopeY = -(uz * vx - ux * vz) / nz
    const least = Math.min(p[a + 1], p[b + 1], p[c + 1])
    const most = Math.max(p[a + 1], p[b + 1], p[c + 1])
    const lowest = Math.min(p[a + 2], p[b + 2], p[c + 2])
    const highest = Math.max(p[a + 2], p[b + 2], p[c + 2])
    const last = Math.floor((most - origin[1]) / spacing)
    for (let j = Math.ceil((least - origin[1]) / spacing); j <= last; j++) {
      const y = origin[1] + j * spacing
      let from = Infinity
      let to = -Infinity
      for (let k = 0; k < 3; k++) {
        const d = corners[k]
        const e = corners[k === 2 ? 0 : k + 1]
        if (p[d + 1] <= y === p[e + 1] <= y) continue
        const x = crossingAt(p, d, e, y)
        from = Math.min(from, x)
        to = Math.max(to, x)
      }
      for (let i = Math.ceil((from - origin[0]) / spacing); origin[0] + i * spacing < to; i++) {
        const x = origin[0] + i * spacing
        const plane = p[a + 2] + slopeX * (x - p[a]) + slopeY * (y - p[a + 1])
        // the plane of an all but upright triangle is so steep that rounding takes it anywhere
        const z = Math.min(highest, Math.max(lowest, plane))
        found.add(i, j, z, nz < 0 ? 1 : -1)
      }
    }
  }
  return found.sorted()
}

/**
 * Calls `visit` for each stretch of a column that is solid: from a crossing inward to the next one,
 * as long as more were inward than outward.
 *
 * @param visit column x and y, and the heights between which it is solid, in the mesh's unit
 */
export function forEachSolidStretch(
  { count, x, y, z, way }: ColumnCrossings,
  visit: (x: number, y: number, from: number, to: number) => void,
): void {
  let depth = 0
  for (let c = 0; c < count; c++) {
    depth += way[c]
    if (c + 1 === count || x[c + 1] !== x[c] || y[c + 1] !== y[c]) {
      depth = 0
      continue
    }
    if (depth > 0) visit(x[c], y[c], z[c], z[c + 1])
  }
}

/** Where an edge meets the line `y`: from its lower end, so that both its triangles agree. */
function crossingAt(p: Float64Array, d: number, e: number, y: number): number {
  const isRising = p[d + 1] < p[e + 1]
  const low = isRising ? d : e
  const high = isRising ? e : d
  return p[low] + ((y - p[low + 1]) * (p[high] - p[low])) / (p[high + 1] - p[low + 1])
}

/** Crossings as they come. */
class CrossingList {
  private count = 0
  private x = new Int32Array(1024)
  private y = new Int32Array(1024)
  private z = new Float64Array(1024)
  private way = new Int8Array(1024)

  add(x: number, y: number, z: number, way: 1 | -1): void {
    if (this.count === this.x.length) this.grow()
    this.x[this.count] = x
    this.y[this.count] = y
    this.z[this.count] = z
    this.way[this.count++] = way
  }

  sorted(): ColumnCrossings {
    const { count } = this
    const order = new Uint32Array(count)
    for (let n = 0; n < count; n++) order[n] = n
    const byColumn = sortedBy(sortedBy(order, this.y), this.x)
    const x = new Int32Array(count)
    const y = new Int32Array(count)
    const z = new Float64Array(count)
    const way = new Int8Array(count)
    for (let n = 0; n < count; n++) {
      const from = byColumn[n]
      x[n] = this.x[from]
      y[n] = this.y[from]
      z[n] = this.z[from]
      way[n] = this.way[from]
    }
    const sorted = { count, x, y, z, way }
    sortColumns(sorted)
    return sorted
  }

  private grow(): void {
    const room = 2 * this.x.length
    const [x, y, z, way] = [this.x, this.y, this.z, this.way]
    ;(this.x = new Int32Array(room)).set(x)
    ;(this.y = new Int32Array(room)).set(y)
    ;(this.z = new Float64Array(room)).set(z)
    ;(this.way = new Int8Array(room)).set(way)
  }
}

/** A counting sort that leaves equals as they are. */
function sortedBy(order: Uint32Array, keys: Int32Array): Uint32Array {
  let least = Infinity
  let most = -Infinity
  for (const n of order) {
    if (keys[n] < least) least = keys[n]
    if (keys[n] > most) most = keys[n]
  }
  if (order.length === 0) return order
  const starts = new Uint32Array(most - least + 2)
  for (const n of order) starts[keys[n] - least + 1]++
  for (let key = 1; key < starts.length; key++) starts[key] += starts[key - 1]
  const sorted = new Uint32Array(order.length)
  for (const n of order) sorted[starts[keys[n] - least]++] = n
  return sorted
}

/** Sorts each column by insertion: columns are short. */
function sortColumns({ count, x, y, z, way }: ColumnCrossings): void {
  for (let n = 1; n < count; n++) {
    const height = z[n]
    const turn = way[n]
    let at = n
    for (; at > 0 && x[at - 1] === x[n] && y[at - 1] === y[n]; at--) {
      if (z[at - 1] < height || (z[at - 1] === height && way[at - 1] >= turn)) break
      z[at] = z[at - 1]
      way[at] = way[at - 1]
    }
    z[at] = height
    way[at] = turn
  }
}
