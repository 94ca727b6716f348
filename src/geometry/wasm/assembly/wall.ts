// A wall whose brightness is known at every eighth pixel of every eighth row, and smooth between.
import { BELOW_HALF } from './rounding'

/**
 * Paints rows of a wall.
 *
 * @param values how bright it is at the corners of each 8 × 8 pixels: 32 bits each
 * @param across of these in a row
 * @param rgb    as many rows, and 24 bytes
 */
export function paintBetween(
  values: usize,
  across: usize,
  width: usize,
  rows: usize,
  red: f64,
  green: f64,
  blue: f64,
  rgb: usize,
): void {
  const reds = f64x2.splat(red)
  const greens = f64x2.splat(green)
  const blues = f64x2.splat(blue)
  for (let j: usize = 0; j < rows; j++) {
    const v = f64x2.splat(<f64>(j & 7) / 8)
    let at = values + (((j >> 3) * across) << 2)
    const end = rgb + 3 * width
    // what is too much at the end of a row is written over by the next one
    for (let to = rgb; to < end; at += 4) {
      const above = <f64>load<f32>(at)
      const below = <f64>load<f32>(at + (across << 2))
      const aboveBy = f64x2.splat(<f64>load<f32>(at, 4) - above)
      const belowBy = f64x2.splat(<f64>load<f32>(at + (across << 2), 4) - below)
      let u = f64x2(0, 0.125)
      for (let half = 0; half < 2; half++, to += 12) {
        const first = betweenCorners(f64x2.splat(above), aboveBy, f64x2.splat(below), belowBy, u, v)
        u = f64x2.add(u, f64x2.splat(0.25))
        const second = betweenCorners(
          f64x2.splat(above),
          aboveBy,
          f64x2.splat(below),
          belowBy,
          u,
          v,
        )
        u = f64x2.add(u, f64x2.splat(0.25))
        const r = inWhole(f64x2.mul(reds, first), f64x2.mul(reds, second))
        const g = inWhole(f64x2.mul(greens, first), f64x2.mul(greens, second))
        const b = inWhole(f64x2.mul(blues, first), f64x2.mul(blues, second))
        const bytes = i8x16.narrow_i16x8_u(i16x8.narrow_i32x4_s(r, g), i16x8.narrow_i32x4_s(b, b))
        v128.store(
          to,
          i8x16.shuffle(bytes, bytes, 0, 4, 8, 1, 5, 9, 2, 6, 10, 3, 7, 11, 0, 0, 0, 0),
        )
      }
    }
    rgb = end
  }
}

/** Between four corners, u of the way to the right and v of the way down. */
function betweenCorners(
  above: v128,
  aboveBy: v128,
  below: v128,
  belowBy: v128,
  u: v128,
  v: v128,
): v128 {
  const upper = f64x2.add(above, f64x2.mul(u, aboveBy))
  const lower = f64x2.add(below, f64x2.mul(u, belowBy))
  return f64x2.add(upper, f64x2.mul(v, f64x2.sub(lower, upper)))
}

/** Four numbers, rounded. */
function inWhole(first: v128, second: v128): v128 {
  const half = f64x2.splat(BELOW_HALF)
  const low = i32x4.trunc_sat_f64x2_s_zero(f64x2.add(first, half))
  const high = i32x4.trunc_sat_f64x2_s_zero(f64x2.add(second, half))
  return i64x2.shuffle(low, high, 0, 2)
}
