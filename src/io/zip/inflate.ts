// Inflates an entry into one array of the size that is announced; in pieces if that is large.
import { createInflateRaw } from 'node:zlib'
import { Damage } from '../codec.ts'

/**
 * What is inflated at once: memory that is taken beside the result, and is free again only when
 * garbage is collected. Smaller pieces cost time, larger ones memory and no less time.
 */
const pieceLimit = 256 << 10

/**
 * @returns the bytes; of more than one piece in memory that threads share, so that a volume need not
 *   be copied for them
 * @throws Damage if the bytes are not of that size
 */
export async function inflated(
  packed: Uint8Array,
  size: number,
  name: string,
): Promise<Uint8Array> {
  // deflate packs at most 1032 : 1 (zlib's technical details), so a larger claim is damage
  if (size > packed.length * 1032 + 64)
    throw new Damage(`${name} claims ${size} bytes, more than its ${packed.length} can hold`)
  let data: Uint8Array | undefined
  let filled = 0
  // one byte more than all: a piece that is not full is the last
  const inflate = createInflateRaw({ chunkSize: Math.max(64, Math.min(size + 1, pieceLimit)) })
  inflate.end(packed)
  // Safe: zlib streams yield buffers.
  for await (const piece of inflate as AsyncIterable<Uint8Array>) {
    if (filled + piece.length > size) throw new Damage(`${name} is longer than announced`)
    if (piece.length === size) return piece
    data ??= new Uint8Array(new SharedArrayBuffer(size))
    data.set(piece, filled)
    filled += piece.length
  }
  return data?.subarray(0, filled) ?? new Uint8Array(0)
}
