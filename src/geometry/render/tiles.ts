// Which triangle is seen at each sample of the sensor: drawn tile by tile, so that it stays in cache.
import { gridPerSample, type ScreenTriangles } from './triangles.ts'

/** Side of a tile in pixels. */
export const tileSide = 32

/** What is seen in one tile. */
export interface Tile {
  /** The place of its top left pixel. */
  readonly x: number
  readonly y: number
  /** In pixels; smaller than `tileSide` at the image's right and lower edge. */
  readonly width: number
  readonly height: number
  /**
   * For each sample, in rows of `tileSide · samples`: 0, or 1 + the index of the screen triangle
   * that is nearest there.
   */
  readonly seen: Uint32Array
}

/**
 * Draws triangles, each sample showing the nearest; of equally near ones the first.
 *
 * A sample on an edge belongs to one of the two triangles that share it (top-left rule), exactly:
 * corners are whole numbers. Tiles without triangles are passed over.
 *
 * @param samples along a pixel's side
 * @param visit   gets each tile; the same memory is used for the next
 * Method: edge functions (Pineda, 1988) and a buffer of inverse depths.
 */
export function drawTiles(
  triangles: ScreenTriangles,
  width: number,
  height: number,
  samples: number,
  visit: (tile: Tile) => void,
): void {
  const across = Math.ceil(width / tileSide)
  const down = Math.ceil(height / tileSide)
  const { starts, members } = binned(triangles, across, down, samples)
  const side = tileSide * samples
  const seen = new Uint32Array(side * side)
  const nearest = new Float32Array(side * side)
  for (let tile = 0; tile < across * down; tile++) {
    if (starts[tile] === starts[tile + 1]) continue
    const x = (tile % across) * tileSide
    const y = Math.floor(tile / across) * tileSide
    seen.fill(0)
    nearest.fill(0)
    for (let m = starts[tile]; m < starts[tile + 1]; m++)
      draw(triangles, members[m], x * samples, y * samples, side, seen, nearest)
    const [w, h] = [Math.min(tileSide, width - x), Math.min(tileSide, height - y)]
    visit({ x, y, width: w, height: h, seen })
  }
}

/** Sorts triangles into the tiles that their bounding boxes touch, in their order. */
function binned(
  { count, corners }: ScreenTriangles,
  across: number,
  down: number,
  samples: number,
): { starts: Uint32Array; members: Uint32Array } {
  const step = tileSide * samples * gridPerSample
  const ranges = new Int32Array(4 * count)
  const starts = new Uint32Array(across * down + 1)
  const clamped = (value: number, end: number): number =>
    Math.min(end - 1, Math.max(0, Math.floor(value / step)))
  for (let t = 0, c = 0; t < count; t++, c += 6) {
    const [x0, y0, x1] = [corners[c], corners[c + 1], corners[c + 2]]
    const [y1, x2, y2] = [corners[c + 3], corners[c + 4], corners[c + 5]]
    ranges[4 * t] = clamped(Math.min(x0, x1, x2), across)
    ranges[4 * t + 1] = clamped(Math.max(x0, x1, x2), across)
    ranges[4 * t + 2] = clamped(Math.min(y0, y1, y2), down)
    ranges[4 * t + 3] = clamped(Math.max(y0, y1, y2), down)
    for (let j = ranges[4 * t + 2]; j <= ranges[4 * t + 3]; j++)
      for (let i = ranges[4 * t]; i <= ranges[4 * t + 1]; i++) starts[j * across + i + 1]++
  }
  for (let tile = 0; tile < across * down; tile++) starts[tile + 1] += starts[tile]
  const members = new Uint32Array(starts[across * down])
  const next = starts.slice()
  for (let t = 0; t < count; t++) {
    for (let j = ranges[4 * t + 2]; j <= ranges[4 * t + 3]; j++)
      for (let i = ranges[4 * t]; i <= ranges[4 * t + 1]; i++) members[next[j * across + i]++] = t
  }
  return { starts, members }
}

/** Draws one triangle into the tile whose first sample is (left, top). */
function draw(
  triangles: ScreenTriangles,
  index: number,
  left: number,
  top: number,
  side: number,
  seen: Uint32Array,
  nearest: Float32Array,
): void {
  const { corners, inverseDepths } = triangles
  const c = 6 * index
  // origin at the tile's first sample, so that sample (i, j) lies at (256 i, 256 j)
  const ox = left * gridPerSample + gridPerSample / 2
  const oy = top * gridPerSample + gridPerSample / 2
  const x0 = corners[c] - ox
  const y0 = corners[c + 1] - oy
  const x1 = corners[c + 2] - ox
  const y1 = corners[c + 3] - oy
  const x2 = corners[c + 4] - ox
  const y2 = corners[c + 5] - oy
  const from = Math.max(0, Math.ceil(Math.min(x0, x1, x2) / gridPerSample))
  const to = Math.min(side - 1, Math.floor(Math.max(x0, x1, x2) / gridPerSample))
  const first = Math.max(0, Math.ceil(Math.min(y0, y1, y2) / gridPerSample))
  const last = Math.min(side - 1, Math.floor(Math.max(y0, y1, y2) / gridPerSample))
  if (from > to || first > last) return

  // edge functions, > 0 inside, at the first sample; and what a step to the right or down adds
  const right0 = (y1 - y2) * gridPerSample
  const right1 = (y2 - y0) * gridPerSample
  const right2 = (y0 - y1) * gridPerSample
  const down0 = (x2 - x1) * gridPerSample
  const down1 = (x0 - x2) * gridPerSample
  const down2 = (x1 - x0) * gridPerSample
  const sx = from * gridPerSample
  const sy = first * gridPerSample
  let row0 = (sx - x1) * (y1 - y2) + (sy - y1) * (x2 - x1) - owned(x1, y1, x2, y2)
  let row1 = (sx - x2) * (y2 - y0) + (sy - y2) * (x0 - x2) - owned(x2, y2, x0, y0)
  let row2 = (sx - x0) * (y0 - y1) + (sy - y0) * (x1 - x0) - owned(x0, y0, x1, y1)

  // 1 / depth is a plane over the sensor
  const area = (x1 - x0) * (y2 - y0) - (y1 - y0) * (x2 - x0)
  const d0 = inverseDepths[3 * index]
  const d1 = inverseDepths[3 * index + 1] - d0
  const d2 = inverseDepths[3 * index + 2] - d0
  const slopeX = (d1 * (y2 - y0) - d2 * (y1 - y0)) / area
  const slopeY = (d2 * (x1 - x0) - d1 * (x2 - x0)) / area
  const depthRight = slopeX * gridPerSample
  const depthDown = slopeY * gridPerSample
  let rowDepth = d0 + slopeX * (sx - x0) + slopeY * (sy - y0)

  for (let j = first; j <= last; j++) {
    let e0 = row0
    let e1 = row1
    let e2 = row2
    let depth = rowDepth
    for (let i = from, at = j * side + from; i <= to; i++, at++) {
      if (e0 >= 0 && e1 >= 0 && e2 >= 0 && depth > nearest[at]) {
        nearest[at] = depth
        seen[at] = index + 1
      }
      e0 += right0
      e1 += right1
      e2 += right2
      depth += depthRight
    }
    row0 += down0
    row1 += down1
    row2 += down2
    rowDepth += depthDown
  }
}

/** 0 if samples on the edge from a to b are the triangle's own (a top or left edge), else 1. */
function owned(ax: number, ay: number, bx: number, by: number): number {
  return ay > by || (ay === by && bx > ax) ? 0 : 1
}
