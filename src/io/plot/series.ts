// The marks of a plot's series, and the legend that names them.
import { circle, group, line, polyline, rectangle, text, titled, type SvgElement } from '../svg.ts'
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
  const { as, xy, names = [], label = '' } = series
  const isShown = ([a, b]: readonly [number, number]): boolean =>
    x.holds(a) && (as === 'bars' ? Number.isFinite(b) : y.holds(b))
  const labels = xy.flatMap((point, i) =>
    isShown(point) && names[i]
      ? [
          text(x.at(point[0]) + 5, y.at(y.clamped(point[1])) - 5, names[i], {
            'font-size': 10,
            fill: color,
          }),
        ]
      : [],
  )
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
    return group({}, [...pieces, ...labels])
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
  return group({ fill: color }, [...shapes, ...labels])
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

/** One line, right of the title, in the order of the series. */
export function drawLegend(series: readonly Series[], right: number): SvgElement[] {
  let end = right
  return series
    .flatMap((one, i) =>
      one.label === undefined
        ? []
        : [{ label: one.label, as: one.as, color: colorOf(one, i), dashed: one.dashed }],
    )
    .reverse()
    .flatMap(({ label, as, color, dashed }) => {
      const start = end - 7 * label.length - 24 // about the width of the font's letters
      end = start - 8
      const mark =
        as === 'points'
          ? circle(start + 8, 16, 3.5, { fill: color })
          : as === 'bars'
            ? rectangle(start + 3, 11, 10, 10, { fill: color, 'fill-opacity': 0.75 })
            : line(start, 16, start + 16, 16, {
                stroke: color,
                'stroke-width': 1.5,
                'stroke-dasharray': dashed ? '5 4' : undefined,
              })
      return [mark, text(start + 20, 20, label, { fill: ink })]
    })
}
