// Triangles on a sensor: which is seen at each sample of a tile, and what its pixels look like.
import { BELOW_HALF } from './rounding'

/** As in `../../render/triangles.ts`. */
const GRID_PER_SAMPLE: f64 = 256

/**
 * Draws triangles into a tile whose first sample is (left, top): of each sample the nearest, of equally
 * near ones the first.
 *
 * @param corners       of all triangles: six numbers of 64 bits each, whole
 * @param inverseDepths of all triangles: three numbers of 64 bits each
 * @param members       which of them are drawn, in this order
 * @param side          of the tile, in samples
 * @param seen          for each sample: 1 + the triangle; filled anew
 * @param nearest       room for 32 bits a sample
 */
export function drawTile(
  corners: usize,
  inverseDepths: usize,
  members: usize,
  count: usize,
  left: f64,
  top: f64,
  side: usize,
  seen: usize,
  nearest: usize,
): void {
  memory.fill(seen, 0, 4 * side * side)
  memory.fill(nearest, 0, 4 * side * side)
  for (const end = members + 4 * count; members < end; members += 4) {
    const index: u32 = load<u32>(members)
    const at: usize = index
    draw(corners + 48 * at, inverseDepths + 24 * at, index + 1, left, top, side, seen, nearest)
  }
}

/** By edge functions (Pineda, 1988) and a buffer of inverse depths. */
function draw(
  corners: usize,
  depths: usize,
  mark: u32,
  left: f64,
  top: f64,
  side: usize,
  seen: usize,
  nearest: usize,
): void {
  // origin at the tile's first sample, so that sample (i, j) lies at (256 i, 256 j)
  const ox = left * GRID_PER_SAMPLE + GRID_PER_SAMPLE / 2
  const oy = top * GRID_PER_SAMPLE + GRID_PER_SAMPLE / 2
  const x0 = load<f64>(corners) - ox
  const y0 = load<f64>(corners, 8) - oy
  const x1 = load<f64>(corners, 16) - ox
  const y1 = load<f64>(corners, 24) - oy
  const x2 = load<f64>(corners, 32) - ox
  const y2 = load<f64>(corners, 40) - oy
  const furthest = <f64>side - 1
  const from = max<f64>(0, ceil(min(min(x0, x1), x2) / GRID_PER_SAMPLE))
  const to = min<f64>(furthest, floor(max(max(x0, x1), x2) / GRID_PER_SAMPLE))
  const first = max<f64>(0, ceil(min(min(y0, y1), y2) / GRID_PER_SAMPLE))
  const last = min<f64>(furthest, floor(max(max(y0, y1), y2) / GRID_PER_SAMPLE))
  if (from > to || first > last) return

  // edge functions, > 0 inside, at the first sample; and what a step to the right or down adds
  const right0 = (y1 - y2) * GRID_PER_SAMPLE
  const right1 = (y2 - y0) * GRID_PER_SAMPLE
  const right2 = (y0 - y1) * GRID_PER_SAMPLE
  const down0 = (x2 - x1) * GRID_PER_SAMPLE
  const down1 = (x0 - x2) * GRID_PER_SAMPLE
  const down2 = (x1 - x0) * GRID_PER_SAMPLE
  const sx = from * GRID_PER_SAMPLE
  const sy = first * GRID_PER_SAMPLE
  let row0 = (sx - x1) * (y1 - y2) + (sy - y1) * (x2 - x1) - owned(x1, y1, x2, y2)
  let row1 = (sx - x2) * (y2 - y0) + (sy - y2) * (x0 - x2) - owned(x2, y2, x0, y0)
  let row2 = (sx - x0) * (y0 - y1) + (sy - y0) * (x1 - x0) - owned(x0, y0, x1, y1)

  // 1 / depth is a plane over the sensor
  const area = (x1 - x0) * (y2 - y0) - (y1 - y0) * (x2 - x0)
  const d0 = load<f64>(depths)
  const d1 = load<f64>(depths, 8) - d0
  const d2 = load<f64>(depths, 16) - d0
  const slopeX = (d1 * (y2 - y0) - d2 * (y1 - y0)) / area
  const slopeY = (d2 * (x1 - x0) - d1 * (x2 - x0)) / area
  const depthRight = slopeX * GRID_PER_SAMPLE
  const depthDown = slopeY * GRID_PER_SAMPLE
  let rowDepth = d0 + slopeX * (sx - x0) + slopeY * (sy - y0)

  const length = side << 2
  const across = (<usize>to - <usize>from + 1) << 2
  let row = (<usize>first * side + <usize>from) << 2
  for (let down = <usize>last - <usize>first + 1; down > 0; down--, row += length) {
    let e0 = row0
    let e1 = row1
    let e2 = row2
    let depth = rowDepth
    for (let at = row; at < row + across; at += 4) {
      if (e0 >= 0 && e1 >= 0 && e2 >= 0 && depth > <f64>load<f32>(nearest + at)) {
        store<f32>(nearest + at, <f32>depth)
        store<u32>(seen + at, mark)
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
function owned(ax: f64, ay: f64, bx: f64, by: f64): f64 {
  return ay > by || (ay === by && bx > ax) ? 0 : 1
}

/**
 * Mixes the samples of a tile into pixels, upon the picture that stands there.
 *
 * @param seen    as `drawTile` left it
 * @param samples along a pixel's side
 * @param side    of the tile, in samples
 * @param width   of the part of the tile that the picture has, in pixels
 * @param sources the triangle of the mesh that each triangle on the sensor shows
 * @param colours red, green and blue of each triangle of the mesh: 32 bits each
 * @param labels  of each triangle of the mesh: a byte
 * @param counts  a word for each of the planes: 0
 * @param row     pixels of a row of the picture
 * @param rgb     the tile's first pixel in the picture
 * @param open    … in how much of each pixel shows nothing: a byte
 * @param shares  … in how much of it shows the first label: a byte
 * @param planes  of labels, one after the other
 * @param length  bytes of a plane
 */
export function developTile(
  seen: usize,
  samples: usize,
  side: usize,
  width: usize,
  height: usize,
  sources: usize,
  colours: usize,
  labels: usize,
  counts: usize,
  row: usize,
  rgb: usize,
  open: usize,
  shares: usize,
  planes: usize,
  length: usize,
): void {
  const perPixel = <f64>(samples * samples)
  for (let j: usize = 0; j < height; j++) {
    for (let i: usize = 0; i < width; i++) {
      let red: f64 = 0
      let green: f64 = 0
      let blue: f64 = 0
      let covered: f64 = 0
      let line = seen + 4 * (j * samples * side + i * samples)
      for (let b: usize = 0; b < samples; b++, line += 4 * side) {
        for (let at = line; at < line + 4 * samples; at += 4) {
          const mark: usize = load<u32>(at)
          if (mark === 0) continue
          const source: usize = load<u32>(sources + 4 * mark - 4)
          covered += 1
          if (planes > 0) {
            const count = counts + 4 * <usize>load<u8>(labels + source)
            store<u32>(count, load<u32>(count) + 1)
          }
          const colour = colours + 12 * source
          red += <f64>load<f32>(colour)
          green += <f64>load<f32>(colour, 4)
          blue += <f64>load<f32>(colour, 8)
        }
      }
      if (covered === 0) continue
      const free = perPixel - covered
      const pixel = j * row + i
      const at = rgb + 3 * pixel
      store<u8>(at, byteOf((red + free * <f64>load<u8>(at)) / perPixel))
      store<u8>(at, byteOf((green + free * <f64>load<u8>(at, 1)) / perPixel), 1)
      store<u8>(at, byteOf((blue + free * <f64>load<u8>(at, 2)) / perPixel), 2)
      store<u8>(open + pixel, byteOf((255 * free) / perPixel))
      for (let k: usize = 0; k < planes; k++) {
        const count: u32 = load<u32>(counts + 4 * k)
        if (count === 0) continue
        store<u8>(shares + k * length + pixel, byteOf((255 * <f64>count) / perPixel))
        store<u32>(counts + 4 * k, 0)
      }
    }
  }
}

/** As `roundedByte`. */
function byteOf(value: f64): u32 {
  return <u32>max(0, min(255, <i32>(value + BELOW_HALF)))
}
