// Where a tip of the skeleton touches another part of it: there the solid has a loop.
import { pathBack, pointGraph, reachFrom } from '../graph/forest.ts'
import { chamferWithin } from './voxel-paths.ts'
import { NEIGHBOURS, type VoxelSet } from './voxel-set.ts'

/** What a tip touches closes a loop if the way round is this many times as long as the way across … */
const DETOUR = 6
/** … and longer than this many voxels. */
const LEAST = 20
/** Opposite sides of a loop are farther apart than this share of the way round. */
const WIDTH = 0.25

/**
 * Finds where the paths of least cost have cut a loop of the solid open.
 *
 * A tree of paths goes through a loop from both sides; they end where they meet. So at the tip of
 * one of them the solid goes on, in voxels that belong to a far part of the tree. So it does in
 * the blade of a leaf, which is no loop; but there the way across is short all along.
 *
 * @param owner  for each voxel the branch voxel that it belongs to
 * @returns pairs of branch voxels that touch
 */
export function contacts(
  voxels: VoxelSet,
  neighbours: Int32Array,
  depths: Float64Array,
  branches: readonly Int32Array[],
  owner: Int32Array,
): [number, number][] {
  const tipOf = nearTips(voxels, depths, branches)
  const wayFrom = waysAlong(voxels, branches)
  const across = ([a, b]: readonly [number, number]) => cellDistance(voxels, a, b)
  const links = new Map<number, [number, number]>()
  for (const touching of touchedByTips(voxels, neighbours, owner, tipOf).values()) {
    const way = wayFrom(touching[0][0])
    const far = touching.filter((pair) => way.to(pair[1]) > Math.max(LEAST, DETOUR * across(pair)))
    far.sort((p, q) => across(p) - across(q) || p[0] - q[0] || p[1] - q[1])
    if (far.length === 0) continue
    const [a, b] = far[0]
    const [p, q] = [way.on(b, 0.25), way.on(b, 0.75)]
    if (chamferWithin(p, q, neighbours, Math.ceil(3 * WIDTH * way.to(b)))) continue
    // two tips that touch find one another
    const first = tipOf[b] < 0 ? tipOf[a] : Math.min(tipOf[a], tipOf[b])
    if (!links.has(first)) links.set(first, [a, b])
  }
  return [...links.values()]
}

/** For each tip: branch voxels near it with those, not near it, that they border on. */
function touchedByTips(
  voxels: VoxelSet,
  neighbours: Int32Array,
  owner: Int32Array,
  tipOf: Int32Array,
): Map<number, [number, number][]> {
  const touched = new Map<number, Map<number, [number, number]>>()
  for (let v = 0; v < voxels.count; v++) {
    const a = owner[v]
    const tip = a < 0 ? -1 : tipOf[a]
    if (tip < 0) continue
    for (let s = 0; s < NEIGHBOURS; s++) {
      const to = neighbours[NEIGHBOURS * v + s]
      const b = to < 0 ? -1 : owner[to]
      if (b < 0 || tipOf[b] === tip) continue
      const found = touched.get(tip) ?? new Map<number, [number, number]>()
      const known = found.get(b)
      if (!known || cellDistance(voxels, a, b) < cellDistance(voxels, known[0], b))
        found.set(b, [a, b])
      touched.set(tip, found)
    }
  }
  return new Map([...touched].map(([tip, found]) => [tip, [...found.values()]]))
}

/** By voxel: the tip that a branch voxel is near; −1 elsewhere. */
function nearTips(
  voxels: VoxelSet,
  depths: Float64Array,
  branches: readonly Int32Array[],
): Int32Array {
  const tipOf = new Int32Array(voxels.count).fill(-1)
  const mark = (branch: Int32Array): void => {
    const tip = branch[0]
    for (const v of branch) {
      if (cellDistance(voxels, v, tip) > 1.5 * depths[tip] + 3) break
      tipOf[v] = tip
    }
  }
  branches.forEach(mark)
  if (branches.length > 0) mark(branches[0].slice().reverse())
  return tipOf
}

function cellDistance({ cells }: VoxelSet, a: number, b: number): number {
  return Math.hypot(
    cells[3 * a] - cells[3 * b],
    cells[3 * a + 1] - cells[3 * b + 1],
    cells[3 * a + 2] - cells[3 * b + 2],
  )
}

/** The ways along the branches from a voxel: how long they are, and what lies on them. */
function waysAlong({ cells }: VoxelSet, branches: readonly Int32Array[]) {
  const index = new Map<number, number>()
  for (const branch of branches) for (const v of branch) if (!index.has(v)) index.set(v, index.size)
  const voxelAt = [...index.keys()]
  const points = Float64Array.from(voxelAt.flatMap((v) => [...cells.subarray(3 * v, 3 * v + 3)]))
  const at = (v: number): number => index.get(v) ?? 0
  const lines = branches.flatMap((branch) =>
    Array.from(branch.subarray(1), (v, t) => [at(branch[t]), at(v)]).flat(),
  )
  const graph = pointGraph(points, lines)
  return (from: number) => {
    const reach = reachFrom(graph, at(from))
    return {
      to: (v: number): number => reach.distances[at(v)],
      on: (v: number, share: number): number => {
        const way = pathBack(reach, at(v))
        return voxelAt[way[Math.round(share * (way.length - 1))]]
      },
    }
  }
}
