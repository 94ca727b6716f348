// The numbers of a PLY file, column by column.
import { Damage } from '../codec.ts'
import { isPlainFace, readLists, readScalars } from './binary.ts'
import type { Element, Header, Scalar } from './header.ts'
import { sourceOf, type Source } from './source.ts'

/** Lists one after the other: list i is `values` from `starts[i]` to `starts[i + 1]`. */
export interface Lists {
  readonly starts: Uint32Array
  readonly values: Float64Array
}

/** A number of each element, and the kind that it is stored as. */
interface Column {
  readonly type: Scalar
  readonly values: Float64Array
}

/** What was asked for and is there, as doubles, which hold every kind of number exactly. */
export interface Columns {
  readonly count: number
  readonly scalars: ReadonlyMap<string, Column>
  readonly lists: ReadonlyMap<string, Lists>
}

/** Names of properties by name of element. */
type WantedProperties = ReadonlyMap<string, readonly string[]>

/**
 * Reads the wanted properties of the wanted elements and steps over all others.
 *
 * @throws Damage if the bytes end before the numbers do, or go on behind them
 */
export function readColumns(
  bytes: Uint8Array,
  header: Header,
  wanted: WantedProperties,
): Map<string, Columns> {
  const source = sourceOf(bytes, header)
  const found = new Map<string, Columns>()
  for (const element of header.elements) {
    const names = wanted.get(element.name)
    const columns = readElement(source, element, names ?? [])
    if (names) found.set(element.name, columns)
  }
  source.close()
  return found
}

function readElement(source: Source, element: Element, wanted: readonly string[]): Columns {
  const { count, name, properties } = element
  // before memory is taken for what a damaged header claims
  if (count > source.holds(element))
    throw new Damage(`it is cut off: the ${count} elements ${name} do not fit into it`)
  const whole = readWhole(source, element, wanted)
  if (whole) return whole
  const scalars = new Map<string, Column>()
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
        for (let left = listLength(nextCount(), source); left > 0; left--) {
          const value = next()
          list?.push(value)
        }
        list?.end(i)
      }
    }
    if (!isWanted) return () => void next()
    const values = new Float64Array(count)
    scalars.set(property.name, { type: property.type, values })
    return (i) => {
      values[i] = next()
    }
  })
  if (steps.length > 0)
    for (let i = 0; i < count; i++) {
      source.begin(element)
      for (const step of steps) step(i)
      source.end(element)
    }
  for (const builder of builders) lists.set(builder.name, builder.list.finished())
  return { count, scalars, lists }
}

/** Reads all elements of a binary file in one go, where they are made as most are. */
function readWhole(
  { bytes }: Source,
  element: Element,
  wanted: readonly string[],
): Columns | undefined {
  const { count, properties } = element
  if (!bytes || properties.length === 0) return undefined
  const { view, isLittle } = bytes
  if (isPlainFace(element)) {
    const { found, end } = readLists(view, bytes.at(), isLittle, element)
    bytes.goTo(end)
    const [{ name }] = properties
    return {
      count,
      scalars: new Map(),
      lists: new Map(wanted.includes(name) ? [[name, found]] : []),
    }
  }
  if (properties.some((property) => property.count)) return undefined
  const { found, end } = readScalars(view, bytes.at(), isLittle, element, wanted)
  bytes.goTo(end)
  const scalars = new Map<string, Column>()
  for (const { name, type } of properties) {
    const values = found.get(name)
    if (values) scalars.set(name, { type, values })
  }
  return { count, scalars, lists: new Map() }
}

function listLength(count: number, source: Source): number {
  if (Number.isInteger(count) && count >= 0) return count
  throw new Damage(`${source.where()}: a list of ${count} numbers`)
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
