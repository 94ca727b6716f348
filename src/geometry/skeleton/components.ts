// Connected parts of a voxel set: found, bridged over small gaps, the most extended one kept.
import { DisjointSets } from '../graph/disjoint-sets.ts'
import { LongList } from '../long-list.ts'
import { largestAt } from '../largest.ts'
import { NEIGHBOURS, neighbourTable, squaredDistance, type VoxelSet } from './voxel-set.ts'

/** Which part each voxel belongs to; parts are numbered as they are met. */
export interface Parts {
  readonly ofVoxel: Int32Array
  readonly count: number
}

/** The 26-connected parts. */
export function connectedParts(neighbours: Int32Array): Parts {
  const n = neighbours.length / NEIGHBOURS
  const ofVoxel = new Int32Array(n).fill(-1)
  const queue = new Int32Array(n)
  let count = 0
  for (let seed = 0; seed < n; seed++) {
    if (ofVoxel[seed] >= 0) continue
    ofVoxel[seed] = count
    queue[0] = seed
    for (let head = 0, tail = 1; head < tail; head++)
      for (let s = 0; s < NEIGHBOURS; s++) {
        const to = neighbours[NEIGHBOURS * queue[head] + s]
        if (to < 0 || ofVoxel[to] >= 0) continue
        ofVoxel[to] = count
        queue[tail++] = to
      }
    count++
  }
  return { ofVoxel, count }
}

/**
 * Joins parts that come within `gap` empty voxels of one another by a straight line of voxels,
 * shortest gaps first, then keeps the part that reaches farthest: a pot or a rosette may hold more
 * voxels than the stem, but none is longer.
 */
export function bridgedWhole(voxels: VoxelSet, gap: number): BridgedWhole {
  const neighbours = neighbourTable(voxels)
  const parts = connectedParts(neighbours)
  if (parts.count <= 1) return { ...voxels, left: 0 }
  const wholes = new DisjointSets(parts.count)
  const filled: { readonly part: number; readonly cell: Cell }[] = []
  for (const { from, to } of gapsBetween(voxels, parts, surfaceOf(neighbours), gap)) {
    const part = parts.ofVoxel[from]
    if (!wholes.join(part, parts.ofVoxel[to])) continue
    for (const cell of lineBetween(cellAt(voxels, from), cellAt(voxels, to)))
      filled.push({ part, cell })
  }
  const kept = farthestReaching(voxels, parts.ofVoxel, wholes)
  const isKept = (part: number): boolean => wholes.of(part) === kept
  const lines = filled.filter(({ part }) => isKept(part)).map(({ cell }) => cell)
  let left = 0
  for (let v = 0; v < voxels.count; v++) if (!isKept(parts.ofVoxel[v])) left++
  return { ...merged(voxels, (v) => isKept(parts.ofVoxel[v]), lines), left }
}

/** What is kept of a solid, with what joins its parts. */
interface BridgedWhole extends VoxelSet {
  /** How many of its voxels are not kept. */
  readonly left: number
}

type Cell = readonly [number, number, number]

function cellAt({ cells }: VoxelSet, v: number): Cell {
  return [cells[3 * v], cells[3 * v + 1], cells[3 * v + 2]]
}

interface Gap {
  readonly from: number
  readonly to: number
  readonly squared: number
}

/** The voxels that have an empty one beside them, which what is nearest to another part has. */
function surfaceOf(neighbours: Int32Array): Int32Array {
  const surface = new LongList(Int32Array)
  for (let v = 0; v < neighbours.length / NEIGHBOURS; v++) {
    let n = NEIGHBOURS * v
    const end = n + NEIGHBOURS
    while (n < end && neighbours[n] >= 0) n++
    if (n < end) surface.push(v)
  }
  return surface.taken()
}

/**
 * The nearest pair of voxels of every two parts that come within `gap`, nearest first.
 * @param surface the voxels among which they are sought
 */
function gapsBetween(voxels: VoxelSet, parts: Parts, surface: Int32Array, gap: number): Gap[] {
  const { ofVoxel, count } = parts
  const buckets = bucketsAboutSmallParts(voxels, parts, surface, Math.ceil(gap) + 1)
  const limit = (gap + 1) * (gap + 1)
  const nearest = new Map<number, Gap>()
  for (const { own, about } of buckets)
    for (const from of own)
      for (const to of about) {
        if (ofVoxel[to] === ofVoxel[from]) continue
        const squared = squaredDistance(voxels.cells, from, to)
        if (squared > limit) continue
        const a = Math.min(ofVoxel[from], ofVoxel[to])
        const pair = a * count + Math.max(ofVoxel[from], ofVoxel[to])
        if (squared < (nearest.get(pair)?.squared ?? Infinity))
          nearest.set(pair, { from, to, squared })
      }
  return [...nearest.values()].sort(
    (a, b) => a.squared - b.squared || a.from - b.from || a.to - b.to,
  )
}

