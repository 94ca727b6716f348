// The codecs' readings, held against second readers that share nothing with them.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { csvCodec } from '../../src/io/csv.ts'
import { npyCodec } from '../../src/io/npy.ts'
import { pointCloudCodec, triangleMeshCodec } from '../../src/io/ply/index.ts'
import { plainCsv } from '../support/plain-csv.ts'
import { plainNpy } from '../support/plain-npy.ts'
import { plainBytes, type PlainKind } from '../support/plain-numbers.ts'
import { plainPly, plyKinds, type PlainElement } from '../support/plain-ply.ts'
import { decodedOrUnreadable } from './support.ts'

/** A number that this kind holds exactly. */
function numberOf({ is, size }: PlainKind): fc.Arbitrary<number> {
  if (is === 'f' && size === 4) return fc.float({ noDefaultInfinity: true, noNaN: true })
  if (is === 'f') return fc.double({ noDefaultInfinity: true, noNaN: true })
  const bits = Math.min(8 * size, 53)
  return is === 'u'
    ? fc.maxSafeInteger().map((n) => Math.abs(n) % 2 ** bits)
    : fc.maxSafeInteger().map((n) => n % 2 ** (bits - 1))
}

const stored = (value: number, kind: PlainKind, isBig: boolean): number[] => {
  const bytes = plainBytes(value, kind)
  return isBig ? bytes.reverse() : bytes
}

describe('NPY is read as its definition says', () => {
  const kinds = ['i1', 'u1', 'b1', 'i2', 'u2', 'i4', 'u4', 'i8', 'u8', 'f4', 'f8']
  const anyFile = fc
    .record({
      kind: fc.constantFrom(...kinds),
      order: fc.constantFrom('<', '>', '|', '='),
      version: fc.constantFrom(1, 2, 3),
      isFortran: fc.boolean(),
      shape: fc.array(fc.integer({ min: 0, max: 4 }), { maxLength: 4 }),
      isReversed: fc.boolean(),
      padding: fc.integer({ min: 0, max: 64 }),
    })
    .chain((form) => {
      const count = form.shape.reduce((a, b) => a * b, 1)
      const kind = npyKind(form.kind)
      const numbers = fc.array(numberOf(kind), { minLength: count, maxLength: count })
      return numbers.map((values) => npyFile({ ...form, values }))
    })

  test('whatever the numbers, their order and the version', async () => {
    await fc.assert(
      fc.asyncProperty(anyFile, async (file) => {
        const expected = plainNpy(file)
        const { shape, data } = await npyCodec.decode(file, 'x.npy')
        expect(shape).toEqual(expected.shape)
        expect([...data].map(Number)).toEqual(expected.values.map(Number))
      }),
      { numRuns: 300 },
    )
  })

  test('NPY is read as its definition says and is refused when bytes are missing or too many', async () => {
    const change = fc.constantFrom(-1, 1)
    await fc.assert(
      fc.asyncProperty(anyFile, change, async (file, by) => {
        const other = by < 0 ? file.slice(0, -1) : Uint8Array.of(...file, 0)
        expect(await decodedOrUnreadable(npyCodec, other)).toBeUndefined()
      }),
    )
  })
})

function npyKind(name: string): PlainKind {
  const is = name.startsWith('i') || name.startsWith('f') ? name[0] : 'u'
  return { is: is as PlainKind['is'], size: Number(name[1]) } // one of the three, by the line above
}

function npyFile(form: {
  readonly kind: string
  readonly order: string
  readonly version: number
  readonly isFortran: boolean
  readonly shape: readonly number[]
  readonly isReversed: boolean
  readonly padding: number
  readonly values: readonly number[]
}): Uint8Array {
  const { kind, order, version, isFortran, shape, values } = form
  const axes = shape.length === 1 ? `(${shape[0]},)` : `(${shape.join(', ')})`
  const entries = [
    `'descr': '${order}${kind}'`,
    `'fortran_order': ${isFortran ? 'True' : 'False'}`,
    `'shape': ${axes}`,
  ]
  if (form.isReversed) entries.reverse()
  const text = `{${entries.join(', ')}, }${' '.repeat(form.padding)}\n`
  const length = plainBytes(text.length, { is: 'u', size: version === 1 ? 2 : 4 })
  const body = values.flatMap((value) => stored(value, npyKind(kind), order === '>'))
  return Uint8Array.of(
    0x93,
    ...Buffer.from('NUMPY'),
    version,
    0,
    ...length,
    ...Buffer.from(text),
    ...body,
  )
}

