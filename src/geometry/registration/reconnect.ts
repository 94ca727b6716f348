// Joins the pieces of a graph by nearness.
import { DisjointSets } from '../graph/disjoint-sets.ts'
import { edgesOf, pointGraph } from '../graph/forest.ts'
import { NeighbourTree } from '../neighbours.ts'
import type { CurveSkeleton } from '../skeleton/curve-skeleton.ts'

/**
 * The lines that were there, and the shortest that join what they leave apart: of those from each
 * point to its nearest `wanted` others. Points without any line get their shortest tree.
 *
 * Loops stay: where one is to be opened, only who knows the stem can tell.
 *
 * @returns two point numbers for each line, the lower first, in ascending order
 */
export function reconnected({ points, lines }: CurveSkeleton, wanted = 4): Uint32Array {
  const tree = new NeighbourTree(points)
  const near: number[] = []
  const numbers: number[] = []
  const squares: number[] = []
  for (let i = 0; i < tree.size; i++) {
    const [x, y, z] = points.subarray(3 * i, 3 * i + 3)
    const found = tree.nearestFew(x, y, z, wanted + 1, numbers, squares)
    for (const other of numbers.slice(0, found)) if (other !== i) near.push(i, other)
  }
  const given = edgesOf(pointGraph(points, lines))
  const pieces = new DisjointSets(tree.size)
  for (const { a, b } of given) pieces.join(a, b)
  const joins = edgesOf(pointGraph(points, near))
    .sort((p, q) => p.length - q.length)
    .filter(({ a, b }) => pieces.join(a, b))
  const all = [...given, ...joins].sort((p, q) => p.a - q.a || p.b - q.b)
  return Uint32Array.from(all.flatMap(({ a, b }) => [a, b]))
}
