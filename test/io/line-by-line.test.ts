// Text is read by its lines and kinds of number: what does not fit is refused with its line.
import { describe, expect, test } from 'vitest'
import { isRomiError } from '../../src/base/errors.ts'
import type { Codec } from '../../src/io/codec.ts'
import {
  colmapCamerasCodec,
  colmapImagesCodec,
  colmapPointsCodec,
} from '../../src/io/colmap/index.ts'
import { mtlCodec, objCodec } from '../../src/io/obj/index.ts'
import { pointCloudCodec, triangleMeshCodec } from '../../src/io/ply/index.ts'

async function why(codec: Codec<unknown>, text: string): Promise<string> {
  try {
    await codec.decode(Buffer.from(text, 'latin1'), 'x')
  } catch (error) {
    expect(isRomiError(error, 'io/unreadable'), String(error)).toBe(true)
    return (error as Error).message
  }
  return 'read'
}

const xyz = 'property float x\nproperty float y\nproperty float z\n'
const faces = 'element face 1\nproperty list uchar int vertex_indices\n'
const mesh = (body: string, before = '', properties = xyz) =>
  `ply\nformat ascii 1.0\n${before}element vertex 3\n${properties}${faces}end_header\n${body}`
const corners = '0 0 0\n1 0 0\n0 1 0\n'
const cloud = (properties: string, ...rows: string[]) =>
  `ply\nformat ascii 1.0\nelement vertex ${rows.length}\n${xyz}${properties}end_header\n${rows.join('\n')}\n`

describe('PLY as text', () => {
  test.each([
    ['a number too many in a line', '0 0 0\n1 0 0 7\n0 1 0\n3 0 1 2\n', 'line 11'],
    ['a number too few', '0 0 0\n1 0\n0 0 1 0\n3 0 1 2\n', 'line 11'],
    ['a fraction for a vertex of a face', `${corners}3 0 1.5 2\n`, 'line 13'],
    ['a longer list than its count', `${corners}3 0 1 2 2\n`, 'line 13'],
    ['a negative count', `${corners}-1\n`, 'line 13'],
    ['a hexadecimal number', '0 0 0x1\n1 0 0\n0 1 0\n3 0 1 2\n', 'line 10'],
    ['lines behind its end', `${corners}3 0 1 2\n3 0 1 2\n`, 'line 14'],
  ])('PLY as text with %s is refused with the line', async (_, body, line) => {
    expect(await why(triangleMeshCodec, mesh(body))).toContain(`${line}`)
  })

  test.each([
    ['a comment that says end_header', 'comment no end_header here\n'],
    ['an element called constructor', 'element constructor 0\n'],
    ['an element called __proto__ of its own', 'element __proto__ 0\nproperty int x\n'],
  ])('PLY as text with %s is read', async (_, before) => {
    expect(
      await triangleMeshCodec.decode(Buffer.from(mesh(`${corners}3 0 1 2\n`, before)), 'x'),
    ).toEqual({
      vertices: Float64Array.of(0, 0, 0, 1, 0, 0, 0, 1, 0),
      triangles: Uint32Array.of(0, 1, 2),
    })
  })

  test('PLY as text may end its lines in any way, and have empty ones', async () => {
    const text = mesh(`${corners}3 0 1 2\n`)
    const whole = await triangleMeshCodec.decode(Buffer.from(text), 'x')
    for (const other of [text.replaceAll('\n', '\r\n'), text.replaceAll('\n', '\r'), `${text}\n\n`])
      expect(await triangleMeshCodec.decode(Buffer.from(other), 'x')).toEqual(whole)
  })

  test('PLY as text with an element or a property twice is refused', async () => {
    expect(await why(pointCloudCodec, cloud('property float x\n', '1 2 3 4'))).not.toBe('read')
    expect(
      await why(triangleMeshCodec, mesh(`${corners}3 0 1 2\n`, 'element vertex 0\n')),
    ).not.toBe('read')
  })

  test('PLY as text with an infinite position is refused by the name of its vertex', async () => {
    for (const word of ['inf', '-Infinity', '1e999'])
      expect(await why(pointCloudCodec, cloud('', '0 0 0', `0 ${word} 0`))).toMatch(/vertex 1 .* y/)
    expect(() => pointCloudCodec.encode({ points: Float64Array.of(0, 0, Infinity) })).toThrow(
      expect.objectContaining({ code: 'io/unwritable' }),
    )
  })
})

