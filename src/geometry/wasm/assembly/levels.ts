// The levels of pixels: how far they go, and which are those of plant.

/**
 * The least level and 256 times the greatest.
 *
 * @param hidden the bytes of each four that do not count: a word with 255 in their place
 */
export function levelRange(bytes: usize, length: usize, hidden: u32): u32 {
  const veil = i32x4.splat(hidden)
  let lowest = i8x16.splat(-1)
  let highest = i8x16.splat(0)
  const end = bytes + length
  for (; bytes + 16 <= end; bytes += 16) {
    const levels = v128.load(bytes)
    lowest = i8x16.min_u(lowest, v128.or(levels, veil))
    highest = i8x16.max_u(highest, v128.andnot(levels, veil))
  }
  let least: u32 = 255
  let most: u32 = 0
  for (let shift: u32 = 0; bytes < end; bytes++, shift = (shift + 8) & 31) {
    if (((hidden >> shift) & 255) !== 0) continue
    least = min(least, <u32>load<u8>(bytes))
    most = max(most, <u32>load<u8>(bytes))
  }
  // sixteen lanes are folded to eight, which come out one by one
  lowest = i8x16.min_u(lowest, i64x2.shuffle(lowest, lowest, 1, 0))
  highest = i8x16.max_u(highest, i64x2.shuffle(highest, highest, 1, 0))
  let lows = i64x2.extract_lane(lowest, 0)
  let highs = i64x2.extract_lane(highest, 0)
  for (let lane = 0; lane < 8; lane++, lows >>= 8, highs >>= 8) {
    least = min(least, (<u32>lows) & 255)
    most = max(most, (<u32>highs) & 255)
  }
  return least | (most << 8)
}

/**
 * Marks pixels by r·R + g·G + b·B, with weights of 16 bits: 255 above one limit, 0 below the other, 1
 * between them.
 *
 * @param channels 3 or 4
 * @param pixels   read and marked by 16: room for as many is needed
 * @returns whether one is marked by 1
 */
export function markByWeights(
  bytes: usize,
  channels: usize,
  pixels: usize,
  r: i32,
  g: i32,
  b: i32,
  below: i32,
  above: i32,
  marks: usize,
): bool {
  const redGreen = i32x4.splat((r & 0xffff) | (g << 16))
  const blue = i32x4.splat(b & 0xffff)
  const least = i32x4.splat(below)
  const most = i32x4.splat(above)
  // where four pixels have red and green, and blue, each to be a number of 16 bits
  const first =
    channels === 3
      ? i8x16(0, -1, 1, -1, 3, -1, 4, -1, 6, -1, 7, -1, 9, -1, 10, -1)
      : i8x16(0, -1, 1, -1, 4, -1, 5, -1, 8, -1, 9, -1, 12, -1, 13, -1)
  const second =
    channels === 3
      ? i8x16(2, -1, -1, -1, 5, -1, -1, -1, 8, -1, -1, -1, 11, -1, -1, -1)
      : i8x16(2, -1, -1, -1, 6, -1, -1, -1, 10, -1, -1, -1, 14, -1, -1, -1)
  const four = channels << 2
  let doubts = i8x16.splat(0)
  for (const end = marks + pixels; marks < end; marks += 16, bytes += four << 2) {
    const u = weighed(bytes, first, second, redGreen, blue)
    const v = weighed(bytes + four, first, second, redGreen, blue)
    const w = weighed(bytes + 2 * four, first, second, redGreen, blue)
    const x = weighed(bytes + 3 * four, first, second, redGreen, blue)
    const plant = inBytes(
      i32x4.gt_s(u, most),
      i32x4.gt_s(v, most),
      i32x4.gt_s(w, most),
      i32x4.gt_s(x, most),
    )
    const background = inBytes(
      i32x4.lt_s(u, least),
      i32x4.lt_s(v, least),
      i32x4.lt_s(w, least),
      i32x4.lt_s(x, least),
    )
    const doubt = v128.andnot(i8x16.splat(1), v128.or(plant, background))
    doubts = v128.or(doubts, doubt)
    v128.store(marks, v128.or(plant, doubt))
  }
  return v128.any_true(doubts)
}

function weighed(bytes: usize, first: v128, second: v128, redGreen: v128, blue: v128): v128 {
  const levels = v128.load(bytes)
  return i32x4.add(
    i32x4.dot_i16x8_s(i8x16.swizzle(levels, first), redGreen),
    i32x4.dot_i16x8_s(i8x16.swizzle(levels, second), blue),
  )
}

function inBytes(a: v128, b: v128, c: v128, d: v128): v128 {
  return i8x16.narrow_i16x8_s(i16x8.narrow_i32x4_s(a, b), i16x8.narrow_i32x4_s(c, d))
}
