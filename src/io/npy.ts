// NPY: one array of numbers as NumPy saves it.
import { Damage, defineCodec, unwritable, type Codec } from './codec.ts'

/** The kinds of number that are read and written. */
export type NpyData =
  | Int8Array
  | Uint8Array
  | Int16Array
  | Uint16Array
  | Int32Array
  | Uint32Array
  | Float32Array
  | Float64Array

/** Numbers in C order: the last index runs fastest. */
export interface NpyArray {
  readonly data: NpyData
  /** One length an axis; `[]` is a single number. */
  readonly shape: readonly number[]
}

const kinds = {
  i1: Int8Array,
  u1: Uint8Array,
  b1: Uint8Array,
  i2: Int16Array,
  u2: Uint16Array,
  i4: Int32Array,
  u4: Uint32Array,
  f4: Float32Array,
  f8: Float64Array,
  // JavaScript's numbers hold these up to 2^53; decode refuses larger ones
  i8: BigInt64Array,
  u8: BigUint64Array,
} as const

/**
 * An NPY file; maps to and from `NpyArray`. Fortran order and big-endian numbers are read too, and
 * turned; booleans become 0 and 1, whatever byte stands for true, 64-bit integers doubles, as long as they are exact.
 *
 * Source of the format: NumPy, `numpy.lib.format`, versions 1.0 to 3.0.
 */
export const npyCodec: Codec<NpyArray> = defineCodec<NpyArray>({
  name: 'an NPY array',
  extensions: ['npy'],
  decode: (bytes) => decodeNpy(bytes),
  encode(array) {
    const header = npyHeader(array)
    const bytes = new Uint8Array(header.length + array.data.byteLength)
    bytes.set(header)
    bytes.set(bytesOf(array.data), header.length)
    return bytes
  },
})

/**
 * What stands before the numbers: padded to a multiple of 64 bytes, as NumPy does.
 *
 * @throws RomiError `io/unwritable` if the shape does not fit the data
 */
export function npyHeader({ data, shape }: NpyArray): Uint8Array {
  const count = shape.reduce((product, length) => product * length, 1)
  if (count !== data.length || shape.some((length) => length < 0 || !Number.isInteger(length)))
    throw unwritable(
      `an array of shape ${shape.join(' × ')} has ${count} numbers, not ${data.length}`,
    )
  const axes = shape.length === 1 ? `${shape[0]},` : shape.join(', ')
  const text = `{'descr': '${descriptionOf(data)}', 'fortran_order': False, 'shape': (${axes}), }`
  const prefix = 10
  const length = Math.ceil((prefix + text.length + 1) / 64) * 64
  const header = Buffer.alloc(length, ' ')
  header.write('\x93NUMPY\x01\x00', 'latin1')
  header.writeUInt16LE(length - prefix, 8)
  header.write(text, prefix, 'latin1')
  header.write('\n', length - 1, 'latin1')
  return header
}

/** The numbers' bytes, without a copy. */
export function bytesOf(data: NpyData): Uint8Array {
  return new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
}

function descriptionOf(data: NpyData): string {
  const [kind] = Object.entries(kinds).find(([, type]) => data instanceof type) ?? []
  if (!kind) throw unwritable(`a ${data.constructor.name} has no counterpart in NumPy`)
  return `${data.BYTES_PER_ELEMENT === 1 ? '|' : '<'}${kind}`
}

/**
 * Reads an array; its data are a view of `bytes` where they are aligned for it.
 *
 * @throws Damage
 */
export function decodeNpy(bytes: Uint8Array): NpyArray {
  const { description, isFortran, shape, start } = parseNpyHeader(bytes)
  const order = description[0]
  const kind = description.slice(1)
  if (!isKind(kind) || !'<>|='.includes(order ?? ''))
    throw new Damage(`its numbers are of type ${description}, which is not supported`)
  const size = kinds[kind].BYTES_PER_ELEMENT
  const count = shape.reduce((product, length) => product * length, 1)
  if (count * size !== bytes.length - start)
    throw new Damage(
      `it holds ${bytes.length - start} bytes of numbers, ` +
        `but ${shape.join(' × ')} of ${description} take ${count * size}`,
    )
  const isAligned = (bytes.byteOffset + start) % size === 0
  const view = bytes.subarray(start)
  const body = isAligned && order !== '>' ? view : new Uint8Array(view) // a Buffer's slice is no copy
  if (order === '>') reverseEach(body, size)
  const data = viewed(kind, body, count)
  return { data: isFortran && shape.length > 1 ? transposed(data, shape) : data, shape }
}

