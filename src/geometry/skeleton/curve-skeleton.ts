// What a skeleton is: points and the lines between them.

/** A centred one-dimensional skeleton, in the unit and axes of what it was made from. */
export interface CurveSkeleton {
  /** 3n coordinates. */
  readonly points: Float64Array
  /** 2m indices of points, one pair a line. */
  readonly lines: Uint32Array
  /** How thick the solid is about each point, where it is known: n radii. */
  readonly radii?: Float64Array
  /** How much of the solid is nearest to each point through the solid, where it is known: n volumes. */
  readonly volumes?: Float64Array
}
