// Plots of results: linear axes, points, lines and bars, a legend; drawn by the SVG builder.
import { line, translated, rectangle, text, type Svg, type SvgElement } from '../svg.ts'
import { legendOf, legendRow } from './legend.ts'
import { drawNames } from './names.ts'
import type { Plot } from './plot.ts'
import { scalesOf, type Frame, type Scale } from './scale.ts'
import { colorOf, drawSeries, ink } from './series.ts'

export type { Axis, Plot, Series } from './plot.ts'

const margin = { left: 64, right: 16, top: 36, bottom: 46 }
const faint = '#dddddd'

/**
 * Plots below one another in one picture; those of a list stand side by side.
 * @param heading lines of text above them, the first of them large
 */
export function drawPlots(
  rows: readonly (Plot | readonly Plot[])[],
  heading: readonly string[] = [],
): Svg {
  const shapes = heading.map((words, i) =>
    i === 0
      ? text(margin.left, 28, words, { 'font-size': 16, 'font-weight': 'bold', fill: ink })
      : text(margin.left, 30 + 18 * i, words, { fill: ink }),
  )
  let [width, height] = [0, heading.length === 0 ? 0 : 24 + 18 * heading.length]
  for (const row of rows) {
    const plots = 'series' in row ? [row] : row
    let left = 0
    for (const plot of plots) {
      shapes.push(translated(left, height, drawPlot(plot)))
      left += sizeOf(plot).width
    }
    width = Math.max(width, left)
    height += Math.max(0, ...plots.map((plot) => sizeOf(plot).height))
  }
  return { width, height, shapes }
}

const sizeOf = ({ width = 720, height = 320 }: Plot) => ({ width, height })

function drawPlot(plot: Plot): SvgElement[] {
  const { width, height } = sizeOf(plot)
  const legend = legendOf(plot, margin.left, width - margin.right)
  const frame = {
    left: margin.left,
    right: width - margin.right,
    top: margin.top + legendRow * legend.rows,
    bottom: height - margin.bottom,
  }
  const { left, right, top, bottom } = frame
  const [x, y] = scalesOf(plot, frame)
  return [
    ...drawGrid(x, y, frame),
    ...plot.series.map((series, i) => drawSeries(series, colorOf(series, i), x, y)),
    ...drawNames(plot.series, x, y, frame),
    text((left + right) / 2, height - 10, plot.x.label, {
      'text-anchor': 'middle',
      fill: ink,
    }),
    text(0, 0, plot.y.label, {
      'text-anchor': 'middle',
      fill: ink,
      transform: `translate(16 ${(top + bottom) / 2}) rotate(-90)`,
    }),
    ...(plot.title === undefined
      ? []
      : [text(left, 20, plot.title, { 'font-weight': 'bold', fill: ink })]),
    ...legend.shapes,
  ]
}

function drawGrid(x: Scale, y: Scale, { left, right, top, bottom }: Frame): SvgElement[] {
  const grid = { stroke: faint, 'stroke-width': 1 }
  const xTicks = x.ticks.values.flatMap((value, i) => [
    line(x.at(value), top, x.at(value), bottom, grid),
    text(x.at(value), bottom + 16, x.ticks.labels[i] ?? '', { 'text-anchor': 'middle', fill: ink }),
  ])
  const yTicks = y.ticks.values.flatMap((value, i) => [
    line(left, y.at(value), right, y.at(value), grid),
    text(left - 6, y.at(value) + 4, y.ticks.labels[i] ?? '', {
      'text-anchor': 'end',
      fill: ink,
    }),
  ])
  const frame = { fill: 'none', stroke: ink, 'stroke-width': 1 }
  return [...xTicks, ...yTicks, rectangle(left, top, right - left, bottom - top, frame)]
}
