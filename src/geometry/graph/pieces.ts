// The pieces of a graph: points that lines join.
import type { PointGraph } from './forest.ts'

/**
 * The points of the piece with the largest length of lines, in ascending order; none if no line
 * has a length. Among equals it is the one with the first point.
 */
export function largestPiece({ count, starts, targets, lengths }: PointGraph): number[] {
  const seen = new Uint8Array(count)
  let best: number[] = []
  let most = 0
  for (let first = 0; first < count; first++) {
    if (seen[first]) continue
    seen[first] = 1
    const piece = [first]
    let total = 0
    for (const v of piece)
      for (let e = starts[v]; e < starts[v + 1]; e++) {
        total += lengths[e]
        if (seen[targets[e]]) continue
        seen[targets[e]] = 1
        piece.push(targets[e])
      }
    if (total > most) [best, most] = [piece, total]
  }
  return best.sort((a, b) => a - b)
}
