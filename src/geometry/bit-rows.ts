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
  const { width, height, data } = mask
  const rows = emptyBitRows(mask)
  const length = 4 * rows.words
  const all = rawBytes(rows.bits)
  const strip = perStrip(width)
  const { kernels, memory, places } = workspace(strip * width, strip * length)
  const [bytes, bits] = places
  for (let y = 0; y < height; y += strip) {
    const count = Math.min(strip, height - y)
    memory.set(data.subarray(y * width, (y + count) * width), bytes)
    kernels.packRows(bytes, width, count, bits)
    all.set(memory.subarray(bits, bits + count * length), y * length)
  }
  return rows
}

/** Writes 255 into a mask wherever a bit is set, else 0; bits beyond the end of a row mean nothing. */
export function markBits(rows: BitRows, { width, height, data }: Image): void {
  const length = 4 * rows.words
  const all = rawBytes(rows.bits)
  const strip = perStrip(width)
  const { kernels, memory, places } = workspace(strip * length, strip * width)
  const [bits, bytes] = places
  for (let y = 0; y < height; y += strip) {
    const count = Math.min(strip, height - y)
    memory.set(all.subarray(y * length, (y + count) * length), bits)
    kernels.unpackRows(bits, width, count, bytes)
    data.set(memory.subarray(bytes, bytes + count * width), y * width)
  }
}

/** Bits set in a word of 32 (Warren, Hacker's Delight, 2002, section 5-1). */
export function bitCount(word: number): number {
  word -= (word >>> 1) & 0x55555555
  word = (word & 0x33333333) + ((word >>> 2) & 0x33333333)
  return (((word + (word >>> 4)) & 0x0f0f0f0f) * 0x01010101) >>> 24
}
