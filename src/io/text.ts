// Plain text in UTF-8.
import type { ReadableFile, WritableFile } from '../base/file.ts'
import { Damage, defineCodec, read, write, type Codec } from './codec.ts'

/** A text file in UTF-8; maps to and from a string. A byte order mark is left out when reading. */
export const textCodec: Codec<string> = defineCodec({
  name: 'a text file',
  extensions: ['txt', 'log', 'md'],
  decode: decodeText,
  encode: encodeText,
})

/** @throws Damage at bytes that are no UTF-8, with the line of the first */
export function decodeText(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch (error) {
    // a lenient decoder puts U+FFFD where the strict one stopped
    const before = new TextDecoder().decode(bytes).split('\uFFFD')[0] ?? ''
    const { line } = placeOf(before, before.length)
    throw new Damage(`line ${line} is not UTF-8 text`, { cause: error })
  }
}

/** The bytes of a string in UTF-8. */
export function encodeText(text: string): Uint8Array {
  return new TextEncoder().encode(text)
}

/** Line and column, both from 1, of the character at `offset`. */
export function placeOf(text: string, offset: number): { line: number; column: number } {
  const before = text.slice(0, offset)
  const line = before.split('\n').length
  return { line, column: offset - before.lastIndexOf('\n') }
}

/** Reads a text file. */
export const readText = (file: ReadableFile): Promise<string> => read(textCodec, file)

/** Writes a text file. */
export const writeText = (file: WritableFile, text: string): Promise<void> =>
  write(textCodec, file, text)
