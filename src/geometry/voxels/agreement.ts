// How well a volume agrees with the true one, voxel by voxel.

/** Voxels by what was found and what is true, and the shares that follow. */
export interface VoxelAgreement {
  readonly truePositives: number
  readonly falsePositives: number
  readonly falseNegatives: number
  readonly trueNegatives: number
  /** Share of what was found that is true; 0 if nothing was found. */
  readonly precision: number
  /** Share of what is true that was found; 0 if nothing is. */
  readonly recall: number
  /** The harmonic mean of both (van Rijsbergen, 1979). */
  readonly fScore: number
  /** What is in both over what is in either (Jaccard, 1912). */
  readonly intersectionOverUnion: number
}

/**
 * Counts voxels that stand (> 0.5) in both, in one and in none of two volumes.
 *
 * @param predicted values of one grid, in any order
 * @param truth     values of the same grid in the same order
 * @throws RangeError if they differ in length
 */
export function voxelAgreement(
  predicted: ArrayLike<number>,
  truth: ArrayLike<number>,
): VoxelAgreement {
  if (predicted.length !== truth.length)
    throw new RangeError(`${predicted.length} voxels cannot be compared with ${truth.length}`)
  let [both, found, real] = [0, 0, 0]
  for (let i = 0; i < truth.length; i++) {
    const isFound = predicted[i] > 0.5
    const isReal = truth[i] > 0.5
    if (isFound) found++
    if (isReal) real++
    if (isFound && isReal) both++
  }
  const share = (part: number, whole: number): number => (whole === 0 ? 0 : part / whole)
  const either = found + real - both
  return {
    truePositives: both,
    falsePositives: found - both,
    falseNegatives: real - both,
    trueNegatives: truth.length - either,
    precision: share(both, found),
    recall: share(both, real),
    fScore: share(2 * both, found + real),
    intersectionOverUnion: share(both, either),
  }
}
