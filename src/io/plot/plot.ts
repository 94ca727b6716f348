// What a plot is: axes, and series of points on them.

/** A linear axis. */
export interface Axis {
  readonly label: string
  /** The range shown; otherwise that of the data. */
  readonly min?: number
  readonly max?: number
  /** Where ticks stand; otherwise at round numbers. */
  readonly ticks?: readonly number[]
  /** Whether things are counted: ticks then stand at whole numbers. */
  readonly isCount?: boolean
}

/**
 * Points in one colour. Those that are not finite or out of the range shown are left out, and
 * interrupt a line. Bars stand on 0, are 0.8 wide, and end where the range does.
 */
export interface Series {
  readonly as: 'points' | 'line' | 'bars'
  readonly xy: readonly (readonly [x: number, y: number])[]
  /** For the legend, once for all series of that label; without it the series is not named there. */
  readonly label?: string
  /** Written beside each point, so that none lies on another; an empty one is not. */
  readonly names?: readonly string[]
  /** Names for which there is no room at their points are left out, instead of standing off. */
  readonly areNamesMinor?: boolean
  /** Otherwise the next of a palette that the colour-blind can tell apart. */
  readonly color?: string
  readonly dashed?: boolean
}

/** Axes and what is drawn on them. */
export interface Plot {
  readonly title?: string
  readonly x: Axis
  readonly y: Axis
  readonly series: readonly Series[]
  /** In pixels. */
  readonly width?: number
  readonly height?: number
  /** One unit is as long on both axes, as on a map. */
  readonly isMap?: boolean
}
