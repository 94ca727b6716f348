// A file in memory, and damage: what the tests of the formats share.
import { expect } from 'vitest'
import { isRomiError } from '../../src/base/errors.ts'
import type { ReadableFile, WritableFile } from '../../src/base/file.ts'
import type { Codec } from '../../src/io/codec.ts'

export interface MemoryFile extends ReadableFile, WritableFile {
  readonly id: string
  filename: string
  path: string
  bytes: Uint8Array
}

export function memoryFile(
  id: string,
  bytes: Uint8Array = new Uint8Array(0),
  extension = '',
): MemoryFile {
  return {
    id,
    filename: `${id}.${extension}`,
    path: `/memory/${id}.${extension}`,
    bytes,
    async read() {
      return this.bytes
    },
    async write(written, written_extension) {
      this.bytes = written
      this.filename = `${id}.${written_extension}`
      this.path = `/memory/${this.filename}`
    },
  }
}

/**
 * @returns the value, or `undefined` if it is unreadable, or claims to be larger than what is read;
 *   anything else that is thrown is a bug
 */
export async function decodedOrUnreadable<T>(
  codec: Codec<T>,
  bytes: Uint8Array,
): Promise<T | undefined> {
  try {
    return await codec.decode(bytes, 'damaged')
  } catch (error) {
    const isTold = isRomiError(error, 'io/unreadable') || isRomiError(error, 'io/too-large')
    expect(isTold, String(error)).toBe(true)
    expect(String(error)).not.toContain('DataView') // nobody who lost half a file knows what that is
    return undefined
  }
}
