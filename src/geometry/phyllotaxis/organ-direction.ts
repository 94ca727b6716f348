// Which way an organ leaves the stem, told by points of it farther out.
import { distance, scale, subtract, unit, type Vec3 } from '../linear.ts'
import { addEquation, solved } from '../normal-equations.ts'
import { arcLengths } from '../skeleton/smoothed-curve.ts'

/**
 * How far an organ turns from its insertion to its tip, sd, in radians: those of the plant that ROMI
 * scanned turn by about 15° to the side. Less makes straight organs surer, more bent ones.
 */
const TURN = 0.25
/** How far a skeleton is off the middle of an organ, sd, in steps from point to point, … */
const NOISE = 0.4
/** … along so many steps in one way, … */
const NOISE_LENGTH = 3
/** … and how far the stem's axis is off at the insertion, sd, in such steps. */
const AXIS_NOISE = 0.3

/**
 * The unit direction of an organ at its insertion, from which it bends evenly: its points are
 *
 *     insertion + offset + s · direction + s² / 2 · curvature + noise
 *
 * of which direction is free, and offset and curvature are drawn about 0 with the deviations above
 * (best linear unbiased prediction: Henderson, 1975). So an organ counts as bent as far as its points
 * are surer than that it is straight: coarse voxels tell little of a bend. On generated plants that
 * turn as a scanned one does, the mean of the directions to the points errs by a third more; on
 * straight ones it errs by a fourteenth less.
 *
 * @param base    points of the organ, from the stem out, none at the insertion; one at least
 * @param length  of the whole organ: longer ones bend less, millimetre by millimetre
 * @param step    from point to point of the skeleton, about the size of a voxel
 */
export function directionAtInsertion(
  base: readonly Vec3[],
  insertion: Vec3,
  { length, step }: { readonly length: number; readonly step: number },
): Vec3 {
  if (base.length < 2) return unit(subtract(base[0], insertion))
  const first = distance(base[0], insertion)
  const s = arcLengths(base).map((along) => (first + along) / step)
  const certainty = certainties(s)
  const normal = new Float64Array(9)
  const right = [new Float64Array(3), new Float64Array(3), new Float64Array(3)]
  base.forEach((p, i) => {
    const away = scale(subtract(p, insertion), 1 / step)
    addEquation(normal, right, [s[i], s[i] ** 2 / 2, 1], away, certainty[i])
  })
  normal[4] += (length / (step * TURN)) ** 2
  normal[8] += AXIS_NOISE ** -2
  const [x, y, z] = right.map((b) => solved(normal.slice(), b)[0])
  return unit([x, y, z])
}

/**
 * How sure the points of an organ are, as one over the variance of each in squared steps. They stand
 * for the length of organ between them; one where the organ is thicker than elsewhere is as much less
 * sure as its cross-section is wider, for there it has grown together with the stem or a leaf.
 *
 * @param s      the arc length at each, in steps
 * @param radii  at each, where they are to count
 */
export function certainties(s: readonly number[], radii?: readonly number[]): number[] {
  const usual = radii?.toSorted((a, b) => a - b)[radii.length >> 1] ?? 0
  return s.map((_, i) => {
    const share = (s[Math.min(i + 1, s.length - 1)] - s[Math.max(i - 1, 0)]) / 2
    const sure = radii && radii[i] > usual ? (usual / radii[i]) ** 2 : 1
    return (sure * share) / (NOISE_LENGTH * NOISE ** 2)
  })
}