describe('CSV is read as RFC 4180 says', () => {
  const pieces = fc.constantFrom('a', 'é', '1.5', ',', ',', '"', '""', '\n', '\r\n', '\r', ' ', '=')
  const cell = fc.oneof(
    fc.constantFrom('', 'a', ' b ', '-1e5'),
    fc.array(pieces, { maxLength: 4 }).map((all) => `"${all.join('').replaceAll('"', '""')}"`),
  )
  const table = fc
    .record({ width: fc.integer({ min: 1, max: 3 }), end: fc.constantFrom('\n', '\r\n', '\r') })
    .chain(({ width, end }) =>
      fc
        .array(fc.array(cell, { minLength: width, maxLength: width }), {
          minLength: 1,
          maxLength: 4,
        })
        .map((rows) => rows.map((row) => row.join(',') + end).join('')),
    )
  const anyText = fc.array(pieces, { maxLength: 12 }).map((all) => all.join(''))

  test('in tables, and in texts that may be none', async () => {
    await fc.assert(
      fc.asyncProperty(fc.oneof(table, anyText), async (text) => {
        const rows = plainCsv(text)
        const [columns, ...others] = rows ?? []
        const isTable = rows !== undefined && others.every((row) => row.length === columns.length)
        const expected = isTable && rows.length > 0 ? { columns, rows: others } : undefined
        expect(await decodedOrUnreadable(csvCodec, Buffer.from(text))).toEqual(expected)
      }),
      { numRuns: 1000 },
    )
  })
})

/** A property of a made file, and its numbers, a list of them for each element. */
interface Column {
  readonly name: string
  readonly type: string
  /** The kind of a list's length. */
  readonly counted?: string
  readonly values: readonly (readonly number[])[]
}

interface Written {
  readonly format: 'ascii' | 'binary_little_endian' | 'binary_big_endian'
  readonly end: '\n' | '\r\n' | '\r'
  readonly elements: readonly { name: string; count: number; columns: readonly Column[] }[]
}

