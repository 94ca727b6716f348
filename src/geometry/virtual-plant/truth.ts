// What is true of a virtual plant: what a perfect measurement of it would find.
import { across, cross, dot, type Vec3 } from '../linear.ts'
import { combined, unitByDivision } from './vector.ts'

/** A lateral organ where it leaves the main stem. */
export interface Insertion {
  readonly kind: 'silique' | 'branch'
  /** On the stem's axis, in mm. */
  readonly point: Vec3
  /** Unit direction of the stem there, base to tip. */
  readonly stem: Vec3
  /** Unit direction in which the organ leaves the stem. */
  readonly direction: Vec3
  /** Arc length from the stem's base, in mm. */
  readonly height: number
}

/** The phyllotaxis of the main stem, from its base to its tip, and what it was found on. */
export interface PlantTruth {
  /** Between successive organs, in degrees, 0 … 360, counter-clockwise seen from the tip. */
  readonly angles: readonly number[]
  /** Between successive organs along the stem's axis, in mm. */
  readonly internodes: readonly number[]
  readonly organs: readonly Insertion[]
  /** The main stem's axis from the ground to its tip, in mm. */
  readonly axis: readonly Vec3[]
}

/** Measures what lies between successive organs of a stem. */
export function measured(organs: readonly Insertion[], axis: readonly Vec3[]): PlantTruth {
  const angles = organs.slice(1).map((organ, i) => divergenceAngle(organs[i], organ))
  const internodes = organs.slice(1).map((organ, i) => organ.height - organs[i].height)
  return { angles, internodes, organs, axis }
}

/**
 * The angle from an organ to the next: atan2((d × d′)·s, d·d′), with d and d′ their directions in
 * the planes normal to the stem where each leaves it, and s the stem's mean direction at the two.
 *
 * Each in its own plane: in a common one, an organ at 45° to a stem that turns by δ up to the next
 * would seem to stand up to δ / 2 aside.
 */
function divergenceAngle(organ: Insertion, next: Insertion): number {
  const s = unitByDivision(combined([1, organ.stem], [1, next.stem]))
  const d = unitByDivision(across(across(organ.direction, organ.stem), s))
  const e = unitByDivision(across(across(next.direction, next.stem), s))
  const angle = (Math.atan2(dot(cross(d, e), s), dot(d, e)) * 180) / Math.PI
  return angle < 0 ? angle + 360 : angle
}
