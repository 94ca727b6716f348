// Content digests: SHA-256 of bytes and files, and one of JSON by value.
import { createHash, hash } from 'node:crypto'
import objectHash from 'object-hash'
import { checkedJson } from './json.ts'
import { openRegularHandle, readFewBytes } from './regular.ts'
import type { Brand, Json } from './types.ts'

/** The text that object-hash 3.0 takes a hash of, with keys in order; not its hash. */
const byValue = { algorithm: 'passthrough', respectType: false, unorderedObjects: true } as const

/** A SHA-256, as 64 lower-case hexadecimal digits. */
export type Digest = Brand<string, 'Digest'>

/** True of a text that is a digest. */
export function isDigest(text: unknown): text is Digest {
  return typeof text === 'string' && /^[0-9a-f]{64}$/.test(text)
}

/** The SHA-256 of bytes, or of a text in UTF-8. */
export function sha256(bytes: Uint8Array | string): Digest {
  // Safe: a SHA-256 in hexadecimal is what a Digest is.
  return hash('sha256', bytes) as Digest
}

const chunkBytes = 1 << 20

/** The SHA-256 of a file, read in pieces of 1 MiB however large it is. */
export async function sha256File(path: string): Promise<Digest> {
  const few = readFewBytes(path)
  if (few) return sha256(few)
  const handle = await openRegularHandle(path)
  try {
    const chunk = Buffer.allocUnsafe(chunkBytes)
    const digest = createHash('sha256')
    for (;;) {
      const { bytesRead } = await handle.read(chunk, 0, chunk.length)
      if (bytesRead === 0) break
      digest.update(chunk.subarray(0, bytesRead))
    }
    // Safe: as above.
    return digest.digest('hex') as Digest
  } finally {
    await handle.close()
  }
}

/**
 * A digest of a JSON value, the same for equal values whatever the order of their keys.
 *
 * For small values such as parameters; bytes and long lists of numbers want `sha256`.
 * @throws RomiError `json/not-json` for what JSON cannot hold, such as NaN
 */
export function digestOf(value: Json): Digest {
  // A copy: null prototypes and an object that is referenced twice would change the hash.
  const copy = checkedJson(value, 'the value to digest')
  // The text that object-hash hashes, and that hashed in one go: half the time of part by part.
  return sha256(objectHash(copy, byValue))
}
