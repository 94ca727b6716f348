// The numbers of a PLY file one after the other, from lines of text or from bytes of either order.
import { Damage } from '../codec.ts'
import { scalarSizes, type Element, type Header, type Scalar } from './header.ts'

/** Where the numbers come from; an element is what stands between `begin` and `end`. */
export interface Source {
  readonly next: Readonly<Record<Scalar, () => number>>
  /** An upper bound of the elements that what is left can hold. */
  holds(element: Element): number
  begin(element: Element): void
  /** @throws Damage if the element's line holds more than it should */
  end(element: Element): void
  /** @throws Damage if anything follows the last element */
  close(): void
  /** The place in the file that was read last, for messages. */
  where(): string
  /** The bytes, if they can be read column by column. */
  readonly bytes?: BinarySource
}

/** Numbers in bytes. */
interface BinarySource {
  readonly view: DataView
  readonly isLittle: boolean
  /** Where the next element begins. */
  at(): number
  /** Goes on behind what was read without this source. */
  goTo(at: number): void
}

/** The numbers behind a head. */
export function sourceOf(bytes: Uint8Array, header: Header): Source {
  return header.format === 'ascii'
    ? asciiSource(bytes, header)
    : binarySource(bytes, header.start, header.format === 'binary_little_endian')
}

/** DataView throws a RangeError past the end, which the codec turns into `io/unreadable`. */
function binarySource(bytes: Uint8Array, start: number, isLittle: boolean): Source {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  let at = start
  const nothing = (): void => undefined
  return {
    next: {
      char: () => view.getInt8(at++),
      uchar: () => view.getUint8(at++),
      short: () => view.getInt16((at += 2) - 2, isLittle),
      ushort: () => view.getUint16((at += 2) - 2, isLittle),
      int: () => view.getInt32((at += 4) - 4, isLittle),
      uint: () => view.getUint32((at += 4) - 4, isLittle),
      float: () => view.getFloat32((at += 4) - 4, isLittle),
      double: () => view.getFloat64((at += 8) - 8, isLittle),
    },
    holds: ({ properties }) =>
      (bytes.length - at) /
      properties.reduce((sum, { count, type }) => sum + scalarSizes[count ?? type], 0),
    begin: nothing,
    end: nothing,
    close() {
      // some programs end a file with a line end, whatever stands before it
      const left = Buffer.from(bytes.subarray(at)).toString('latin1', 0, 3)
      if (left.trim() !== '' || bytes.length - at > 2)
        throw new Damage(`${bytes.length - at} bytes follow the last element of its header`)
    },
    where: () => `byte ${at}`,
    bytes: { view, isLittle, at: () => at, goTo: (next) => void (at = next) },
  }
}

const [lineFeed, carriageReturn, space] = [10, 13, 32]

/** The smallest and the largest of each kind of whole number. */
const ranges: Readonly<Partial<Record<Scalar, readonly [number, number]>>> = {
  char: [-128, 127],
  uchar: [0, 255],
  short: [-32768, 32767],
  ushort: [0, 65535],
  int: [-(2 ** 31), 2 ** 31 - 1],
  uint: [0, 2 ** 32 - 1],
}

/** A line an element, as Turk (1994) has it; empty lines between them are passed over. */
function asciiSource(bytes: Uint8Array, { start, lines }: Header): Source {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  let at = start
  let line = lines + 1
  const isBlank = (byte: number) => byte <= space && byte !== lineFeed && byte !== carriageReturn
  const toWord = (): void => {
    while (at < bytes.length && isBlank(bytes[at])) at++
  }
  const atLineEnd = () => bytes[at] === lineFeed || bytes[at] === carriageReturn
  const toNextLine = (): void => {
    toWord()
    for (; at < bytes.length && atLineEnd(); toWord()) {
      at += bytes[at] === carriageReturn && bytes[at + 1] === lineFeed ? 2 : 1
      line++
    }
  }
  const word = (): string => {
    toWord()
    const from = at
    while (at < bytes.length && bytes[at] > space) at++
    if (from !== at) return text.toString('latin1', from, at)
    throw new Damage(
      at === bytes.length
        ? 'it is cut off: numbers are missing at its end'
        : `line ${line} holds fewer numbers than its element has`,
    )
  }
  const number = (): number => numberOf(word(), line)
  const whole = (type: Scalar) => (): number => {
    const value = number()
    const [least, most] = ranges[type] ?? []
    if (least === undefined || most === undefined) return value
    if (Number.isInteger(value) && value >= least && value <= most) return value
    throw new Damage(`line ${line}: ${value} is no ${type}, a whole number of ${least} to ${most}`)
  }
  return {
    next: {
      char: whole('char'),
      uchar: whole('uchar'),
      short: whole('short'),
      ushort: whole('ushort'),
      int: whole('int'),
      uint: whole('uint'),
      float: number,
      double: number,
    },
    holds: ({ properties }) => (bytes.length - at + 1) / (2 * properties.length),
    begin: ({ properties }) => {
      if (properties.length > 0) toNextLine()
    },
    end({ name }) {
      toWord()
      if (at < bytes.length && !atLineEnd())
        throw new Damage(`line ${line} holds more numbers than the element ${name} has`)
    },
    close() {
      toNextLine()
      if (at < bytes.length) throw new Damage(`line ${line} follows the last element of its header`)
    },
    where: () => `line ${line}`,
  }
}

/** A decimal number, or NaN and infinity as C prints them. */
function numberOf(word: string, line: number): number {
  const value = Number(word)
  // what JavaScript takes for a number and C does not: 0x1f, 0b1, 0o7
  if (!Number.isNaN(value) && !/^[+-]?0[xob]/i.test(word)) return value
  const match = /^([+-]?)(nan|inf|infinity)\b/i.exec(word)
  if (!match) throw new Damage(`line ${line}: ${word} is not a number`)
  if (match[2]?.toLowerCase() === 'nan') return NaN
  return match[1] === '-' ? -Infinity : Infinity
}
