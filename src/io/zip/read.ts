// Unpacks ZIP archives: what the directory names, checked against its sums.
import { createInflateRaw } from 'node:zlib'
import { Damage } from '../codec.ts'
import { crcOf, full32, signature, type Central } from './records.ts'

/** What is inflated at once: memory that is taken beside the result. */
const largestPiece = 4 << 20

/** An entry of an archive: `bytes()` unpacks it and checks its sum. */
export interface ZipFile {
  readonly name: string
  /** @throws Damage if the sum does not agree */
  bytes(): Promise<Uint8Array>
}

/** @throws Damage if this is no whole archive */
export function readZip(archive: Uint8Array): ZipFile[] {
  const bytes = Buffer.from(archive.buffer, archive.byteOffset, archive.byteLength)
  let { start: at, size, count } = findDirectory(bytes)
  if (at + size > bytes.length) throw new Damage('its directory is cut off')
  const files: ZipFile[] = []
  for (; count > 0; count--) {
    if (bytes.readUInt32LE(at) !== signature.central) throw new Damage('its directory is damaged')
    const nameLength = bytes.readUInt16LE(at + 28)
    const extraLength = bytes.readUInt16LE(at + 30)
    const name = bytes.toString('utf8', at + 46, at + 46 + nameLength)
    const extra = bytes.subarray(at + 46 + nameLength, at + 46 + nameLength + extraLength)
    const [unpacked, packed, start] = widened(extra, [
      bytes.readUInt32LE(at + 24),
      bytes.readUInt32LE(at + 20),
      bytes.readUInt32LE(at + 42),
    ])
    const method = bytes.readUInt16LE(at + 10)
    const isEncrypted = (bytes.readUInt16LE(at + 8) & 1) === 1
    const check = bytes.readUInt32LE(at + 16)
    at += 46 + nameLength + extraLength + bytes.readUInt16LE(at + 32)
    files.push({
      name,
      async bytes() {
        if (isEncrypted || (method !== 0 && method !== 8))
          throw new Damage(`${name} is encrypted, or packed by method ${method}`)
        if (bytes.readUInt32LE(start) !== signature.local) throw new Damage(`${name} is not there`)
        const from = start + 30 + bytes.readUInt16LE(start + 26) + bytes.readUInt16LE(start + 28)
        const body = bytes.subarray(from, from + packed)
        if (body.length !== packed) throw new Damage(`${name} is cut off`)
        const data = method === 0 ? body : await inflated(body, unpacked, name)
        if (data.length !== unpacked || crcOf(data) !== check)
          throw new Damage(`${name} is damaged: its check sum does not agree`)
        return data
      },
    })
  }
  return files
}

function findDirectory(bytes: Buffer): Central {
  // the end record is the last thing, but for a comment of at most 65,535 bytes
  const first = Math.max(0, bytes.length - 22 - 0xffff)
  let end = bytes.length - 22
  while (end >= first && bytes.readUInt32LE(end) !== signature.end) end--
  if (end < first) throw new Damage('it is no ZIP archive, or its end is missing')
  const locator = end - 20
  if (locator >= 0 && bytes.readUInt32LE(locator) === signature.locator64) {
    const at = Number(bytes.readBigUInt64LE(locator + 8))
    if (at + 56 > bytes.length || bytes.readUInt32LE(at) !== signature.end64)
      throw new Damage('its 64-bit directory is not where it should be')
    return {
      count: Number(bytes.readBigUInt64LE(at + 32)),
      size: Number(bytes.readBigUInt64LE(at + 40)),
      start: Number(bytes.readBigUInt64LE(at + 48)),
    }
  }
  return {
    count: bytes.readUInt16LE(end + 10),
    size: bytes.readUInt32LE(end + 12),
    start: bytes.readUInt32LE(end + 16),
  }
}

/** Replaces what is full by what the 64-bit extra field holds, in its order. */
function widened(extra: Buffer, values: number[]): number[] {
  for (let at = 0; at + 4 <= extra.length; at += 4 + extra.readUInt16LE(at + 2)) {
    if (extra.readUInt16LE(at) !== 1) continue
    let field = at + 4
    return values.map((value) => {
      if (value !== full32) return value
      field += 8
      return Number(extra.readBigUInt64LE(field - 8))
    })
  }
  return values
}

/** Inflates into one array of the size that is announced; in pieces if that is large. */
async function inflated(packed: Uint8Array, size: number, name: string): Promise<Uint8Array> {
  // deflate packs at most 1032 : 1 (zlib's technical details), so a larger claim is damage
  if (size > packed.length * 1032 + 64)
    throw new Damage(`${name} claims ${size} bytes, more than its ${packed.length} can hold`)
  let data: Uint8Array | undefined
  let filled = 0
  // one byte more than all: a piece that is not full is the last
  const inflate = createInflateRaw({ chunkSize: Math.max(64, Math.min(size + 1, largestPiece)) })
  inflate.end(packed)
  // Safe: zlib streams yield buffers.
  for await (const piece of inflate as AsyncIterable<Uint8Array>) {
    if (filled + piece.length > size) throw new Damage(`${name} is longer than announced`)
    if (piece.length === size) return piece
    data ??= new Uint8Array(size)
    data.set(piece, filled)
    filled += piece.length
  }
  return data?.subarray(0, filled) ?? new Uint8Array(0)
}
