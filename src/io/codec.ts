// What a file format is to the rest: a pair of functions between bytes and a value, under a name.
import { RomiError, asError, isRomiError } from '../base/errors.ts'
import type { ReadableFile, WritableFile } from '../base/file.ts'
import { Excess } from './limits.ts'

/** A file format: maps the bytes of a file to and from a `T`. */
export interface Codec<T> {
  /** What a message calls such a file, with its article: `a PLY file`. */
  readonly name: string
  /** Without the dot; the first is the one that is written. */
  readonly extensions: readonly string[]
  /**
   * @param where the file's name, for messages
   * @throws RomiError `io/unreadable` if the bytes are damaged, incomplete or of another format;
   *   `io/too-large` if they claim to hold more than is read
   */
  decode(bytes: Uint8Array, where: string): Promise<T> | T
  /** @throws RomiError `io/unwritable` if the format cannot hold the value */
  encode(value: T): Promise<Uint8Array> | Uint8Array
}

/** Thrown inside of a codec: what is wrong with the bytes, as the end of a sentence. */
export class Damage extends Error {}

/**
 * Makes a codec whose `decode` never throws anything but `io/unreadable` and `io/too-large`.
 *
 * The functions given may throw `Damage` and `Excess`, and whatever a parser throws at bytes it did not expect.
 */
export function defineCodec<T>(codec: Codec<T>): Codec<T> {
  return {
    ...codec,
    async decode(bytes, where) {
      try {
        return await codec.decode(bytes, where)
      } catch (error) {
        if (isRomiError(error)) throw error
        throw error instanceof Excess
          ? tooLarge(codec.name, where, error)
          : unreadable(codec.name, where, error)
      }
    },
  }
}

/** @throws RomiError `io/unreadable`, naming the file, if it is damaged or cannot be opened */
export async function read<T>(codec: Codec<T>, file: ReadableFile): Promise<T> {
  try {
    return await codec.decode(await file.read(), file.filename)
  } catch (error) {
    const facts = { where: file.filename, path: file.path }
    if (isRomiError(error, 'io/unreadable'))
      throw new RomiError(error.code, error.message, {
        cause: error.cause ?? error,
        facts: { ...error.facts, ...facts },
      })
    if (isRomiError(error)) throw error
    throw unreadable(codec.name, file.path, error, facts)
  }
}

/** Writes `value` under the codec's first extension. */
export async function write<T>(codec: Codec<T>, file: WritableFile, value: T): Promise<void> {
  await file.write(await codec.encode(value), codec.extensions[0] ?? '')
}

function unreadable(name: string, where: string, thrown: unknown, facts = {}): RomiError {
  const cause = asError(thrown)
  const what = `${where} cannot be read as ${name}: ${plainly(cause)}`
  return new RomiError(
    'io/unreadable',
    `${what}; put a whole copy in its place; what a step made may be deleted, and the step run again`,
    // Whoever knows where the file comes from may say better what to do.
    { cause, facts: { where, what, ...facts } },
  )
}

/** What a `DataView` says of bytes that end too early tells nobody what is wrong with a file. */
const plainly = (cause: Error): string =>
  cause instanceof RangeError && cause.message.includes('bounds of the DataView')
    ? 'it is cut off: it ends before all is read that it claims to hold'
    : cause.message

function tooLarge(name: string, where: string, cause: Excess): RomiError {
  const message = `${where} cannot be read as ${name}: ${cause.message}`
  return new RomiError('io/too-large', message, { cause, facts: { where } })
}

/** The format cannot hold this value: `what` says which value, what the format holds and what to do. */
export function unwritable(what: string): RomiError {
  return new RomiError('io/unwritable', what)
}
