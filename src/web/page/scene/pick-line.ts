// Which of some lines on the screen a pointer means: the nearest one, and of equally near ones that in front.

/** A point of a line on the screen: in CSS pixels, with its depth, larger further away. */
export type ScreenPoint = readonly [x: number, y: number, depth: number]

/** @param lines each as its points; undefined where a point cannot be seen */
export function nearestLine(
  lines: readonly (readonly (ScreenPoint | undefined)[])[],
  [x, y]: readonly [number, number],
  reach: number,
): number | undefined {
  let best: { readonly line: number; readonly away: number; readonly depth: number } | undefined
  for (const [line, points] of lines.entries()) {
    for (let i = 0; i < points.length; i++) {
      const near = nearestOf(points[Math.max(0, i - 1)], points[i], x, y)
      if (!near || near.away > reach) continue
      if (!best || isNearerHit(near, best)) best = { line, ...near }
    }
  }
  return best?.line
}

/** Within this many pixels two lines are equally near: a hand is not stiller. */
const asNear = 2

function isNearerHit(
  a: { readonly away: number; readonly depth: number },
  b: { readonly away: number; readonly depth: number },
): boolean {
  return Math.abs(a.away - b.away) > asNear ? a.away < b.away : a.depth < b.depth
}

/** The point between `a` and `b` that lies nearest to a pixel. */
function nearestOf(a: ScreenPoint | undefined, b: ScreenPoint | undefined, x: number, y: number) {
  if (!a || !b) return undefined
  const [dx, dy] = [b[0] - a[0], b[1] - a[1]]
  const squared = dx * dx + dy * dy
  const along = squared === 0 ? 0 : ((x - a[0]) * dx + (y - a[1]) * dy) / squared
  const t = Math.min(1, Math.max(0, along))
  return {
    away: Math.hypot(a[0] + t * dx - x, a[1] + t * dy - y),
    depth: a[2] + t * (b[2] - a[2]),
  }
}