/** For each cube of space with voxels of any part but the largest: these, and all near it. */
function bucketsAboutSmallParts(
  voxels: VoxelSet,
  { ofVoxel, count }: Parts,
  surface: Int32Array,
  size: number,
): { readonly own: readonly number[]; readonly about: readonly number[] }[] {
  const sizes = new Int32Array(count)
  for (const part of ofVoxel) sizes[part]++
  const largest = largestAt(sizes)
  const cubeOf = (v: number) => cellAt(voxels, v).map((c) => Math.floor(c / size))
  // cubes are fewer than 2^17 along an axis: their number stays exact
  const keyOf = (x: number, y: number, z: number) => (x * 131072 + y) * 131072 + z
  const own = new Map<number, number[]>()
  for (const v of surface) {
    if (ofVoxel[v] === largest) continue
    const [x, y, z] = cubeOf(v)
    const key = keyOf(x, y, z)
    const bucket = own.get(key)
    if (bucket) bucket.push(v)
    else own.set(key, [v])
  }
  const about = new Map<number, number[]>()
  for (const vs of own.values()) {
    const [x, y, z] = cubeOf(vs[0])
    for (let i = x - 1; i <= x + 1; i++)
      for (let j = y - 1; j <= y + 1; j++)
        for (let k = z - 1; k <= z + 1; k++) about.set(keyOf(i, j, k), [])
  }
  for (const v of surface) {
    const [x, y, z] = cubeOf(v)
    about.get(keyOf(x, y, z))?.push(v)
  }
  return [...own.values()].map((vs) => {
    const [x, y, z] = cubeOf(vs[0])
    const near: number[] = []
    for (let i = x - 1; i <= x + 1; i++)
      for (let j = y - 1; j <= y + 1; j++)
        for (let k = z - 1; k <= z + 1; k++)
          for (const v of about.get(keyOf(i, j, k)) ?? []) near.push(v)
    return { own: vs, about: near }
  })
}

/** The cells strictly between two, a 26-connected line. */
function lineBetween(from: Cell, to: Cell): Cell[] {
  const steps = Math.max(...from.map((c, axis) => Math.abs(to[axis] - c)))
  const place = (axis: 0 | 1 | 2, s: number) =>
    Math.round(from[axis] + ((to[axis] - from[axis]) * s) / steps)
  return Array.from({ length: Math.max(0, steps - 1) }, (_, i) => [
    place(0, i + 1),
    place(1, i + 1),
    place(2, i + 1),
  ])
}

/** The part whose bounding box has the longest diagonal. */
function farthestReaching(
  { count, cells }: VoxelSet,
  ofVoxel: Int32Array,
  wholes: DisjointSets,
): number {
  const boxes = new Map<number, number[]>()
  for (let v = 0; v < count; v++) {
    const part = wholes.of(ofVoxel[v])
    let box = boxes.get(part)
    if (!box)
      boxes.set(part, (box = [Infinity, Infinity, Infinity, -Infinity, -Infinity, -Infinity]))
    for (let axis = 0; axis < 3; axis++) {
      const c = cells[3 * v + axis]
      if (c < box[axis]) box[axis] = c
      if (c > box[3 + axis]) box[3 + axis] = c
    }
  }
  let best = -1
  let farthest = -1
  for (const [part, [x, y, z, X, Y, Z]] of boxes) {
    const reach = Math.hypot(X - x, Y - y, Z - z)
    if (reach > farthest) [best, farthest] = [part, reach]
  }
  return best
}

/** The voxels that are kept and some more cells, in order, each once. */
function merged(
  voxels: VoxelSet,
  isKept: (voxel: number) => boolean,
  more: readonly Cell[],
): VoxelSet {
  const compare = (p: Cell, q: Cell) => p[0] - q[0] || p[1] - q[1] || p[2] - q[2]
  const added = [...more].sort(compare)
  const cells = new Int32Array(3 * (voxels.count + added.length))
  let count = 0
  const put = (cell: Cell): void => {
    const last = 3 * (count - 1)
    if (count > 0 && cell.every((c, axis) => c === cells[last + axis])) return
    cells.set(cell, 3 * count++)
  }
  let next = 0
  for (let v = 0; v < voxels.count; v++) {
    if (!isKept(v)) continue
    const cell = cellAt(voxels, v)
    while (next < added.length && compare(added[next], cell) < 0) put(added[next++])
    put(cell)
  }
  while (next < added.length) put(added[next++])
  return { ...voxels, count, cells: cells.slice(0, 3 * count) }
}
