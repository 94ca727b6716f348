// A second reader of NPY, plain and slow, after `numpy.lib.format`: the codec is held against it.
import { plainNumber, type PlainKind } from './plain-numbers.ts'

/** An array as a list of its numbers, the last index fastest. */
interface PlainArray {
  readonly shape: readonly number[]
  readonly values: readonly (number | bigint)[]
}

/** Reads a whole file; whoever calls knows that it is one. */
export function plainNpy(file: Uint8Array): PlainArray {
  const lengthBytes = file[6] === 1 ? 2 : 4
  const length = Number(
    plainNumber(Array.from(file.slice(8, 8 + lengthBytes)), { is: 'u', size: 4 }),
  )
  const start = 8 + lengthBytes + length
  const header = new TextDecoder().decode(file.slice(8 + lengthBytes, start))
  const valueOf = (key: string) => header.split(`'${key}'`)[1].replace(/^\s*:\s*/, '')
  const [, description] = valueOf('descr').split("'")
  const isFortran = valueOf('fortran_order').startsWith('True')
  const shape = (/^\(([^)]*)\)/.exec(valueOf('shape'))?.[1] ?? '')
    .split(',')
    .filter((word) => word.trim() !== '')
    .map(Number)
  const element = elementOf(file.slice(start), description)
  const values = indicesOf(shape).map((index) => element(placeOf(index, shape, isFortran)))
  return { shape, values }
}

function elementOf(body: Uint8Array, description: string) {
  const [order, letter] = description
  const size = Number(description.slice(2))
  const is: PlainKind['is'] = letter === 'i' || letter === 'f' ? letter : 'u'
  return (at: number): number | bigint => {
    const bytes = Array.from(body.slice(at * size, (at + 1) * size))
    const value = plainNumber(order === '>' ? bytes.reverse() : bytes, { is, size })
    return letter === 'b' && value !== 0n ? 1n : value
  }
}

/** All indices, the last of each running fastest. */
function indicesOf(shape: readonly number[]): number[][] {
  return shape.reduce<number[][]>(
    (indices, length) =>
      indices.flatMap((index) => [...Array(length).keys()].map((i) => [...index, i])),
    [[]],
  )
}

/** C order: the last index is next to its neighbour; Fortran order: the first one is. */
function placeOf(index: readonly number[], shape: readonly number[], isFortran: boolean): number {
  const product = (lengths: readonly number[]) => lengths.reduce((a, b) => a * b, 1)
  return index.reduce(
    (sum, i, axis) => sum + i * product(isFortran ? shape.slice(0, axis) : shape.slice(axis + 1)),
    0,
  )
}
