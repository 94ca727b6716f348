// What one step wrote and the next one reads in the same thread: handed on, not decoded again.
import type { io } from '../../src/index.ts'

/** How long it is kept, in ms: from one step of a scan to the next. */
const STAY = 3_000
/** What takes more bytes is not kept. */
const MOST = 2 ** 28

interface HandedOn {
  /** Whose file it is. */
  readonly by: object
  /** The whole file. */
  readonly file: Uint8Array
  readonly value: unknown
  readonly leaving: NodeJS.Timeout
}

/** The latest of this thread. */
let latest: HandedOn | undefined

/** Hands values of one file format on from who wrote them to who reads them next. */
export class HandOver<T> {
  /** Its `decode` gives what was handed on, once, if the file is byte by byte that which was written. */
  readonly codec: io.Codec<T>

  constructor(codec: io.Codec<T>) {
    this.codec = {
      ...codec,
      decode: (bytes, where) => this.#take(bytes) ?? codec.decode(bytes, where),
    }
  }

  /**
   * The bytes of a value, which is kept for who reads them next.
   * @param isFinal whether nobody changes the value any more; if not, it is not kept
   */
  async encode(value: T, isFinal: boolean): Promise<Uint8Array> {
    const file = await this.codec.encode(value)
    if (isFinal) this.#keep(file, value)
    return file
  }

  #keep(file: Uint8Array, value: T): void {
    drop()
    if (bytesOfArrays(value) > MOST) return
    const leaving = setTimeout(drop, STAY)
    leaving.unref()
    latest = { by: this, file, value, leaving }
  }

  #take(file: Uint8Array): T | undefined {
    if (latest?.by !== this || Buffer.compare(latest.file, file) !== 0) return undefined
    const value = latest.value as T // this very object kept it
    drop()
    return value
  }
}

function drop(): void {
  clearTimeout(latest?.leaving)
  latest = undefined
}

/** How many bytes the arrays of a value take. */
function bytesOfArrays(value: unknown): number {
  if (ArrayBuffer.isView(value)) return value.byteLength
  if (typeof value !== 'object' || value === null) return 0
  return Object.values(value).reduce((sum: number, part) => sum + bytesOfArrays(part), 0)
}
