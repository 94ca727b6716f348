// Names beside points: each has a place of its own, with a line to its point where that is not near.
import { line, text, type SvgElement } from '../svg.ts'
import type { Series } from './plot.ts'
import type { Frame, Scale } from './scale.ts'
import { colorOf } from './series.ts'

/** In pixels; digits of this font are about 0.56 of its size wide. */
const fontSize = 10
const letterWidth = 5.8
/** How far off its point a name may stand, in pixels: a minor one, any other. */
const reachOf = { minor: 10, other: 72 } as const
/** Beyond this, in pixels, a line leads to the point. */
const nearPoint = 10
/** Round the point: right above first, as people write. */
const directions = [-45, 45, -135, 135, -90, 0, 180, 90, -20, 20, -160, 160, -70, -110, 70, 110]

interface Name {
  readonly text: string
  readonly x: number
  readonly y: number
  readonly color: string
  readonly isMinor: boolean
}

interface LabelBox {
  readonly left: number
  readonly right: number
  readonly top: number
  readonly bottom: number
}

/** The names of all series of a plot; minor ones take what room the others leave. */
export function drawNames(
  series: readonly Series[],
  x: Scale,
  y: Scale,
  frame: Frame,
): SvgElement[] {
  const names = series.flatMap((one, i) => seriesNames(one, colorOf(one, i), x, y))
  const marks = series.flatMap((one) => obstaclesOf(one, x, y))
  const taken: LabelBox[] = []
  return [
    ...names.filter(({ isMinor }) => !isMinor),
    ...names.filter(({ isMinor }) => isMinor),
  ].flatMap((name) => {
    const box = labelPlace(name, taken, marks, frame)
    if (!box) return []
    taken.push(box)
    return drawName(name, box)
  })
}

function seriesNames(series: Series, color: string, x: Scale, y: Scale): Name[] {
  const { as, xy, names = [], areNamesMinor: isMinor = false } = series
  return xy.flatMap(([a, b], i) => {
    const isShown = x.holds(a) && (as === 'bars' ? Number.isFinite(b) : y.holds(b))
    if (!isShown || !names[i]) return []
    return [{ text: names[i], x: x.at(a), y: y.at(y.clamped(b)), color, isMinor }]
  })
}

/** The dots of a series, and its lines as rows of small ones. */
function obstaclesOf({ as, xy }: Series, x: Scale, y: Scale): LabelBox[] {
  if (as === 'bars') return []
  const at = xy.flatMap(([a, b]) => (x.holds(a) && y.holds(b) ? [{ x: x.at(a), y: y.at(b) }] : []))
  if (as === 'points') return at.map((point) => squareAround(point, 4))
  return at.slice(1).flatMap((to, i) => {
    const from = at[i]
    const steps = Math.max(1, Math.ceil(Math.hypot(to.x - from.x, to.y - from.y) / 3))
    return Array.from({ length: steps + 1 }, (_, k) => {
      const share = k / steps
      const point = {
        x: from.x + share * (to.x - from.x),
        y: from.y + share * (to.y - from.y),
      }
      return squareAround(point, 1)
    })
  })
}

const squareAround = (
  { x, y }: { readonly x: number; readonly y: number },
  half: number,
): LabelBox => ({
  left: x - half,
  right: x + half,
  top: y - half,
  bottom: y + half,
})

/** The nearest place that is free of names, and of marks if there is one; else undefined. */
function labelPlace(
  name: Name,
  taken: readonly LabelBox[],
  marks: readonly LabelBox[],
  frame: Frame,
): LabelBox | undefined {
  const clear = freePlace(name, [...taken, ...marks], frame)
  return clear ?? (name.isMinor ? undefined : freePlace(name, taken, frame)) ?? lastPlace(name)
}

/** It is better read on another one than not at all. */
const lastPlace = (name: Name): LabelBox | undefined =>
  name.isMinor ? undefined : boxAt(name, 7, -Math.PI / 4)

function freePlace(name: Name, taken: readonly LabelBox[], frame: Frame): LabelBox | undefined {
  const farthest = name.isMinor ? reachOf.minor : reachOf.other
  for (let radius = 7; radius <= farthest; radius += 5) {
    for (const direction of directions) {
      const box = boxAt(name, radius, (direction * Math.PI) / 180)
      if (isWithin(box, frame) && !taken.some((other) => boxesOverlap(box, other))) return box
    }
  }
  return undefined
}

/** About the point of the box that is nearest to the named point. */
function boxAt({ text: { length }, x, y }: Name, radius: number, angle: number): LabelBox {
  const [half, rise] = [(letterWidth * length) / 2, fontSize / 2]
  const middle = {
    x: x + (radius + half - 3) * Math.cos(angle),
    y: y + (radius + rise - 4) * Math.sin(angle),
  }
  return {
    left: middle.x - half,
    right: middle.x + half,
    top: middle.y - rise,
    bottom: middle.y + rise,
  }
}

const isWithin = (box: LabelBox, { left, right, top, bottom }: Frame): boolean =>
  box.left >= left && box.right <= right && box.top >= top && box.bottom <= bottom

const boxesOverlap = (a: LabelBox, b: LabelBox): boolean =>
  a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom

function drawName({ text: content, x, y, color }: Name, box: LabelBox): SvgElement[] {
  const label = text(box.left, box.bottom - 1, content, { 'font-size': fontSize, fill: color })
  const to = {
    x: Math.min(box.right, Math.max(box.left, x)),
    y: Math.min(box.bottom, Math.max(box.top, y)),
  }
  if (Math.hypot(to.x - x, to.y - y) <= nearPoint) return [label]
  return [line(x, y, to.x, to.y, { stroke: color, 'stroke-width': 0.5, opacity: 0.6 }), label]
}
