// Volumes of several labels: which voxels belong to one of them.
import { voxelCount, type Volume } from '../voxels/grid.ts'

/** When a voxel of the most likely label counts as one of it. */
export interface LabelRule {
  /** What the background is multiplied with before labels are compared. */
  readonly backgroundPrior: number
  /** If given: a value must exceed that of every other label times this. */
  readonly minContrast?: number
  /** If given: a value must exceed this. */
  readonly minScore?: number
}

/**
 * Marks the voxels whose most likely label is `label`: 1, the others 0.
 *
 * @param labels     volumes of one shape, one for each label
 * @param background which of them is the background, if any
 * @throws RangeError if the volumes differ in shape
 * Of several equal values the first label wins.
 */
export function voxelsOfLabel(
  labels: readonly Volume[],
  label: number,
  background: number | undefined,
  { backgroundPrior, minContrast, minScore }: LabelRule,
): Volume<Int8Array> {
  const own = labels[label]
  const count = voxelCount(own)
  if (labels.some(({ data }) => data.length !== count))
    throw new RangeError('volumes of labels must have one shape')
  const data = new Int8Array(count)
  const prior = (other: number): number => (other === background ? backgroundPrior : 1)
  for (let at = 0; at < count; at++) {
    const value = own.data[at] * prior(label)
    let isMost = true
    let rival = -Infinity
    for (let other = 0; other < labels.length && isMost; other++) {
      if (other === label) continue
      const its = labels[other].data[at] * prior(other)
      isMost = value > its || (value === its && label < other)
      if (its > rival) rival = its
    }
    if (!isMost) continue
    if (minContrast !== undefined && !(value > minContrast * rival)) continue
    if (minScore !== undefined && !(value > minScore)) continue
    data[at] = 1
  }
  return { shape: own.shape, origin: own.origin, spacing: own.spacing, data }
}
