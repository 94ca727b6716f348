// Packs ZIP archives in memory, deflated in parallel, with the 64-bit records of large ones.
import { promisify } from 'node:util'
import { constants, deflateRaw } from 'node:zlib'
import { crcOf, chunksOf, full32, signature, type Central } from './records.ts'

/** 1 January 1980: the same contents give the same bytes. */
const noDate = 0x0021

/** One file to be packed: its bytes, in parts that are never joined. */
export interface ZipEntry {
  readonly name: string
  readonly parts: readonly Uint8Array[]
}

export interface ZipOptions {
  /** Deflate, quickly (level 1); otherwise the bytes are stored as they are. */
  readonly compress?: boolean
  /** Sizes and offsets from here on take 64-bit records; lower only in tests. */
  readonly zip64From?: number
}

/** Packs files into an archive. */
export async function writeZip(
  entries: readonly ZipEntry[],
  { compress = true, zip64From = full32 }: ZipOptions = {},
): Promise<Uint8Array> {
  const out: Uint8Array[] = []
  const directory: Uint8Array[] = []
  let offset = 0
  const put = (bytes: Uint8Array): void => {
    out.push(bytes)
    offset += bytes.length
  }
  for (const { name, parts } of entries) {
    const start = offset
    const size = totalLength(parts)
    const check = parts.reduce((value, part) => crcOf(part, value), 0)
    const packed = compress ? await deflated(parts) : parts
    const facts = { name, check, size, packedSize: totalLength(packed), start, compress }
    put(record(facts, 'local', zip64From))
    packed.forEach(put)
    directory.push(record(facts, 'central', zip64From))
  }
  const central = { start: offset, size: totalLength(directory), count: entries.length }
  directory.forEach(put)
  put(endRecords(central, zip64From))
  return Buffer.concat(out, offset)
}

/** Packs files one after the other, each in memory only while it is sent; nothing is deflated. */
export async function* zipPieces(
  entries: AsyncIterable<{ readonly name: string; readonly bytes: Uint8Array }>,
): AsyncGenerator<Uint8Array> {
  const directory: Uint8Array[] = []
  let start = 0
  for await (const { name, bytes } of entries) {
    const size = bytes.length
    const facts = { name, check: crcOf(bytes), size, packedSize: size, start, compress: false }
    const head = record(facts, 'local', full32)
    yield head
    yield bytes
    directory.push(record(facts, 'central', full32))
    start += head.length + size
  }
  yield* directory
  yield endRecords({ start, size: totalLength(directory), count: directory.length }, full32)
}

const deflateBlock = promisify(deflateRaw) as (
  bytes: Uint8Array,
  options: object,
) => Promise<Uint8Array> // promisify picks the overload without options

/**
 * Blocks deflated side by side on the thread pool: each ends on a whole byte with a full flush, so
 * that joined, with an empty last block, they are one stream (the method of Adler's pigz).
 */
async function deflated(parts: readonly Uint8Array[]): Promise<Uint8Array[]> {
  const blocks = parts.flatMap((part) => chunksOf(part, 1 << 20))
  const packed: Uint8Array[] = []
  let next = 0
  const work = async (): Promise<void> => {
    for (let i = next++; i < blocks.length; i = next++)
      packed[i] = await deflateBlock(blocks[i], {
        level: 1,
        finishFlush: constants.Z_FULL_FLUSH,
        chunkSize: 1 << 16,
      })
  }
  await Promise.all([work(), work(), work(), work()]) // as many as the pool has threads
  return [...packed, Uint8Array.of(3, 0)]
}

const totalLength = (parts: readonly Uint8Array[]): number =>
  parts.reduce((sum, part) => sum + part.length, 0)

interface Facts {
  readonly name: string
  readonly check: number
  readonly size: number
  readonly packedSize: number
  readonly start: number
  readonly compress: boolean
}

/** The header before an entry's bytes, or its line in the directory: nearly the same fields. */
function record(facts: Facts, kind: 'local' | 'central', zip64From: number): Buffer {
  const isCentral = kind === 'central'
  const name = Buffer.from(facts.name, 'utf8')
  const wide = [facts.size, facts.packedSize, ...(isCentral ? [facts.start] : [])]
  const needs64 = wide.some((value) => value >= zip64From)
  const extra = Buffer.alloc(needs64 ? 4 + 8 * wide.length : 0)
  if (needs64) {
    extra.writeUInt16LE(1, 0)
    extra.writeUInt16LE(8 * wide.length, 2)
    wide.forEach((value, i) => extra.writeBigUInt64LE(BigInt(value), 4 + 8 * i))
  }
  const narrow = (value: number): number => (needs64 ? full32 : value)
  const head = Buffer.alloc(isCentral ? 46 : 30)
  head.writeUInt32LE(isCentral ? signature.central : signature.local, 0)
  if (isCentral) head.writeUInt16LE(needs64 ? 45 : 20, 4)
  const at = isCentral ? 6 : 4
  head.writeUInt16LE(needs64 ? 45 : 20, at)
  head.writeUInt16LE(0x0800, at + 2) // names are UTF-8
  head.writeUInt16LE(facts.compress ? 8 : 0, at + 4)
  head.writeUInt16LE(noDate, at + 8)
  head.writeUInt32LE(facts.check, at + 10)
  head.writeUInt32LE(narrow(facts.packedSize), at + 14)
  head.writeUInt32LE(narrow(facts.size), at + 18)
  head.writeUInt16LE(name.length, at + 22)
  head.writeUInt16LE(extra.length, at + 24)
  if (isCentral) head.writeUInt32LE(narrow(facts.start), 42)
  return Buffer.concat([head, name, extra])
}

function endRecords({ start, size, count }: Central, zip64From: number): Buffer {
  const needs64 = start >= zip64From || size >= zip64From || count >= 0xffff
  const end = Buffer.alloc(22)
  end.writeUInt32LE(signature.end, 0)
  end.writeUInt16LE(needs64 ? 0xffff : count, 8)
  end.writeUInt16LE(needs64 ? 0xffff : count, 10)
  end.writeUInt32LE(needs64 ? full32 : size, 12)
  end.writeUInt32LE(needs64 ? full32 : start, 16)
  if (!needs64) return end
  const end64 = Buffer.alloc(56)
  end64.writeUInt32LE(signature.end64, 0)
  end64.writeBigUInt64LE(44n, 4)
  end64.writeUInt16LE(45, 12)
  end64.writeUInt16LE(45, 14)
  end64.writeBigUInt64LE(BigInt(count), 24)
  end64.writeBigUInt64LE(BigInt(count), 32)
  end64.writeBigUInt64LE(BigInt(size), 40)
  end64.writeBigUInt64LE(BigInt(start), 48)
  const locator = Buffer.alloc(20)
  locator.writeUInt32LE(signature.locator64, 0)
  locator.writeBigUInt64LE(BigInt(start + size), 8)
  locator.writeUInt32LE(1, 16)
  return Buffer.concat([end64, locator, end])
}