describe('colours of PLY', () => {
  const properties = (type: string, names: string) =>
    names
      .split(' ')
      .map((name) => `property ${type} ${name}\n`)
      .join('')
  const colours = async (type: string, names: string, ...rows: string[]) => {
    const text = cloud(properties(type, names), ...rows.map((row) => `0 0 0 ${row}`))
    return (await pointCloudCodec.decode(Buffer.from(text), 'x')).colors
  }

  test.each(['red green blue', 'r g b', 'diffuse_red diffuse_green diffuse_blue'])(
    'colours of PLY may be called %s',
    async (names) =>
      expect(await colours('uchar', names, '1 2 255')).toEqual(Uint8Array.of(1, 2, 255)),
  )

  test.each([
    ['float', '0 0.5 1', [0, 128, 255]],
    ['float', '1 1 1', [255, 255, 255]],
    ['double', '0 100.4 255', [0, 100, 255]],
    ['ushort', '0 32896 65535', [0, 128, 255]],
    ['int', '0 1 255', [0, 1, 255]],
  ])('colours of PLY of type %s, %s, are %j', async (type, row, expected) => {
    expect(await colours(type, 'red green blue', row)).toEqual(Uint8Array.from(expected))
  })

  test.each([
    ['float', '0 0 300'],
    ['int', '0 -1 0'],
    ['float', 'nan 0 0'],
    ['int', '256 0 0'],
  ])('colours of PLY of type %s that are none, %s, are refused', async (type, row) => {
    await expect(colours(type, 'red green blue', '0 0 0', row)).rejects.toMatchObject({
      code: 'io/unreadable',
      message: expect.stringContaining('vertex 1'),
    })
  })
})

describe('COLMAP as text', () => {
  const point = (words: string) => `# Number of points: 1, mean track length: 1\n${words}\n`
  test.each([
    '9 1 2 3 300 1 30 0.25 5 1',
    '9 1 2 3 3 -1 30 0.25 5 1',
    '9 1 2 3 3 1 30 0.25 -5 1',
    '9 1 2 3 3 1 30 0.25 5 1.5',
    '9 1 2 3 3 1 30.7 0.25 5 1',
    '9 1 2 3 3 1 30 0.25 5',
    '9 1 inf 3 3 1 30 0.25 5 1',
    '-9 1 2 3 3 1 30 0.25 5 1',
    '9 0x1 2 3 3 1 30 0.25 5 1',
  ])('COLMAP as text has no point %s', async (words) => {
    expect(await why(colmapPointsCodec(), point(words))).toMatch(/line 2\b/)
  })

  test.each([
    '1.5 PINHOLE 6 4 5 5 3 2',
    '1 PINHOLE -6 4 5 5 3 2',
    '1 PINHOLE 6 4.5 5 5 3 2',
    '1 PINHOLE 6',
  ])('COLMAP as text has no camera %s', async (words) =>
    expect(await why(colmapCamerasCodec(), `${words}\n`)).not.toBe('read'),
  )

  test.each([
    '3 1 0 0 0 0.5 0 -2 -1 a.jpg\n\n',
    '3 1 0 0 x 0.5 0 -2 1 a.jpg\n\n',
    '3 1 0 0 0 0.5 0 -2 1 a.jpg\n1 2 -2\n',
    '3 1 0 0 0 0.5 0 -2 1 a.jpg\n1 2\n',
  ])('COLMAP as text has no image %j', async (text) => {
    expect(await why(colmapImagesCodec(), text)).toMatch(/line [12]\b/)
  })
})

describe('OBJ', () => {
  const text = 'mtllib a.mtl\nv 0 0 0\nv 1 0 0\nv 0 1 0\no leaf\nf 1 2 \\\n 3\n'

  test('OBJ may end its lines with a carriage return, and begin with a byte order mark', async () => {
    const whole = await objCodec.decode(Buffer.from(text), 'x')
    expect(whole.parts).toHaveLength(1)
    for (const other of [
      text.replaceAll('\n', '\r\n'),
      text.replaceAll('\n', '\r'),
      `\ufeff${text}`,
    ])
      expect(await objCodec.decode(Buffer.from(other), 'x')).toEqual(whole)
    const materials = 'newmtl green\nKd 0 1 0\n'
    expect(await mtlCodec.decode(Buffer.from(materials.replaceAll('\n', '\r')), 'x')).toEqual(
      await mtlCodec.decode(Buffer.from(materials), 'x'),
    )
  })

  test('counts lines that end with a carriage return', async () => {
    expect(await why(objCodec, 'v 0 0 0\rv 1 0 0\rv 0 one 0\r')).toContain('line 3')
    expect(await why(objCodec, 'v 0 0 0\nv 1 inf 0\n')).toContain('line 2')
  })
})
