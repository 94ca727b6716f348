// Bytes with their digest before them: a power cut may leave a part of a file that nobody waited for.
import { sha256 } from './digest.ts'

const headOf = (bytes: Uint8Array): string => `// ${sha256(bytes)}\n`
/** A comment of source code, so that a text stays one. */
const headBytes = 3 + 64 + 1

/** What is written. */
export const sealed = (bytes: Uint8Array): Buffer =>
  Buffer.concat([Buffer.from(headOf(bytes)), bytes])

/** What was sealed; `undefined` if this is not the whole of it. */
export function unsealed(kept: Buffer): Buffer | undefined {
  const bytes = kept.subarray(headBytes)
  return kept.toString('latin1', 0, headBytes) === headOf(bytes) ? bytes : undefined
}
