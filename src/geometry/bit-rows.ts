// A mask as bits: 32 pixels of a row in one number, so that one step does for all of them.
import { rawBytes } from './bytes.ts'
import type { Image } from './image.ts'
import { perStrip, workspace } from './wasm/kernels.ts'

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
  const rows = emptyBitRows(mask)
  turnRows('packRows', mask, mask.data, mask.width, rawBytes(rows.bits), 4 * rows.words)
  return rows
}

/** Writes 255 into a mask wherever a bit is set, else 0; bits beyond the end of a row mean nothing. */
export function markBits({ words, bits }: BitRows, mask: Image): void {
  turnRows('unpackRows', mask, rawBytes(bits), 4 * words, mask.data, mask.width)
}

/**
 * Turns rows of bytes into rows of bits, or back.
 *
 * @param from the rows, of `fromLength` bytes each
 * @param to   what becomes of them, of `toLength` bytes each; changed in place
 */
function turnRows(
  kernel: 'packRows' | 'unpackRows',
  { width, height }: Pick<Image, 'width' | 'height'>,
  from: Uint8Array,
  fromLength: number,
  to: Uint8Array,
  toLength: number,
): void {
  const strip = perStrip(width)
  const { kernels, memory, places } = workspace(strip * fromLength, strip * toLength)
  const [read, written] = places
  for (let y = 0; y < height; y += strip) {
    const count = Math.min(strip, height - y)
    memory.set(from.subarray(y * fromLength, (y + count) * fromLength), read)
    kernels[kernel](read, width, count, written)
    to.set(memory.subarray(written, written + count * toLength), y * toLength)
  }
}

/** Bits set in a word of 32 (Warren, Hacker's Delight, 2002, section 5-1). */
export function bitCount(word: number): number {
  word -= (word >>> 1) & 0x55555555
  word = (word & 0x33333333) + ((word >>> 2) & 0x33333333)
  return (((word + (word >>> 4)) & 0x0f0f0f0f) * 0x01010101) >>> 24
}
