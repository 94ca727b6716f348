// The legend of a plot: beside its title where there is room, else in rows below it.
import { circle, line, rectangle, text, type SvgElement } from '../svg.ts'
import type { Plot, Series } from './plot.ts'
import { colorOf, ink } from './series.ts'

/** About the width of the font's letters, in pixels; bold ones are wider. */
const letter = { plain: 6.6, bold: 7.3 } as const
const markWidth = 24
const gap = 10
/** The height of a row, in pixels. */
export const legendRow = 18

interface LegendEntry extends Pick<Series, 'as' | 'dashed'> {
  readonly label: string
  readonly color: string
  readonly width: number
}

/** A legend with its place: `rows` below the title; 0: beside it. */
export interface Legend {
  readonly rows: number
  readonly shapes: readonly SvgElement[]
}

/** @param left to `right`: where the plot's frame lies, in pixels */
export function legendOf({ series, title = '' }: Plot, left: number, right: number): Legend {
  const entries = legendEntries(series)
  const total = entries.reduce((sum, { width }) => sum + width + gap, 0)
  if (right - total > left + letter.bold * title.length)
    return { rows: 0, shapes: drawEntries(entries, right - total + gap, 20) }
  const rows: LegendEntry[][] = [[]]
  let at = left
  for (const entry of entries) {
    if (at + entry.width > right && at > left) {
      rows.push([])
      at = left
    }
    rows.at(-1)?.push(entry)
    at += entry.width + gap
  }
  const shapes = rows.flatMap((row, i) => drawEntries(row, left, 20 + (i + 1) * legendRow))
  return { rows: rows.length, shapes }
}

/** Each label once, in the order of the series. */
function legendEntries(series: readonly Series[]): LegendEntry[] {
  const entries = new Map<string, LegendEntry>()
  series.forEach((one, i) => {
    const { label, as, dashed = false } = one
    if (label === undefined || entries.has(label)) return
    const width = markWidth + letter.plain * label.length
    entries.set(label, { label, as, dashed, color: colorOf(one, i), width })
  })
  return [...entries.values()]
}

/** From `left` on, with the foot of the letters at `y`. */
function drawEntries(entries: readonly LegendEntry[], left: number, y: number): SvgElement[] {
  let x = left
  return entries.flatMap((entry) => {
    const start = x
    x += entry.width + gap
    return [legendMark(entry, start, y - 4), text(start + 20, y, entry.label, { fill: ink })]
  })
}

function legendMark({ as, color, dashed }: LegendEntry, x: number, y: number): SvgElement {
  if (as === 'points') return circle(x + 8, y, 3.5, { fill: color })
  if (as === 'bars') return rectangle(x + 3, y - 5, 10, 10, { fill: color, 'fill-opacity': 0.75 })
  return line(x, y, x + 16, y, {
    stroke: color,
    'stroke-width': 1.5,
    'stroke-dasharray': dashed ? '5 4' : undefined,
  })
}
