// From an oriented point cloud to the closed surface through it.
import { boundsOf } from '../linear.ts'
import { NeighbourTree } from '../neighbours.ts'
import type { Effort } from '../parallel.ts'
import { fillInside } from './inside.ts'
import type { TriangleMesh } from './mesh.ts'
import { fitDistanceField, type LocalFrame, type OrientedCloud } from './moving-least-squares.ts'
import { polygonise } from './polygonise.ts'
import { withoutCavities } from './select.ts'

/** Grid cells per distance between points: finer, so that a stem one distance thick holds nodes. */
const cellOfSpacing = 0.75
/** A point has a say up to this many distances between points away. */
const supportOfSpacing = 2
/** Nodes farther than this from all points get no value: extrapolated ones would be guesses. */
const reachOfSpacing = 1.6
/** Empty nodes around the points: a block, as the surface must not reach the grid's end. */
const padding = 16
/** The grid counts nodes up to 2^17 along each axis. */
const mostNodes = 2 ** 17

/**
 * A closed, oriented, manifold surface through points with outward normals.
 *
 * @param spacing distance between neighbouring points, such as the size of the voxels they come
 *                from; absent: measured. Details finer than half of it are lost.
 * @returns triangles that face outward; bodies only: no walls of cavities, no inner shells; none of
 *          no point
 * @throws RangeError when the points are too far apart for the spacing, or there are fewer than two
 *         places to measure it by
 * Cost: linear in the number of points.
 */
export async function surfaceThroughPoints(
  cloud: OrientedCloud,
  spacing?: number,
  effort: Effort = {},
): Promise<TriangleMesh> {
  const distance = spacing ?? measureSpacing(cloud.points)
  const cell = cellOfSpacing * distance
  const frame = frameAround(cloud.points, cell)
  const cells = (spacings: number): number => spacings / cellOfSpacing
  const [support, reach] = [cells(supportOfSpacing), cells(reachOfSpacing)]
  const field = await fitDistanceField(cloud, frame, support, reach, effort)
  fillInside(cloud, distance, field, frame)
  return withoutCavities(polygonise({ ...field, far: reach }, frame))
}

/**
 * The distance between neighbouring points: on an even surface, k neighbours lie within
 * √(k/π) times that distance. The median over some 2000 points, evenly among their numbers.
 *
 * @throws RangeError when there are fewer than two points, or most of them coincide
 */
export function measureSpacing(points: Float64Array): number {
  const tree = new NeighbourTree(points)
  if (tree.size < 2) throw new RangeError('fewer than two points: no distance between them')
  const wanted = Math.min(7, tree.size)
  const numbers: number[] = []
  const squares: number[] = []
  const found: number[] = []
  const step = Math.max(1, Math.floor(tree.size / 2000))
  for (let i = 0; i < tree.size; i += step) {
    tree.nearestFew(points[3 * i], points[3 * i + 1], points[3 * i + 2], wanted, numbers, squares)
    found.push(Math.sqrt((squares[wanted - 1] * Math.PI) / (wanted - 1)))
  }
  found.sort((a, b) => a - b)
  const median = found[found.length >> 1]
  if (!(median > 0)) throw new RangeError('the points coincide: no distance between them')
  return median
}

function frameAround(points: Float64Array, cell: number): LocalFrame {
  const { min, max } = boundsOf(points)
  const nodesAlong = (d: number): number => Math.ceil((max[d] - min[d]) / cell) + 2 * padding
  const nodes = [nodesAlong(0), nodesAlong(1), nodesAlong(2)] as const
  if (!(Math.max(...nodes) < mostNodes))
    throw new RangeError(`points ${Math.max(...nodes)} cells apart: is the spacing right?`)
  const [x, y, z] = min.map((value) => value - padding * cell)
  return { origin: [x, y, z], cell, nodes }
}
