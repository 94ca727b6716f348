// The directory at the end of a ZIP archive: which entries it names, and where they lie.
import { Damage } from '../codec.ts'
import { full32, signature, type Central } from './records.ts'

/** What the directory says of an entry. */
export interface Entry {
  readonly name: string
  readonly rawName: Buffer
  /** Where its own header begins. */
  readonly start: number
  /** Sizes in bytes. */
  readonly packed: number
  readonly unpacked: number
  readonly method: number
  readonly isEncrypted: boolean
  readonly check: number
}

/** @throws Damage if this is no whole archive */
export function findDirectory(bytes: Buffer): Central {
  // the end record is the last thing, except for a comment of at most 65,535 bytes
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

/** @throws Damage if its lines are not as many as announced, or no lines of a directory */
export function parseDirectory(bytes: Buffer, { start, size, count }: Central): Entry[] {
  const entries: Entry[] = []
  let at = start
  for (; entries.length < count;) {
    if (bytes.readUInt32LE(at) !== signature.central) throw new Damage('its directory is damaged')
    const nameLength = bytes.readUInt16LE(at + 28)
    const extraLength = bytes.readUInt16LE(at + 30)
    const rawName = bytes.subarray(at + 46, at + 46 + nameLength)
    const extra = bytes.subarray(at + 46 + nameLength, at + 46 + nameLength + extraLength)
    const [unpacked, packed, local] = withZip64(extra, [
      bytes.readUInt32LE(at + 24),
      bytes.readUInt32LE(at + 20),
      bytes.readUInt32LE(at + 42),
    ])
    entries.push({
      name: decodeName(rawName),
      rawName,
      start: local,
      packed,
      unpacked,
      method: bytes.readUInt16LE(at + 10),
      isEncrypted: (bytes.readUInt16LE(at + 8) & 1) === 1,
      check: bytes.readUInt32LE(at + 16),
    })
    at += 46 + nameLength + extraLength + bytes.readUInt16LE(at + 32)
  }
  if (at !== start + size) throw new Damage('its directory is longer than its entries')
  return entries
}

function decodeName(raw: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(raw)
  } catch (error) {
    throw new Damage(`the name ${raw.toString('latin1')} of an entry is not UTF-8`, {
      cause: error,
    })
  }
}

/** Replaces what is full by what the 64-bit extra field holds, in its order. */
function withZip64(extra: Buffer, values: number[]): number[] {
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
