// The head of a PLY file: which elements follow, with which properties, in which order.
import { Damage } from '../codec.ts'

/** The kinds of number, by the oldest of their names. */
export const scalarSizes = {
  char: 1,
  uchar: 1,
  short: 2,
  ushort: 2,
  int: 4,
  uint: 4,
  float: 4,
  double: 8,
} as const
export type Scalar = keyof typeof scalarSizes

const aliases: Readonly<Record<string, Scalar>> = {
  int8: 'char',
  uint8: 'uchar',
  int16: 'short',
  uint16: 'ushort',
  int32: 'int',
  uint32: 'uint',
  float32: 'float',
  float64: 'double',
}

/** A number of each element, or a list of them if `count` tells how its length is stored. */
interface Property {
  readonly name: string
  readonly type: Scalar
  readonly count?: Scalar
}

export interface Element {
  readonly name: string
  readonly count: number
  readonly properties: readonly Property[]
}

export interface Header {
  readonly format: 'ascii' | 'binary_little_endian' | 'binary_big_endian'
  readonly elements: readonly Element[]
  /** Where the numbers begin. */
  readonly start: number
  /** How many lines stand before them. */
  readonly lines: number
}

/** @throws Damage if this is no head of a PLY file. Source of the format: Turk, 1994. */
export function parseHeader(bytes: Uint8Array): Header {
  const head = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  if (!/^ply\s/.test(head.toString('latin1', 0, 4))) throw new Damage('it does not begin with ply')
  const { lines, start } = headLines(head)
  let format: string | undefined
  const elements: { name: string; count: number; properties: Property[] }[] = []
  for (const line of lines.slice(1, -1)) {
    const words = line.trim().split(/\s+/)
    const [keyword, first = '', second = ''] = words
    if (keyword === 'format') format = first
    else if (keyword === 'element') {
      const count = Number(second)
      if (!Number.isSafeInteger(count) || count < 0) throw new Damage(`it says: ${line}`)
      if (elements.some(({ name }) => name === first))
        throw new Damage(`its header has the element ${first} twice`)
      elements.push({ name: first, count, properties: [] })
    } else if (keyword === 'property') {
      const property = parseProperty(words)
      const element = elements.at(-1)
      if (!property || !element) throw new Damage(`its header has an unknown line: ${line}`)
      if (element.properties.some(({ name }) => name === property.name))
        throw new Damage(`its element ${element.name} has the property ${property.name} twice`)
      element.properties.push(property)
    } else if (keyword !== 'comment' && keyword !== 'obj_info' && keyword !== '')
      throw new Damage(`its header has an unknown line: ${line}`)
  }
  if (format !== 'ascii' && format !== 'binary_little_endian' && format !== 'binary_big_endian')
    throw new Damage(`its format is ${format ?? 'not given'}`)
  return { format, elements, start, lines: lines.length }
}

/** The lines up to the one that says `end_header`; all end as the first does. */
function headLines(head: Buffer): { readonly lines: readonly string[]; readonly start: number } {
  const end = /^ply[ \t]*(\r\n|\n|\r)/.exec(head.toString('latin1', 0, 64))?.[1]
  if (end === undefined) throw new Damage('it does not begin with a line that says ply')
  const lines: string[] = []
  for (let at = 0; ;) {
    const next = head.indexOf(end, at)
    if (next < 0) throw new Damage('its header is cut off')
    const line = head.toString('utf8', at, next)
    lines.push(line)
    at = next + end.length
    if (line.trim() === 'end_header') return { lines, start: at }
  }
}

function parseProperty([, ...words]: readonly string[]): Property | undefined {
  if (words[0] === 'list') {
    const [, count, type, name] = words
    const [countType, itemType] = [scalarOf(count), scalarOf(type)]
    return name && countType && itemType ? { name, type: itemType, count: countType } : undefined
  }
  const [type, name] = words
  const itemType = scalarOf(type)
  return name && itemType ? { name, type: itemType } : undefined
}

function scalarOf(word = ''): Scalar | undefined {
  if (Object.hasOwn(aliases, word)) return aliases[word]
  return Object.hasOwn(scalarSizes, word) ? (word as Scalar) : undefined // it is a key of it
}
