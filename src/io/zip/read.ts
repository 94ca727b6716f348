// Unpacks ZIP archives: what the directory names, each entry apart from the others, checked against its sums.
import { checkLimit } from '../limits.ts'
import { Damage } from '../codec.ts'
import { findDirectory, parseDirectory, type Entry } from './directory.ts'
import { inflated } from './inflate.ts'
import { crcOf, signature } from './records.ts'

/** An entry of an archive: `bytes()` unpacks it and checks its sum. */
export interface ZipFile {
  readonly name: string
  /** @throws Damage if the sum does not agree */
  bytes(): Promise<Uint8Array>
}

/**
 * @throws Damage if this is no whole archive, if entries share bytes or a name, or if an entry is
 *   named otherwise than in the directory
 * @throws Excess if it claims to hold too much
 */
export function readZip(archive: Uint8Array): ZipFile[] {
  const bytes = Buffer.from(archive.buffer, archive.byteOffset, archive.byteLength)
  const directory = findDirectory(bytes)
  const { start, size, count } = directory
  // 46 bytes are the shortest line
  if (start + size > bytes.length || 46 * count > size) throw new Damage('its directory is cut off')
  checkLimit('entries', count)
  const entries = parseDirectory(bytes, directory).map((entry) => ({
    ...entry,
    from: bodyOf(bytes, entry),
  }))
  checkApart(entries, start)
  checkLimit(
    'bytes',
    entries.reduce((sum, { unpacked }) => sum + unpacked, 0),
  )
  return entries.map((entry) => ({ name: entry.name, bytes: () => unpacked(bytes, entry) }))
}

/** An entry, and where its bytes begin. */
interface PlacedEntry extends Entry {
  readonly from: number
}

/** Where an entry's bytes begin: behind its own header, which bears the same name. */
function bodyOf(bytes: Buffer, { name, rawName, start }: Entry): number {
  if (start + 30 > bytes.length || bytes.readUInt32LE(start) !== signature.local)
    throw new Damage(`${name} is not there`)
  const end = start + 30 + bytes.readUInt16LE(start + 26)
  if (!bytes.subarray(start + 30, end).equals(rawName))
    throw new Damage(`${name} bears another name where its bytes lie: one of the two is damaged`)
  return end + bytes.readUInt16LE(start + 28)
}

/** Entries that share bytes unpack to more than the archive could hold (Fifield, 2019). */
function checkApart(entries: readonly PlacedEntry[], end: number): void {
  const names = new Set<string>()
  for (const { name } of entries) {
    if (names.has(name)) throw new Damage(`it holds ${name} twice`)
    names.add(name)
  }
  const sorted = entries.toSorted((a, b) => a.start - b.start)
  for (const [i, { name, from, packed }] of sorted.entries())
    if (from + packed > (sorted[i + 1]?.start ?? end))
      throw new Damage(`the bytes of ${name} run into ${sorted[i + 1]?.name ?? 'the directory'}`)
}

async function unpacked(bytes: Buffer, entry: PlacedEntry): Promise<Uint8Array> {
  const { name, method, isEncrypted, from, packed, check } = entry
  if (isEncrypted || (method !== 0 && method !== 8))
    throw new Damage(`${name} is encrypted, or packed by method ${method}`)
  const body = bytes.subarray(from, from + packed)
  const data = method === 0 ? body : await inflated(body, entry.unpacked, name)
  if (data.length !== entry.unpacked || crcOf(data) !== check)
    throw new Damage(`${name} is damaged: its check sum does not agree`)
  return data
}
