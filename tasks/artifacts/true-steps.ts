// True steps from organ to organ, and the unit of their angles.

export type AngleUnit = 'degree' | 'radian'

/** Angles and internodes from the base of the stem up. */
export interface TrueSteps {
  readonly angles: readonly number[]
  readonly internodes: readonly number[]
  /** The unit of the angles, where whoever wrote them says so. */
  readonly angleUnit?: AngleUnit
}

export const isStepList = (list: unknown): list is number[] =>
  Array.isArray(list) && list.every((item) => typeof item === 'number' && Number.isFinite(item))

/**
 * The unit of angles that do not say it: no angle in radians exceeds 2π, and a whole sequence in
 * degrees that does not would be a stem whose organs stand above one another.
 */
export function likelyUnit(angles: readonly number[]): AngleUnit {
  return angles.every((angle) => Math.abs(angle) <= 2 * Math.PI) ? 'radian' : 'degree'
}
