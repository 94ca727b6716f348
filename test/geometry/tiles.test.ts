// Triangles drawn upon a picture, against each sample that is looked at by itself.
import { expect, test } from 'vitest'
import { random } from '../../src/geometry/random.ts'
import { drawUpon, type Film, type Surface } from '../../src/geometry/render/tiles.ts'
import type { ScreenTriangles } from '../../src/geometry/render/triangles.ts'

const draw = random(21)
const bytes = (length: number): Uint8Array => Uint8Array.from({ length }, () => draw.bits())
const copyOf = (film: Film): Film => ({
  ...film,
  rgb: film.rgb.slice(),
  background: film.background.slice(),
  planes: film.planes.map((plane) => plane.slice()),
})

/** Triangles of about `size` pixels, some beyond the picture; every second shares an edge with the one before. */
function anyTriangles(count: number, width: number, height: number, size: number): ScreenTriangles {
  const corners = new Float64Array(6 * count)
  const [right, down] = [width * SAMPLES * 256, height * SAMPLES * 256]
  const reach = size * SAMPLES * 256
  const near = (value: number): number => Math.round(value + (draw.uniform() - 0.5) * reach)
  for (let t = 0; t < count; t++) {
    const [x, y] = [draw.uniform() * right, draw.uniform() * down]
    // half of them on samples' centres, where edges decide whose they are
    const at = (value: number): number => (t % 4 < 2 ? Math.round(value / 128) * 128 : value)
    const of = [0, 1, 2].map(() => [at(near(x)), at(near(y))])
    if (t % 2 === 1) {
      of[0] = [corners[6 * t - 2], corners[6 * t - 1]]
      of[1] = [corners[6 * t - 4], corners[6 * t - 3]]
    }
    const [[x0, y0], [x1, y1], [x2, y2]] = of
    const turn = (x1 - x0) * (y2 - y0) - (y1 - y0) * (x2 - x0)
    if (turn === 0) of[2] = [of[0][0] + 1000, of[0][1] + 7]
    const isTurned =
      (of[1][0] - of[0][0]) * (of[2][1] - of[0][1]) > (of[1][1] - of[0][1]) * (of[2][0] - of[0][0])
    const order = isTurned ? of : [of[0], of[2], of[1]]
    corners.set(order.flat(), 6 * t)
  }
  return {
    count,
    corners,
    inverseDepths: Float64Array.from({ length: 3 * count }, () => 0.001 + draw.uniform()),
    sources: Uint32Array.from({ length: count }, (_, t) => count - 1 - t),
  }
}

const SAMPLES = 3

/** 1 / depth of a triangle at a sample; undefined where it is not. */
function depthAt(
  { corners: c, inverseDepths: d }: ScreenTriangles,
  t: number,
  x: number,
  y: number,
) {
  const p = [0, 2, 4].map((k) => [c[6 * t + k], c[6 * t + k + 1]])
  const sides = [0, 1, 2].map((k) => {
    const [[ax, ay], [bx, by]] = [p[(k + 1) % 3], p[(k + 2) % 3]]
    const side = (bx - ax) * (y - ay) - (by - ay) * (x - ax)
    const isOwn = ay > by || (ay === by && bx > ax)
    return side > 0 || (side === 0 && isOwn) ? side : -1
  })
  if (sides.some((side) => side < 0)) return undefined
  const area = sides[0] + sides[1] + sides[2]
  return [0, 1, 2].reduce((sum, k) => sum + (sides[k] / area) * d[3 * t + k], 0)
}

/** The formula: `drawUpon`, sample by sample. */
function drawSlowly(film: Film, triangles: ScreenTriangles, surface: Surface): void {
  const { width, rgb, background, planes } = film
  background.forEach((_, pixel) => {
    const sums = [0, 0, 0]
    const counts = planes.map(() => 0)
    let open = SAMPLES * SAMPLES
    for (let k = 0; k < SAMPLES * SAMPLES; k++) {
      const x = ((pixel % width) * SAMPLES + (k % SAMPLES) + 0.5) * 256
      const y = (Math.floor(pixel / width) * SAMPLES + Math.floor(k / SAMPLES) + 0.5) * 256
      let [nearest, found] = [0, -1]
      for (let t = 0; t < triangles.count; t++) {
        const depth = depthAt(triangles, t, x, y) ?? 0
        if (depth > nearest) [nearest, found] = [depth, t]
      }
      if (found < 0) continue
      open--
      const source = triangles.sources[found]
      for (let c = 0; c < 3; c++) sums[c] += surface.colours[3 * source + c]
      if (planes.length > 0) counts[surface.labels[source]]++
    }
    const perPixel = SAMPLES * SAMPLES
    if (open === perPixel) return
    for (let c = 0; c < 3; c++)
      rgb[3 * pixel + c] = Math.round((sums[c] + open * rgb[3 * pixel + c]) / perPixel)
    background[pixel] = Math.round((255 * open) / perPixel)
    counts.forEach((count, k) => {
      if (count > 0) planes[k][pixel] = Math.round((255 * count) / perPixel)
    })
  })
}

test.each([
  [70, 45, 40, 12, 3],
  [64, 33, 200, 5, 2],
  [31, 90, 12, 150, 0],
  [1, 1, 3, 4, 1],
  [40, 40, 0, 4, 1],
])(
  'on %d × %d pixels, %d triangles of %d pixels and %d labels are drawn as their formula says',
  (width, height, count, size, labels) => {
    const film = {
      width,
      height,
      rgb: bytes(3 * width * height),
      background: new Uint8Array(width * height).fill(255),
      planes: Array.from({ length: labels }, () => new Uint8Array(width * height)),
    }
    const triangles = anyTriangles(count, width, height, size)
    const surface = {
      colours: Float32Array.from({ length: 3 * count }, () => 255 * draw.uniform()),
      labels: Uint8Array.from({ length: count }, () => draw.bits() % Math.max(1, labels)),
    }
    const expected = copyOf(film)
    drawSlowly(expected, triangles, surface)
    drawUpon(film, triangles, surface, SAMPLES)
    expect(film).toEqual(expected)
  },
)
