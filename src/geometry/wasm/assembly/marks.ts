// Marks as bits: made of bytes, grown by a disk, and made bytes again.

/** Bits of rows of bytes, set where they are not 0: bit b of word w of a row is the byte 32 w + b. */
export function packRows(bytes: usize, width: usize, rows: usize, bits: usize): void {
  const whole = width & ~31
  const last = ((<u32>1) << ((<u32>width) & 31)) - 1
  for (let row: usize = 0; row < rows; row++) {
    const end = bytes + whole
    for (; bytes < end; bytes += 32, bits += 4) store<u32>(bits, packWord(bytes))
    if (whole === width) continue
    store<u32>(bits, packWord(bytes) & last)
    bits += 4
    bytes += width - whole
  }
}

function packWord(bytes: usize): u32 {
  const none = i8x16.splat(0)
  const low = i8x16.bitmask(i8x16.ne(v128.load(bytes), none))
  const high = i8x16.bitmask(i8x16.ne(v128.load(bytes, 16), none))
  return low | (high << 16)
}

/** The reverse of `packRows`: 255 for each bit that is set, 0 for others. */
export function unpackRows(bits: usize, width: usize, rows: usize, bytes: usize): void {
  const ofByte = i8x16(1, 2, 4, 8, 16, 32, 64, -128, 1, 2, 4, 8, 16, 32, 64, -128)
  for (let row: usize = 0; row < rows; row++) {
    const end = bytes + width
    // what is too much at the end of a row is written over by the next one
    for (let to = bytes; to < end; to += 32, bits += 4) {
      const word = v128.load32_splat(bits)
      const low = i8x16.shuffle(word, word, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 1, 1)
      const high = i8x16.shuffle(word, word, 2, 2, 2, 2, 2, 2, 2, 2, 3, 3, 3, 3, 3, 3, 3, 3)
      v128.store(to, i8x16.eq(v128.and(low, ofByte), ofByte))
      v128.store(to, i8x16.eq(v128.and(high, ofByte), ofByte), 16)
    }
    bytes = end
  }
}

/**
 * Puts rows of bits, grown by a disk, upon what stands in other rows.
 *
 * A row is widened to the chord of the disk g rows away and put upon the rows g above and below; from
 * the farthest row inwards, as chords only grow.
 *
 * @param words  of a row
 * @param chords how far the disk reaches to each side, g rows away: one word each, for g from 0 to `far`
 * @param room   two rows and 80 bytes
 */
export function growRows(
  bits: usize,
  words: usize,
  height: i32,
  chords: usize,
  far: i32,
  grown: usize,
  room: usize,
): void {
  const length = words << 2
  // two rows with nothing on both sides, as wide as what is read at once
  let row = room + 16
  let other = row + length + 32
  memory.fill(room, 0, 2 * length + 80)
  for (let y: i32 = 0; y < height; y++, bits += length) {
    if (!someMarked(bits, length)) continue
    memory.copy(row, bits, length)
    let done: i32 = 0
    for (let g = far; g >= 0; g--) {
      const chord = load<i32>(chords + ((<usize>g) << 2))
      // by shifts that double what is done
      for (let added: i32 = 0; done < chord;) {
        const shift = min(min(31, added + 1), chord - done)
        widenRow(row, length, shift, other)
        const swapped = row
        row = other
        other = swapped
        added += shift
        done += shift
      }
      if (y >= g) putUpon(grown + <usize>(y - g) * length, row, length)
      if (g > 0 && y + g < height) putUpon(grown + <usize>(y + g) * length, row, length)
    }
  }
}

function someMarked(bits: usize, length: usize): bool {
  const end = bits + length
  for (; bits + 16 <= end; bits += 16) if (v128.any_true(v128.load(bits))) return true
  for (; bits < end; bits += 4) if (load<u32>(bits) !== 0) return true
  return false
}

/** The pixels up to `shift` to the left and right of marks. */
function widenRow(from: usize, length: usize, shift: i32, to: usize): void {
  const rest = 32 - shift
  for (let at: usize = 0; at < length; at += 16) {
    const here = v128.load(from + at)
    const before = i32x4.shr_u(v128.load(from + at - 4), rest)
    const after = i32x4.shl(v128.load(from + at, 4), rest)
    const shifted = v128.or(i32x4.shl(here, shift), i32x4.shr_u(here, shift))
    v128.store(to + at, v128.or(v128.or(here, shifted), v128.or(before, after)))
  }
  v128.store(to + length, i32x4.splat(0))
}

/** Behind a row is nothing, so what follows the other one stays as it is. */
function putUpon(to: usize, row: usize, length: usize): void {
  for (let at: usize = 0; at < length; at += 16)
    v128.store(to + at, v128.or(v128.load(to + at), v128.load(row + at)))
}
