// Little-endian records, read and written one number after the other.
import { Damage } from '../codec.ts'

/** No point, as an unsigned integer of 64 bits. */
const none = 0xffff_ffff_ffff_ffffn

/** DataView throws a RangeError past the end, which the codec turns into `io/unreadable`. */
export class Reader {
  readonly #bytes: Buffer
  readonly #view: DataView
  #at = 0

  constructor(bytes: Uint8Array) {
    this.#bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  }

  uint8 = (): number => this.#view.getUint8(this.#at++)
  uint32 = (): number => this.#view.getUint32((this.#at += 4) - 4, true)
  double = (): number => this.#view.getFloat64((this.#at += 8) - 8, true)

  uint64(): number {
    const value = this.#view.getBigUint64((this.#at += 8) - 8, true)
    if (value > Number.MAX_SAFE_INTEGER) throw new Damage(`${value} is no id and no count`)
    return Number(value)
  }

  id(): number {
    const isNone = this.#view.getBigUint64(this.#at, true) === none
    if (isNone) this.#at += 8
    return isNone ? -1 : this.uint64()
  }

  /** How many records of at least `size` bytes follow: no more than there is room for. */
  count(size: number): number {
    const count = this.uint64()
    if (count * size > this.#bytes.length - this.#at)
      throw new Damage(`it is cut off: ${count} records do not fit into it`)
    return count
  }

  doubles(count: number): Float64Array {
    return Float64Array.from({ length: count }, () => this.double())
  }

  name(): string {
    const end = this.#bytes.indexOf(0, this.#at)
    if (end < 0) throw new Damage('it is cut off in the name of an image')
    const name = this.#bytes.toString('utf8', this.#at, end)
    this.#at = end + 1
    return name
  }

  end(): void {
    const left = this.#bytes.length - this.#at
    if (left > 0) throw new Damage(`${left} bytes follow its last record`)
  }
}

/** Fills an array whose length is known before. */
export class ByteWriter {
  readonly bytes: Uint8Array
  readonly #view: DataView
  #at = 0

  constructor(length: number) {
    this.bytes = new Uint8Array(length)
    this.#view = new DataView(this.bytes.buffer)
  }

  uint8 = (value: number): void => this.#view.setUint8(this.#at++, value)
  uint32 = (value: number): void => this.#view.setUint32((this.#at += 4) - 4, value, true)
  double = (value: number): void => this.#view.setFloat64((this.#at += 8) - 8, value, true)
  uint64 = (value: number): void =>
    this.#view.setBigUint64((this.#at += 8) - 8, BigInt(value), true)
  id = (value: number): void =>
    this.#view.setBigUint64((this.#at += 8) - 8, value < 0 ? none : BigInt(value), true)

  name(bytes: Uint8Array): void {
    this.bytes.set(bytes, this.#at)
    this.#at += bytes.length + 1
  }
}
