// A second reader of PLY, plain and slow, after Turk (1994): the codec is held against it.
import { plainNumber, type PlainKind } from './plain-numbers.ts'

/** The kinds of number, by both of their names. */
export const plyKinds: Readonly<Record<string, PlainKind>> = {
  char: { is: 'i', size: 1 },
  uchar: { is: 'u', size: 1 },
  short: { is: 'i', size: 2 },
  ushort: { is: 'u', size: 2 },
  int: { is: 'i', size: 4 },
  uint: { is: 'u', size: 4 },
  float: { is: 'f', size: 4 },
  double: { is: 'f', size: 8 },
  int8: { is: 'i', size: 1 },
  uint8: { is: 'u', size: 1 },
  int16: { is: 'i', size: 2 },
  uint16: { is: 'u', size: 2 },
  int32: { is: 'i', size: 4 },
  uint32: { is: 'u', size: 4 },
  float32: { is: 'f', size: 4 },
  float64: { is: 'f', size: 8 },
}

/** What stands in one element: a list of one number for a scalar, of all of them for a list. */
export type PlainElement = Readonly<Record<string, readonly number[]>>

/** Reads a whole file, all of its elements by their names; whoever calls knows that it is one. */
export function plainPly(file: Uint8Array): ReadonlyMap<string, readonly PlainElement[]> {
  const text = Buffer.from(file).toString('latin1')
  // As the first line ends, so do all: a first number of 10 behind a lone CR is no end of a line.
  const ending = /^ply(\r\n|\n|\r)/.exec(text)?.[1] ?? '\n'
  const end = new RegExp(`end_header${ending}`).exec(text)
  if (end === null) throw new Error('no end_header')
  const lines = text.slice(0, end.index).split(/\r\n|\n|\r/)
  const format = lines.find((line) => line.startsWith('format'))?.split(' ')[1]
  const start = end.index + end[0].length
  const next = format === 'ascii' ? wordsOf(text.slice(start)) : bytesOf(file.slice(start), format)
  const elements = new Map<string, PlainElement[]>()
  lines.forEach((line, i) => {
    const [keyword, name, count] = line.split(' ')
    if (keyword !== 'element') return
    const after = lines.slice(i + 1)
    const following = after.findIndex((other) => other.startsWith('element'))
    const properties = (following < 0 ? after : after.slice(0, following))
      .filter((other) => other.startsWith('property'))
      .map((other) => other.split(' ').slice(1))
    elements.set(
      name,
      Array.from({ length: Number(count) }, () => elementOf(properties, next)),
    )
  })
  return elements
}

type Next = (kind: PlainKind) => number

function elementOf(properties: readonly (readonly string[])[], next: Next): PlainElement {
  const entries = properties.map(([type, ...rest]) => {
    if (type !== 'list') return [rest[0], [next(plyKinds[type])]]
    const [countType, itemType, name] = rest
    const length = next(plyKinds[countType])
    return [name, Array.from({ length }, () => next(plyKinds[itemType]))]
  })
  return Object.fromEntries(entries) as PlainElement // names with lists of numbers, as made above
}

function wordsOf(text: string): Next {
  const words = text.split(/\s+/).filter((word) => word !== '')
  return () => Number(words.shift())
}

function bytesOf(body: Uint8Array, format = ''): Next {
  let at = 0
  return (kind) => {
    const bytes = Array.from(body.slice(at, (at += kind.size)))
    return Number(plainNumber(format === 'binary_big_endian' ? bytes.reverse() : bytes, kind))
  }
}