describe('PLY is read as its definition says', () => {
  const type = fc.constantFrom(...Object.keys(plyKinds))
  const wholeType = type.filter((name) => plyKinds[name].is !== 'f')
  const scalar = (name: string, count: number, of = type): fc.Arbitrary<Column> =>
    of.chain((type) => {
      const one = numberOf(plyKinds[type]).map((value) => [value])
      return fc.record({
        name: fc.constant(name),
        type: fc.constant(type),
        values: fc.array(one, { minLength: count, maxLength: count }),
      })
    })
  const list = (name: string, count: number, of = type, item?: fc.Arbitrary<number>) =>
    fc.tuple(of, wholeType).chain(([type, counted]) => {
      const some = fc.array(item ?? numberOf(plyKinds[type]), { maxLength: 5 })
      return fc.record({
        name: fc.constant(name),
        type: fc.constant(type),
        counted: fc.constant(counted),
        values: fc.array(some, { minLength: count, maxLength: count }),
      })
    })
  const shuffled = (columns: readonly fc.Arbitrary<Column>[], least: number) =>
    fc.tuple(...columns).chain((all) =>
      fc.subarray(all.slice(least)).chain((kept) => {
        const these = [...all.slice(0, least), ...kept]
        return fc.shuffledSubarray(these, { minLength: these.length })
      }),
    )
  const colour = fc.constantFrom('uchar', 'uint8')
  const vertices = (count: number) =>
    shuffled(
      [
        ...['x', 'y', 'z'].map((name) => scalar(name, count)),
        ...['nx', 'ny', 'nz', 'quality'].map((name) => scalar(name, count)),
        ...['red', 'green', 'blue', 'alpha'].map((name) => scalar(name, count, colour)),
        list('seen', count),
      ],
      3,
    )
  const faces = (count: number, corners: number) => {
    const corner = fc.integer({ min: 0, max: corners - 1 })
    return shuffled(
      [list('vertex_indices', count, wholeType, corner), scalar('flags', count), list('uv', count)],
      1,
    )
  }
  const anyFile: fc.Arbitrary<Written> = fc
    .tuple(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 0, max: 4 }), fc.nat(2))
    .chain(([vertexCount, faceCount, otherCount]) =>
      fc.record({
        format: fc.constantFrom('ascii', 'binary_little_endian', 'binary_big_endian'),
        end: fc.constantFrom('\n', '\r\n', '\r'),
        elements: fc
          .tuple(
            vertices(vertexCount),
            faces(faceCount, vertexCount),
            shuffled([scalar('a', otherCount), list('b', otherCount)], 1),
          )
          .map(([vertex, face, other]) => [
            { name: 'vertex', count: vertexCount, columns: vertex },
            { name: 'face', count: faceCount, columns: face },
            { name: 'other', count: otherCount, columns: other },
          ])
          .chain((all) => fc.shuffledSubarray(all, { minLength: 3 })),
      }),
    )

  test('whatever its kinds of number, its lists and the order of all', async () => {
    await fc.assert(
      fc.asyncProperty(anyFile, async (written) => {
        const file = plyFile(written)
        const elements = plainPly(file)
        const all = elements.get('vertex') ?? []
        const { points, normals, colors } = await pointCloudCodec.decode(file, 'x.ply')
        expect([...points]).toEqual(rowsOf(all, ['x', 'y', 'z']))
        expect(normals && [...normals]).toEqual(rowsOf(all, ['nx', 'ny', 'nz']))
        expect(colors && [...colors]).toEqual(rowsOf(all, ['red', 'green', 'blue']))
        const mesh = await triangleMeshCodec.decode(file, 'x.ply')
        expect(mesh.vertices).toEqual(points)
        expect([...mesh.triangles]).toEqual((elements.get('face') ?? []).flatMap(fan))
      }),
      { numRuns: 200 },
    )
  })
})

/** The numbers of these properties, element by element; `undefined` if one of them is not there. */
const rowsOf = (elements: readonly PlainElement[], names: readonly string[]) =>
  names.every((name) => name in elements[0])
    ? elements.flatMap((element) => names.flatMap((name) => element[name]))
    : undefined

const fan = ({ vertex_indices: corners }: PlainElement): number[] =>
  corners.slice(2).flatMap((corner, i) => [corners[0], corners[i + 1], corner])

function plyFile({ format, end, elements }: Written): Uint8Array {
  const lines = ['ply', `format ${format} 1.0`, 'comment element vertex 7', 'obj_info made up']
  const chunks: Uint8Array[] = []
  for (const { name, count, columns } of elements) {
    lines.push(`element ${name} ${count}`)
    for (const { name, type, counted } of columns)
      lines.push(`property ${counted === undefined ? '' : `list ${counted} `}${type} ${name}`)
    for (let i = 0; i < count; i++) {
      const cells = columns.flatMap(({ type, counted, values }) => [
        ...(counted === undefined ? [] : [{ type: counted, value: values[i].length }]),
        ...values[i].map((value) => ({ type, value })),
      ])
      const bytes =
        format === 'ascii'
          ? Buffer.from(cells.map(({ value }) => spelled(value)).join(' ') + end)
          : cells.flatMap(({ type, value }) =>
              stored(value, plyKinds[type], format === 'binary_big_endian'),
            )
      chunks.push(Uint8Array.from(bytes))
    }
  }
  const header = [...lines, 'end_header'].map((line) => line + end).join('')
  return Buffer.concat([Buffer.from(header), ...chunks])
}

const spelled = (value: number): string => (Object.is(value, -0) ? '-0' : String(value))
