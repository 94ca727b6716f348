// Motion across a skeleton, as against along it.
import type { CurveSkeleton } from '../skeleton/curve-skeleton.ts'

/**
 * Takes from each target the part that lies along the skeleton: points would gather where the cloud
 * is dense, and ends would draw back.
 *
 * The direction along the skeleton is that from the neighbour on one side to the one on the other;
 * where it forks, all the way is across, and where a point stands alone, nothing is taken.
 */
export function withoutSliding(
  { lines }: CurveSkeleton,
  places: Float64Array,
  targets: Float64Array,
): Float64Array {
  const count = places.length / 3
  const degree = new Uint32Array(count)
  const direction = new Float64Array(3 * count)
  for (let i = 0; i < lines.length; i++) {
    const here = lines[i]
    const there = lines[i ^ 1]
    const sign = degree[here]++ === 0 ? 1 : -1
    for (let d = 0; d < 3; d++)
      direction[3 * here + d] += sign * (places[3 * there + d] - places[3 * here + d])
  }
  const kept = targets.slice()
  for (let i = 0; i < count; i++) {
    if (degree[i] === 0 || degree[i] > 2) continue
    let length = 0
    let way = 0
    for (let d = 3 * i; d < 3 * i + 3; d++) {
      length += direction[d] * direction[d]
      way += direction[d] * (targets[d] - places[d])
    }
    if (length === 0) continue
    for (let d = 3 * i; d < 3 * i + 3; d++) kept[d] -= (way / length) * direction[d]
  }
  return kept
}
