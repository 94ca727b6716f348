// Elements of a binary PLY file read column by column: many times as fast as number by number.
import { scalarSizes, type Element, type Scalar } from './header.ts'

/** What was read, and where the next element begins. */
interface Read<T> {
  readonly found: T
  readonly end: number
}

/** Lists one after the other. */
interface ReadLists {
  readonly starts: Uint32Array
  readonly values: Float64Array
}

/**
 * The wanted numbers of elements without lists.
 *
 * @param at where the first element begins; as many bytes follow as all of them take
 */
export function readScalars(
  view: DataView,
  at: number,
  isLittle: boolean,
  { count, properties }: Element,
  wanted: readonly string[],
): Read<Map<string, Float64Array>> {
  const stride = properties.reduce((sum, { type }) => sum + scalarSizes[type], 0)
  const found = new Map<string, Float64Array>()
  let offset = at
  for (const { name, type } of properties) {
    if (wanted.includes(name)) {
      const values = new Float64Array(count)
      fill(values, view, offset, stride, type, isLittle)
      found.set(name, values)
    }
    offset += scalarSizes[type]
  }
  return { found, end: at + count * stride }
}

/** The numbers of one column, which are `stride` bytes apart. */
function fill(
  values: Float64Array,
  view: DataView,
  at: number,
  stride: number,
  type: Scalar,
  isLittle: boolean,
): void {
  const { length } = values
  switch (type) {
    case 'double':
      for (let i = 0; i < length; i++, at += stride) values[i] = view.getFloat64(at, isLittle)
      return
    case 'float':
      for (let i = 0; i < length; i++, at += stride) values[i] = view.getFloat32(at, isLittle)
      return
    case 'uchar':
      for (let i = 0; i < length; i++, at += stride) values[i] = view.getUint8(at)
      return
    default: {
      const next = wholeNumbersOf(view, type, isLittle)
      for (let i = 0; i < length; i++, at += stride) values[i] = next(at)
    }
  }
}

/** Reads whole numbers, which are rare as columns. */
function wholeNumbersOf(
  view: DataView,
  type: Exclude<Scalar, 'double' | 'float' | 'uchar'>,
  isLittle: boolean,
): (at: number) => number {
  switch (type) {
    case 'char':
      return (at) => view.getInt8(at)
    case 'short':
      return (at) => view.getInt16(at, isLittle)
    case 'ushort':
      return (at) => view.getUint16(at, isLittle)
    case 'int':
      return (at) => view.getInt32(at, isLittle)
    case 'uint':
      return (at) => view.getUint32(at, isLittle)
  }
}

/** Whether `readLists` reads the element: faces as nearly all programs write them. */
export const isPlainFace = ({ properties: [list, ...others] }: Element): boolean =>
  others.length === 0 && list?.count === 'uchar' && (list.type === 'int' || list.type === 'uint')

/**
 * The lists of elements for which `isPlainFace` holds.
 *
 * @throws RangeError if the bytes end before they do
 */
export function readLists(
  view: DataView,
  at: number,
  isLittle: boolean,
  { count, properties }: Element,
): Read<ReadLists> {
  const isSigned = properties[0].type === 'int'
  const starts = new Uint32Array(count + 1)
  // a damaged header may claim more faces than there are corners for
  const room = Math.floor((view.byteLength - at) / 4)
  let values = new Float64Array(Math.min(3 * count, room))
  let used = 0
  for (let i = 0; i < count; i++) {
    const length = view.getUint8(at++)
    if (used + length > values.length) {
      const larger = new Float64Array(2 * (used + length))
      larger.set(values)
      values = larger
    }
    for (const end = used + length; used < end; used++, at += 4)
      values[used] = isSigned ? view.getInt32(at, isLittle) : view.getUint32(at, isLittle)
    starts[i + 1] = used
  }
  return { found: { starts, values: values.subarray(0, used) }, end: at }
}
