// The numbers of a PLY file, column by column, from text or from bytes of either order.
import { Damage } from '../codec.ts'
import { scalarSizes, type Element, type Header, type Scalar } from './header.ts'

/** Lists one after the other: list i is `values` from `starts[i]` to `starts[i + 1]`. */
export interface Lists {
  readonly starts: Uint32Array
  readonly values: Float64Array
}

/** What was asked for and is there, as doubles, which hold every kind of number exactly. */
export interface Columns {
  readonly count: number
  readonly scalars: ReadonlyMap<string, Float64Array>
  readonly lists: ReadonlyMap<string, Lists>
}

type Wanted = Readonly<Record<string, readonly string[]>>

/**
 * Reads the wanted properties of the wanted elements and steps over all others.
 *
 * @param wanted names of properties by name of element
 * @throws Damage if the bytes end before the numbers do
 */
export function readColumns(
  bytes: Uint8Array,
  header: Header,
  wanted: Wanted,
): Map<string, Columns> {
  const source =
    header.format === 'ascii'
      ? asciiSource(bytes, header.start)
      : binarySource(bytes, header.start, header.format === 'binary_little_endian')
  const found = new Map<string, Columns>()
  for (const element of header.elements) {
    const columns = readElement(source, element, wanted[element.name] ?? [])
    if (Object.hasOwn(wanted, element.name)) found.set(element.name, columns)
  }
  return found
}

interface Source {
  readonly next: Readonly<Record<Scalar, () => number>>
  /** An upper bound of the elements that what is left can hold. */
  holds(element: Element): number
}

function readElement(source: Source, element: Element, wanted: readonly string[]): Columns {
  const { count, name, properties } = element
  // before memory is taken for what a damaged header claims
  if (count > source.holds(element))
    throw new Damage(`it is cut off: the ${count} elements ${name} do not fit into it`)
  const scalars = new Map<string, Float64Array>()
  const lists = new Map<string, Lists>()
  const builders: { name: string; list: GrowingLists }[] = []
  const steps = properties.map((property): ((i: number) => void) => {
    const next = source.next[property.type]
    const isWanted = wanted.includes(property.name)
    if (property.count) {
      const nextCount = source.next[property.count]
      const list = isWanted ? new GrowingLists(count) : undefined
      if (list) builders.push({ name: property.name, list })
      return (i) => {
        for (let left = nextCount(); left > 0; left--) {
          const value = next()
          list?.push(value)
        }
        list?.end(i)
      }
    }
    if (!isWanted) return () => void next()
    const column = new Float64Array(count)
    scalars.set(property.name, column)
    return (i) => {
      column[i] = next()
    }
  })
  if (steps.length > 0) for (let i = 0; i < count; i++) for (const step of steps) step(i)
  for (const builder of builders) lists.set(builder.name, builder.list.finished())
  return { count, scalars, lists }
}

class GrowingLists {
  #values = new Float64Array(1024)
  #length = 0
  readonly #starts: Uint32Array

  constructor(count: number) {
    this.#starts = new Uint32Array(count + 1)
  }

  push(value: number): void {
    if (this.#length === this.#values.length) {
      const larger = new Float64Array(2 * this.#length)
      larger.set(this.#values)
      this.#values = larger
    }
    this.#values[this.#length++] = value
  }

  end(i: number): void {
    this.#starts[i + 1] = this.#length
  }

  finished(): Lists {
    return { starts: this.#starts, values: this.#values.subarray(0, this.#length) }
  }
}

/** DataView throws a RangeError past the end, which the codec turns into `io/unreadable`. */
function binarySource(bytes: Uint8Array, start: number, isLittle: boolean): Source {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  let at = start
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
  }
}

function asciiSource(bytes: Uint8Array, start: number): Source {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  let at = start
  const next = (): number => {
    while (at < bytes.length && bytes[at] <= 32) at++
    const from = at
    while (at < bytes.length && bytes[at] > 32) at++
    if (from === at) throw new Damage('it is cut off: numbers are missing at its end')
    const word = text.toString('latin1', from, at)
    const value = Number(word)
    if (Number.isNaN(value)) return special(word)
    return value
  }
  return {
    next: {
      char: next,
      uchar: next,
      short: next,
      ushort: next,
      int: next,
      uint: next,
      float: next,
      double: next,
    },
    holds: ({ properties }) => (bytes.length - at + 1) / (2 * properties.length),
  }
}

/** NaN and infinity as C prints them. */
function special(word: string): number {
  const match = /^([+-]?)(nan|inf|infinity)\b/i.exec(word)
  if (!match) throw new Damage(`${word} is not a number`)
  if (match[2]?.toLowerCase() === 'nan') return NaN
  return match[1] === '-' ? -Infinity : Infinity
}
