// Connected parts of a voxel set: found, bridged over small gaps, the most extended one kept.
import { NEIGHBOURS, neighbourTable, type VoxelSet } from './voxel-set.ts'

/** @returns for each voxel the number of its 26-connected part, parts numbered as they are met */
export function connectedParts(neighbours: Int32Array): { parts: Int32Array; count: number } {
  const n = neighbours.length / NEIGHBOURS
  const parts = new Int32Array(n).fill(-1)
  const queue = new Int32Array(n)
  let count = 0
  for (let seed = 0; seed < n; seed++) {
    if (parts[seed] >= 0) continue
    parts[seed] = count
    queue[0] = seed
    for (let head = 0, tail = 1; head < tail; head++)
      for (let s = 0; s < NEIGHBOURS; s++) {
        const to = neighbours[NEIGHBOURS * queue[head] + s]
        if (to < 0 || parts[to] >= 0) continue
        parts[to] = count
        queue[tail++] = to
      }
    count++
  }
  return { parts, count }
}

/**
 * Joins parts that come within `gap` voxels of one another by a straight line of voxels, shortest
 * gaps first, then keeps the part that reaches farthest (a pot or a rosette may hold more voxels
 * than the stem, but none is longer).
 */
export function bridgedWhole(voxels: VoxelSet, gap: number): VoxelSet {
  const neighbours = neighbourTable(voxels)
  const { parts, count } = connectedParts(neighbours)
  if (count <= 1) return voxels
  const whole = Int32Array.from({ length: count }, (_, part) => part)
  const find = (part: number): number => {
    while (whole[part] !== part) part = whole[part] = whole[whole[part]]
    return part
  }
  const filled: number[] = []
  const owners: number[] = []
  for (const { from, to } of gapsBetween(voxels, neighbours, parts, gap)) {
    const a = find(parts[from])
    const b = find(parts[to])
    if (a === b) continue
    whole[Math.max(a, b)] = Math.min(a, b)
    const line = lineBetween(voxels.cells, from, to)
    filled.push(...line)
    for (let i = 0; i < line.length; i += 3) owners.push(parts[from])
  }
  const kept = farthestReaching(voxels, parts, find)
  const cells: number[][] = []
  for (let v = 0; v < voxels.count; v++)
    if (find(parts[v]) === kept) cells.push(Array.from(voxels.cells.subarray(3 * v, 3 * v + 3)))
  owners.forEach((part, i) => {
    if (find(part) === kept) cells.push(filled.slice(3 * i, 3 * i + 3))
  })
  cells.sort((p, q) => p[0] - q[0] || p[1] - q[1] || p[2] - q[2])
  const distinct = cells.filter((c, i) => i === 0 || c.some((x, axis) => x !== cells[i - 1][axis]))
  return { ...voxels, count: distinct.length, cells: Int32Array.from(distinct.flat()) }
}

interface Gap {
  readonly from: number
  readonly to: number
  readonly squared: number
}

/** The nearest pair of voxels of every two parts that come within `gap`, nearest first. */
function gapsBetween(
  { count, cells }: VoxelSet,
  neighbours: Int32Array,
  parts: Int32Array,
  gap: number,
): Gap[] {
  const reach = Math.max(1, Math.ceil(gap) + 1)
  const bucketOf = (x: number, y: number, z: number) => `${x},${y},${z}`
  const buckets = new Map<string, number[]>()
  const surface: number[] = []
  for (let v = 0; v < count; v++) {
    if (!neighbours.subarray(NEIGHBOURS * v, NEIGHBOURS * (v + 1)).includes(-1)) continue
    surface.push(v)
    const key = bucketOf(...bucketCell(cells, v, reach))
    const bucket = buckets.get(key)
    if (bucket) bucket.push(v)
    else buckets.set(key, [v])
  }
  const nearest = new Map<string, Gap>()
  const limit = (gap + 1) * (gap + 1)
  for (const from of surface) {
    const [bx, by, bz] = bucketCell(cells, from, reach)
    for (let x = bx - 1; x <= bx + 1; x++)
      for (let y = by - 1; y <= by + 1; y++)
        for (let z = bz - 1; z <= bz + 1; z++)
          for (const to of buckets.get(bucketOf(x, y, z)) ?? []) {
            if (parts[to] <= parts[from]) continue
            const squared = squaredDistance(cells, from, to)
            const pair = `${parts[from]} ${parts[to]}`
            if (squared <= limit && squared < (nearest.get(pair)?.squared ?? Infinity))
              nearest.set(pair, { from, to, squared })
          }
  }
  return [...nearest.values()].sort((a, b) => a.squared - b.squared || a.from - b.from)
}

function bucketCell(cells: Int32Array, v: number, size: number): [number, number, number] {
  return [
    Math.floor(cells[3 * v] / size),
    Math.floor(cells[3 * v + 1] / size),
    Math.floor(cells[3 * v + 2] / size),
  ]
}

function squaredDistance(cells: Int32Array, a: number, b: number): number {
  const x = cells[3 * a] - cells[3 * b]
  const y = cells[3 * a + 1] - cells[3 * b + 1]
  const z = cells[3 * a + 2] - cells[3 * b + 2]
  return x * x + y * y + z * z
}

/** The cells strictly between two voxels, a 26-connected line. */
function lineBetween(cells: Int32Array, a: number, b: number): number[] {
  const from = cells.subarray(3 * a, 3 * a + 3)
  const to = cells.subarray(3 * b, 3 * b + 3)
  const steps = Math.max(...from.map((c, axis) => Math.abs(to[axis] - c)))
  const line: number[] = []
  for (let s = 1; s < steps; s++)
    for (let axis = 0; axis < 3; axis++)
      line.push(Math.round(from[axis] + ((to[axis] - from[axis]) * s) / steps))
  return line
}

/** The part whose bounding box has the longest diagonal. */
function farthestReaching(
  { count, cells }: VoxelSet,
  parts: Int32Array,
  find: (part: number) => number,
): number {
  const boxes = new Map<number, number[]>()
  for (let v = 0; v < count; v++) {
    const part = find(parts[v])
    let box = boxes.get(part)
    if (!box) boxes.set(part, (box = [...Array(3).fill(Infinity), ...Array(3).fill(-Infinity)]))
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
