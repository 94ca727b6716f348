// From the numbers of a plot to pixels.
import type { Axis, Plot } from './plot.ts'
import { niceTicks, type Ticks } from './ticks.ts'

/** Where the frame lies in the picture, in pixels. */
export interface Frame {
  readonly left: number
  readonly right: number
  readonly top: number
  readonly bottom: number
}

/** One axis of a plot. */
export interface Scale {
  readonly ticks: Ticks
  /** From the unit of the axis to pixels. */
  at(value: number): number
  /** True of what lies in the range shown. */
  holds(value: number): boolean
  /** The nearest value of the range shown. */
  clamped(value: number): number
}

/** Horizontal and vertical. */
export function scalesOf({ x, y, series, isMap }: Plot, frame: Frame): [x: Scale, y: Scale] {
  const { left, right, top, bottom } = frame
  const bars = series.filter(({ as }) => as === 'bars')
  const values = (c: 0 | 1): number[] => series.flatMap(({ xy }) => xy.map((point) => point[c]))
  let [xMin, xMax] = axisRange(x, values(0), bars.length > 0 ? 0.5 : 0)
  // bars grow from 0
  let [yMin, yMax] = axisRange(y, bars.length > 0 ? [0, ...values(1)] : values(1), 0)
  if (isMap) {
    const perPixel = Math.max((xMax - xMin) / (right - left), (yMax - yMin) / (bottom - top))
    ;[xMin, xMax] = widened(xMin, xMax, perPixel * (right - left))
    ;[yMin, yMax] = widened(yMin, yMax, perPixel * (bottom - top))
  }
  const scale = (axis: Axis, min: number, max: number, from: number, to: number): Scale => ({
    ticks: niceTicks(
      min,
      max,
      Math.abs(to - from) / (axis === x ? 80 : 40),
      axis.ticks,
      axis.isCount,
    ),
    at: (value) => from + ((value - min) / (max - min)) * (to - from),
    holds: (value) => value >= min && value <= max,
    clamped: (value) => Math.min(max, Math.max(min, value)),
  })
  return [scale(x, xMin, xMax, left, right), scale(y, yMin, yMax, bottom, top)]
}

/** What the axis says, otherwise the data's range with a little air about it. */
function axisRange(axis: Axis, values: readonly number[], atLeast: number): [number, number] {
  let [low, high] = [Infinity, -Infinity]
  for (const value of values)
    if (Number.isFinite(value)) [low, high] = [Math.min(low, value), Math.max(high, value)]
  if (low > high) [low, high] = [0, 1]
  const air = Math.max(0.04 * (high - low), atLeast, low === high ? 0.5 : 0)
  const min = axis.min ?? (low === 0 && atLeast === 0 ? 0 : low - air)
  const max = axis.max ?? high + air
  return min < max ? [min, max] : [min, min + 1]
}

function widened(min: number, max: number, length: number): [number, number] {
  const middle = (min + max) / 2
  return [middle - length / 2, middle + length / 2]
}
