// The marks of a plot's series.
import { circle, group, polyline, rectangle, titled, type SvgElement } from '../svg.ts'
import type { Series } from './plot.ts'
import type { Scale } from './scale.ts'

/** Source: Okabe & Ito, Color Universal Design, 2008; without yellow, which is faint on white. */
const palette = ['#0072b2', '#d55e00', '#009e73', '#cc79a7', '#56b4e9', '#e69f00', '#000000']
/** The colour of axes and letters. */
export const ink = '#333333'

/** The colour that a series names, or its place in the palette. */
export const colorOf = (series: Series, i: number): string =>
  series.color ?? palette[i % palette.length] ?? ink

/** The series as one group. */
export function drawSeries(series: Series, color: string, x: Scale, y: Scale): SvgElement {
  const { as, xy, label = '' } = series
  const isShown = ([a, b]: readonly [number, number]): boolean =>
    x.holds(a) && (as === 'bars' ? Number.isFinite(b) : y.holds(b))
  if (as === 'line') {
    const style = {
      stroke: color,
      'stroke-width': 1.5,
      'stroke-dasharray': series.dashed ? '5 4' : undefined,
    }
    const pieces = runsOf(xy, isShown).map((run) =>
      polyline(
        run.map(([a, b]) => [x.at(a), y.at(b)] as const),
        style,
      ),
    )
    return group({}, pieces)
  }
  const shapes = xy.filter(isShown).map(([a, b]) => {
    const tip = `${label === '' ? '' : `${label}: `}${fiveDigits(a)}, ${fiveDigits(b)}`
    if (as === 'points') return titled(circle(x.at(a), y.at(b), 3.5), tip)
    const half = 0.4 * Math.abs(x.at(1) - x.at(0))
    const [value, zero] = [y.at(y.clamped(b)), y.at(y.clamped(0))]
    const [top, foot] = [Math.min(value, zero), Math.max(value, zero)]
    return titled(
      rectangle(x.at(a) - half, top, 2 * half, foot - top, { 'fill-opacity': 0.75 }),
      tip,
    )
  })
  return group({ fill: color }, shapes)
}

const fiveDigits = (value: number): number => Number(value.toPrecision(5))

/** The stretches between items that are left out. */
function runsOf<T>(items: readonly T[], isShown: (item: T) => boolean): T[][] {
  const runs: T[][] = [[]]
  for (const item of items)
    if (isShown(item)) runs.at(-1)?.push(item)
    else runs.push([])
  return runs.filter((run) => run.length > 0)
}
