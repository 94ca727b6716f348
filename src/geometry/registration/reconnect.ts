// Joins points anew to a tree, by nearness.
import { pointGraph, spanningForest } from '../graph/forest.ts'
import { NeighbourTree } from '../neighbours.ts'
import type { PointGraph } from './curve-stiffness.ts'

/**
 * The lines of the shortest tree through the points that uses only lines from each point to its
 * nearest `wanted` others, and the lines that were there: so nothing comes apart that hung together.
 *
 * @returns two point numbers for each line, the lower first, in ascending order
 */
export function reconnected({ points, lines }: PointGraph, wanted = 4): Uint32Array {
  const tree = new NeighbourTree(points)
  const pairs = Array.from(lines)
  const numbers: number[] = []
  const squares: number[] = []
  for (let i = 0; i < tree.size; i++) {
    const [x, y, z] = points.subarray(3 * i, 3 * i + 3)
    const found = tree.nearestFew(x, y, z, wanted + 1, numbers, squares)
    for (const other of numbers.slice(0, found)) if (other !== i) pairs.push(i, other)
  }
  const forest = spanningForest(pointGraph(points, pairs))
  const kept: number[] = []
  for (let a = 0; a < forest.count; a++) {
    const targets = forest.targets.slice(forest.starts[a], forest.starts[a + 1]).sort()
    for (const b of targets) if (a < b) kept.push(a, b)
  }
  return Uint32Array.from(kept)
}
