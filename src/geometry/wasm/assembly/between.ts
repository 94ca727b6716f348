// What lies between the pixels of a picture.

/**
 * Mixes the four pixels around each place, weighed by nearness in 1/32, and rounds.
 *
 * @param from     where pixel 0 of the picture lies, or would lie if it were there
 * @param row      bytes of a row of the picture
 * @param channels 1 to 4
 * @param corners  the number of the upper left of the four pixels; below 0: the result is black
 * @param parts    how far right of it and below it: 32 · below + right
 * @param weights  room for 256 bytes
 */
export function mixPixels(
  from: isize,
  row: isize,
  channels: i32,
  corners: usize,
  parts: usize,
  count: usize,
  to: usize,
  weights: usize,
): void {
  for (let part: u32 = 0; part < 32; part++) {
    store<u32>(weights + (part << 3), (32 - part) | (part << 16))
    store<u32>(weights + (part << 3), part | (part << 16), 4)
  }
  // the channels of the left and of the right pixel, two bytes each, side by side
  const c = <i8>(channels << 1)
  const pairs = i8x16(0, 1, c, c + 1, 2, 3, c + 2, c + 3, 4, 5, c + 4, c + 5, 6, 7, c + 6, c + 7)
  const half = i32x4.splat(512)
  for (const end = to + count * channels; to < end; corners += 4, parts += 2, to += channels) {
    const corner = load<i32>(corners)
    // four bytes, whatever is too much being written over by the next pixel
    if (corner < 0) {
      store<u32>(to, 0)
      continue
    }
    const at = from + corner * channels
    const part = <u32>load<u16>(parts)
    const right = v128.load32_splat(weights + ((part & 31) << 3))
    const below = v128.load32_splat(weights + ((part >> 5) << 3), 4)
    const upper = v128.load8x8_u(at)
    const lower = v128.load8x8_u(at + row)
    const both = i16x8.add(i16x8.shl(upper, 5), i16x8.mul(i16x8.sub(lower, upper), below))
    const sums = i32x4.dot_i16x8_s(i8x16.swizzle(both, pairs), right)
    const rounded = i32x4.shr_u(i32x4.add(sums, half), 10)
    const levels = i16x8.narrow_i32x4_s(rounded, rounded)
    v128.store32_lane(to, i8x16.narrow_i16x8_u(levels, levels), 0)
  }
}