type Kind = keyof typeof kinds
const isKind = (kind: string): kind is Kind => Object.hasOwn(kinds, kind)

function parseNpyHeader(bytes: Uint8Array) {
  const head = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  if (head.toString('latin1', 0, 6) !== '\x93NUMPY') throw new Damage('it has no NPY signature')
  const version = head[6] ?? 0
  if (version < 1 || version > 3 || bytes.length < 12)
    throw new Damage(`it is cut off, or of NPY version ${version}`)
  const start = version === 1 ? 10 + head.readUInt16LE(8) : 12 + head.readUInt32LE(8)
  if (start > bytes.length) throw new Damage('its header is cut off')
  const fields = fieldsOf(head.toString('latin1', version === 1 ? 10 : 12, start))
  const description = /^'([^']+)'$/.exec(fields.get('descr') ?? '')?.[1]
  const order = /^(?:True|False)$/.exec(fields.get('fortran_order') ?? '')?.[0]
  const axes = /^\((.*)\)$/s.exec(fields.get('shape') ?? '')?.[1]
  if (description === undefined || !order || axes === undefined)
    throw new Damage('its header is damaged, or describes records and no plain numbers')
  return { description, isFortran: order === 'True', shape: axesOf(axes), start }
}

// One entry of the dictionary that a header is: texts, words and tuples of numbers.
const field = /\s*'(\w+)'\s*:\s*('[^']*'|\w+|\([^()]*\))\s*(,|(?=\}))/y

/** The header's values by key, as they are spelled; none if it is no dictionary of them. */
function fieldsOf(text: string): ReadonlyMap<string, string> {
  const fields = new Map<string, string>()
  const body = /^\s*\{(.*\})\s*$/s.exec(text)?.[1] ?? ''
  for (field.lastIndex = 0; ;) {
    const at = field.lastIndex
    const match = field.exec(body)
    if (!match) return /^\s*\}$/.test(body.slice(at)) ? fields : new Map()
    if (fields.has(match[1])) return new Map()
    fields.set(match[1], match[2])
  }
}

/** More than NumPy has: 64 axes from version 2 on, 32 before. */
const mostAxes = 64

function axesOf(axes: string): number[] {
  const words = axes.split(',').map((word) => word.trim())
  // after a single axis there is a comma, after the last of several there may be
  if (words.at(-1) === '') words.pop()
  if (words.length > mostAxes)
    throw new Damage(`its shape has ${words.length} axes, and NumPy has at most ${mostAxes}`)
  return words.map((word) => {
    const length = /^\d+L?$/.test(word) ? parseInt(word, 10) : NaN // Python 2 wrote 3L
    if (!Number.isSafeInteger(length)) throw new Damage(`its shape has "${word}" for a length`)
    return length
  })
}

function viewed(kind: Kind, body: Uint8Array, count: number): NpyData {
  const data = new kinds[kind](body.buffer as ArrayBuffer, body.byteOffset, count) // or shared: both do
  if (kind === 'b1') return Uint8Array.from(data as Uint8Array, (value) => (value === 0 ? 0 : 1)) // it is one
  if (!(data instanceof BigInt64Array || data instanceof BigUint64Array)) return data
  const doubles = Float64Array.from(data, Number)
  const wrong = doubles.findIndex((value) => !Number.isSafeInteger(value))
  if (wrong >= 0) throw new Damage(`${data[wrong]} is too large to be exact as a double`)
  return doubles
}

function reverseEach(bytes: Uint8Array, size: number): void {
  for (let at = 0; at < bytes.length; at += size) bytes.subarray(at, at + size).reverse()
}

/** From first index fastest to last index fastest. */
function transposed(data: NpyData, shape: readonly number[]): NpyData {
  const result = data.slice()
  const strides: number[] = []
  let stride = 1
  for (const length of shape) {
    strides.push(stride)
    stride *= length
  }
  const index = shape.map(() => 0)
  for (let to = 0, from = 0; to < result.length; to++) {
    result[to] = data[from]
    // step the last index, carry into those before it
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      from += strides[axis]
      if (++index[axis] < shape[axis]) break
      from -= strides[axis] * shape[axis]
      index[axis] = 0
    }
  }
  return result
}
