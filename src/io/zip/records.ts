// What a ZIP archive is made of: the marks of its records, and the sum over an entry's bytes.
import { crc32 } from 'node:zlib'

/** The first four bytes of each record. Source: PKWARE, APPNOTE.TXT 6.3.10, sections 4.3 to 4.5. */
export const signature = {
  local: 0x04034b50,
  central: 0x02014b50,
  end: 0x06054b50,
  end64: 0x06064b50,
  locator64: 0x07064b50,
} as const

/** In a field of 32 bits: the number stands in a 64-bit record. */
export const full32 = 0xffffffff

/** Where the directory lies. */
export interface Central {
  readonly start: number
  readonly size: number
  readonly count: number
}

/** Views of `bytes`, of `size` each except the last. */
export function chunksOf(bytes: Uint8Array, size: number): Uint8Array[] {
  const count = Math.ceil(bytes.length / size)
  return Array.from({ length: count }, (_, i) => bytes.subarray(i * size, (i + 1) * size))
}

/** The sum over `bytes`, after one of `value`; in pieces, since zlib counts bytes in 32 bits. */
export const crcOf = (bytes: Uint8Array, value = 0): number =>
  chunksOf(bytes, 1 << 28).reduce((sum, piece) => crc32(piece, sum), value)
