// Which organs at the foot of the stem are leaves of the rosette.
import type { Place } from './one-place.ts'

/** So many organs within a window are leaves of the rosette. */
const CROWD = 4
/** That window, as a share of a typical organ. */
const CROWD_WINDOW = 0.3
/** The widest gap within a rosette, as a share of a typical organ. */
const ROSETTE_GAP = 0.5
/** A tip so far below its insertion, as a share of the organ, hangs. */
const DROOPING = -0.3

/**
 * How many places from the foot on lie in the rosette: up to the highest crowd of those that follow
 * one another closely, up to half the stem's length.
 *
 * @param places by height
 */
export function crowdedAtFoot(
  places: readonly Place[],
  stemLength: number,
  typical: number,
): number {
  let count = 0
  for (let i = 1; i < places.length; i++) {
    const { height } = places[i]
    if (height > 0.5 * stemLength || height - places[i - 1].height > ROSETTE_GAP * typical) break
    if (i + 1 >= CROWD && height - places[i + 1 - CROWD].height <= CROWD_WINDOW * typical)
      count = i + 1
  }
  return count
}

/**
 * How many places from the foot on are lone leaves: what hangs, and has nothing in its axil. Leaves
 * of the stem have a branch or a fruit there.
 *
 * @param places by height, above the crowd
 */
export function loneLeavesAtFoot(places: readonly Place[], stemLength: number): number {
  const first = places.findIndex(
    ({ organ, others, height }) =>
      height > 0.5 * stemLength || organ.shape.rise >= DROOPING || others.length > 0,
  )
  return first < 0 ? places.length : first
}
