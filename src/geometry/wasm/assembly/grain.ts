// The grain of a sensor: whole numbers drawn at random, put upon bytes.

/** Deviates at a time: they stay in the nearest cache. */
const AT_ONCE: usize = 1024

/**
 * Adds to each byte a whole number from a table of columns, and cuts to 0 … 255.
 *
 * @param bytes   changed by 16: room for as many is needed
 * @param columns see `wholeNormals`: 512 of two words each
 * @param state   of four generators: their first words, their second words, …; changed
 * @param room    2048 bytes
 */
export function addDrawn(
  bytes: usize,
  length: usize,
  columns: usize,
  state: usize,
  room: usize,
): void {
  const end = bytes + length
  while (bytes < end) {
    const count = min(AT_ONCE, (end - bytes + 15) & ~15)
    drawWhole(columns, state, room, count)
    for (let at: usize = 0; at < count; at += 16) {
      const values = v128.load(bytes + at)
      const low = i16x8.add(i16x8.extend_low_i8x16_u(values), v128.load(room + 2 * at))
      const high = i16x8.add(i16x8.extend_high_i8x16_u(values), v128.load(room + 2 * at, 16))
      v128.store(bytes + at, i8x16.narrow_i16x8_u(low, high))
    }
    bytes += count
  }
}

/** Draws numbers of 16 bits, each generator one in turn: xoshiro128** (Blackman and Vigna, 2018). */
function drawWhole(columns: usize, state: usize, to: usize, count: usize): void {
  let a = v128.load(state)
  let b = v128.load(state, 16)
  let c = v128.load(state, 32)
  let d = v128.load(state, 48)
  for (const end = to + 2 * count; to < end; to += 8) {
    const fivefold = i32x4.add(b, i32x4.shl(b, 2))
    const turned = v128.or(i32x4.shl(fivefold, 7), i32x4.shr_u(fivefold, 25))
    const words = i32x4.add(turned, i32x4.shl(turned, 3))
    const shifted = i32x4.shl(b, 9)
    c = v128.xor(c, a)
    d = v128.xor(d, b)
    b = v128.xor(b, c)
    a = v128.xor(a, d)
    c = v128.xor(c, shifted)
    d = v128.or(i32x4.shl(d, 11), i32x4.shr_u(d, 21))
    store<u16>(to, numberOf(<u32>i32x4.extract_lane(words, 0), columns))
    store<u16>(to, numberOf(<u32>i32x4.extract_lane(words, 1), columns), 2)
    store<u16>(to, numberOf(<u32>i32x4.extract_lane(words, 2), columns), 4)
    store<u16>(to, numberOf(<u32>i32x4.extract_lane(words, 3), columns), 6)
  }
  v128.store(state, a)
  v128.store(state, b, 16)
  v128.store(state, c, 32)
  v128.store(state, d, 48)
}

/** The number that 32 random bits stand for: 9 choose the column, 23 one of its two numbers. */
function numberOf(word: u32, columns: usize): u32 {
  const column = word >> 23
  const at = columns + ((<usize>column) << 3)
  return select<u32>(column - 255, load<u32>(at, 4), (word & 0x7fffff) < load<u32>(at))
}
