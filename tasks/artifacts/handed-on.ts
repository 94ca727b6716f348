// Arrays that one step wrote and the next one reads in the same thread: handed on, not unpacked again.
import type { io } from '../../src/index.ts'

/** How long they are kept, in ms: from one step of a scan to the next. */
const STAY = 3_000
/** What takes more bytes is not kept. */
const MOST = 2 ** 28

interface HandedOn {
  /** The whole file. */
  readonly file: Uint8Array
  readonly arrays: io.NpzArrays
  readonly leaving: NodeJS.Timeout
}

/** The latest of this thread. */
let latest: HandedOn | undefined

/**
 * Keeps what a file holds for who reads it next. Nobody may change the arrays or the file's bytes after.
 * @param file the bytes that `arrays` were packed into
 */
export function handOn(file: Uint8Array, arrays: io.NpzArrays): void {
  drop()
  const size = Object.values(arrays).reduce((sum, { data }) => sum + data.byteLength, 0)
  if (size > MOST) return
  const leaving = setTimeout(drop, STAY)
  leaving.unref()
  latest = { file, arrays, leaving }
}

/**
 * What a file holds, if it is byte by byte the one that was handed on last; whoever takes it has it alone.
 * @param file as it was read now
 */
export function takeHandedOn(file: Uint8Array): io.NpzArrays | undefined {
  if (!latest || Buffer.compare(latest.file, file) !== 0) return undefined
  const { arrays } = latest
  drop()
  return arrays
}

function drop(): void {
  clearTimeout(latest?.leaving)
  latest = undefined
}
