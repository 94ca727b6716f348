// A mask as bits: 32 pixels of a row in one number, so that one step does for all of them.
import { wordsOf } from './bytes.ts'
import type { Image } from './image.ts'

/** The marks of a mask; bit b of word w of a row is the pixel 32 w + b. Each row begins a word. */
export interface BitRows {
  /** 32-bit words of one row. */
  readonly words: number
  readonly bits: Int32Array
}

/** No mark, in rows for masks of this size. */
export function emptyBitRows({ width, height }: Pick<Image, 'width' | 'height'>): BitRows {
  const words = Math.ceil(width / 32)
  return { words, bits: new Int32Array(words * height) }
}

/** @param mask one channel; not 0 = marked */
export function bitRowsOf(mask: Image): BitRows {
  const { width, height, data } = mask
  const rows = emptyBitRows(mask)
  const { words, bits } = rows
  const fours = wordsOf(data)
  const isWhole = width % 4 === 0 && fours.length > 0
  for (let y = 0; y < height; y++) {
    const row = y * width
    const first = y * words
    if (!isWhole) {
      for (let x = 0; x < width; x++)
        if (data[row + x] !== 0) bits[first + (x >> 5)] |= 1 << (x & 31)
      continue
    }
    let w = first
    let at = row >> 2
    const end = (row + width) >> 2
    for (; at + 8 <= end; w++, at += 8) {
      // one by one: taken apart as a list, they would be one until the code is hot
      const a = fours[at]
      const b = fours[at + 1]
      const c = fours[at + 2]
      const d = fours[at + 3]
      const e = fours[at + 4]
      const f = fours[at + 5]
      const g = fours[at + 6]
      const h = fours[at + 7]
      // most of a mask is empty, and most of the rest is full
      if ((a | b | c | d | e | f | g | h) === 0) continue
      if ((a & b & c & d & e & f & g & h) === -1) {
        bits[w] = -1
        continue
      }
      const low =
        markedOfFour(a) | (markedOfFour(b) << 4) | (markedOfFour(c) << 8) | (markedOfFour(d) << 12)
      const high =
        markedOfFour(e) | (markedOfFour(f) << 4) | (markedOfFour(g) << 8) | (markedOfFour(h) << 12)
      bits[w] = low | (high << 16)
    }
    for (let k = 0; at < end; k++, at++) bits[w] |= markedOfFour(fours[at]) << (4 * k)
  }
  return rows
}

/** One bit for each of the four bytes of a number, set where it is not 0. */
function markedOfFour(four: number): number {
  // the highest bit of each byte that is not 0; then these, 8 apart, are multiplied side by side
  const high = (((four & 0x7f7f7f7f) + 0x7f7f7f7f) | four) & 0x80808080
  return Math.imul(high >>> 7, 0x10204080) >>> 28
}

/** Four bytes, 255 for each bit that is set. */
const bytesOfFour = Int32Array.from({ length: 16 }, (_, bits) =>
  [0, 1, 2, 3].reduce((four, b) => four | ((bits >> b) & 1 ? 0xff << (8 * b) : 0), 0),
)

/** Writes 255 into a mask wherever a bit is set; bits beyond the end of a row mean nothing. */
export function markBits({ words, bits }: BitRows, { width, height, data }: Image): void {
  const fours = wordsOf(data)
  const isWhole = width % 4 === 0 && fours.length > 0
  const lastWord = width % 32 === 0 ? -1 : (1 << (width % 32)) - 1
  for (let y = 0; y < height; y++) {
    const row = y * words
    for (let w = 0; w < words; w++) {
      const word = bits[row + w] & (w === words - 1 ? lastWord : -1)
      if (word === 0) continue
      let at = y * width + 32 * w
      if (isWhole) {
        at >>= 2
        if (word === -1) fillEight(fours, at)
        else
          for (let left = word; left !== 0; left >>>= 4, at++)
            if ((left & 15) !== 0) fours[at] |= bytesOfFour[left & 15]
      } else for (let left = word; left !== 0; left >>>= 1, at++) if (left & 1) data[at] = 255
    }
  }
}

/** Marks 32 pixels; `fill` takes longer for so few. */
function fillEight(fours: Int32Array, at: number): void {
  fours[at] = -1
  fours[at + 1] = -1
  fours[at + 2] = -1
  fours[at + 3] = -1
  fours[at + 4] = -1
  fours[at + 5] = -1
  fours[at + 6] = -1
  fours[at + 7] = -1
}

/** Bits set in a word of 32 (Warren, Hacker's Delight, 2002, section 5-1). */
export function bitCount(word: number): number {
  word -= (word >>> 1) & 0x55555555
  word = (word & 0x33333333) + ((word >>> 2) & 0x33333333)
  return (((word + (word >>> 4)) & 0x0f0f0f0f) * 0x01010101) >>> 24
}
