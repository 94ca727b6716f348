import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  pointCloudCodec,
  readPointCloud,
  readTriangleMesh,
  triangleMeshCodec,
  writePointCloud,
  writeTriangleMesh,
  type PointCloud,
  type TriangleMesh,
} from '../../src/io/ply/index.ts'
import { decodedOrUnreadable, memoryFile } from './support.ts'

const bytesOf = (text: string) => Buffer.from(text, 'latin1')

const anyVertices = fc
  .tuple(fc.integer({ min: 0, max: 20 }), fc.boolean(), fc.boolean())
  .chain(([n, hasNormals, hasColors]) => {
    const doubles = fc
      .array(fc.double({ noNaN: true, noDefaultInfinity: true }), {
        minLength: 3 * n,
        maxLength: 3 * n,
      })
      .map((values) => Float64Array.from(values))
    const bytes = fc
      .uint8Array({ minLength: 3 * n, maxLength: 3 * n })
      .map((values) => Uint8Array.from(values))
    return fc.record(
      {
        points: doubles,
        ...(hasNormals && { normals: doubles }),
        ...(hasColors && { colors: bytes }),
      },
      { noNullPrototype: true },
    )
  })

const anyMesh: fc.Arbitrary<TriangleMesh> = anyVertices
  .filter(({ points }) => points.length > 0)
  .chain(({ points, ...others }) =>
    fc
      .array(fc.integer({ min: 0, max: points.length / 3 - 1 }), { maxLength: 30 })
      .map((corners) => ({
        vertices: points,
        triangles: Uint32Array.from(corners.slice(0, corners.length - (corners.length % 3))),
        ...others,
      })),
  )

describe('PLY', () => {
  test('every point cloud comes back, bit for bit', async () => {
    await fc.assert(
      fc.asyncProperty(anyVertices, async (cloud: PointCloud) => {
        const file = memoryFile('PointCloud')
        await writePointCloud(file, cloud)
        expect(await readPointCloud(file)).toStrictEqual(cloud)
      }),
    )
  })

  test('every mesh comes back, and its vertices as a point cloud', async () => {
    await fc.assert(
      fc.asyncProperty(anyMesh, async (mesh) => {
        const file = memoryFile('TriangleMesh')
        await writeTriangleMesh(file, mesh)
        expect(await readTriangleMesh(file)).toStrictEqual(mesh)
        expect((await readPointCloud(file)).points).toEqual(mesh.vertices)
      }),
    )
  })

  test('the head is the one that other programs open', async () => {
    const bytes = await pointCloudCodec.encode({
      points: Float64Array.of(1, 2, 3),
      normals: Float64Array.of(0, 0, 1),
      colors: Uint8Array.of(255, 128, 0),
    })
    const head = [
      'ply',
      'format binary_little_endian 1.0',
      'element vertex 1',
      'property double x',
      'property double y',
      'property double z',
      'property double nx',
      'property double ny',
      'property double nz',
      'property uchar red',
      'property uchar green',
      'property uchar blue',
      'end_header',
      '',
    ].join('\n')
    const text = Buffer.from(bytes).toString('latin1')
    expect(text.slice(0, head.length)).toBe(head)
    expect(bytes.length - head.length).toBe(51)
    expect(text.slice(head.length)).toBe(
      '\0\0\0\0\0\0\xf0\x3f\0\0\0\0\0\0\0\x40\0\0\0\0\0\0\x08\x40' +
        '\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\xf0\x3f\xff\x80\0',
    )
  })

  test('text with unknown elements and properties, comments and polygons is read', async () => {
    const text = `ply\r
format ascii 1.0\r
comment by hand\r
element camera 1\r
property list uchar int views\r
element vertex 4\r
property float x\r
property float y\r
property uchar quality\r
property float z\r
property float red\r
property float green\r
property float blue\r
element face 2\r
property list uchar int vertex_index\r
property uchar flags\r
end_header\r
2 7 8\r
0 0 9 0 0 0 1\r
1 0 9 0 0 0.5 1\r
1 1 9 -1.5e0 0 0 1\r
0 1 9 nan 0 0 1\r
4 0 1 2 3 1\r
3 0 1 2 1`
    expect(await triangleMeshCodec.decode(bytesOf(text), 'x')).toEqual({
      vertices: Float64Array.of(0, 0, 0, 1, 0, 0, 1, 1, -1.5, 0, 1, NaN),
      triangles: Uint32Array.of(0, 1, 2, 0, 2, 3, 0, 1, 2),
      colors: Uint8Array.of(0, 0, 255, 0, 128, 255, 0, 0, 255, 0, 0, 255),
    })
  })

  test('big-endian numbers of every kind are read', async () => {
    const head = `ply
format binary_big_endian 1.0
element vertex 1
property int16 x
property uint32 y
property int8 z
end_header
`
    const bytes = bytesOf(`${head}\xff\xfe\x00\x01\x00\x00\xff`)
    expect(await pointCloudCodec.decode(bytes, 'x')).toEqual({
      points: Float64Array.of(-2, 65536, -1),
    })
  })

  test.each([
    ['little', 'int', true],
    ['little', 'uint', true],
    ['big', 'int', false],
  ] as const)(
    'binary %s-endian faces of %s with any number of corners are read',
    async (end, type, isLittle) => {
      const faces = [[0, 1, 2, 3, 4], [], [2, 3, 4], [4, 3], [1, 2, 3, 0]]
      const head = `ply
format binary_${end}_endian 1.0
element vertex 5
property uchar x
property ushort y
property float z
property int other
element face ${faces.length}
property list uchar ${type} vertex_indices
end_header
`
      const size = 5 * 11 + faces.reduce((sum, { length }) => sum + 1 + 4 * length, 0)
      const bytes = new Uint8Array(head.length + size)
      bytes.set(bytesOf(head))
      const view = new DataView(bytes.buffer)
      let at = head.length
      for (let i = 0; i < 5; i++, at += 11) {
        view.setUint8(at, 250 + i)
        view.setUint16(at + 1, 65530 + i, isLittle)
        view.setFloat32(at + 3, -i / 2, isLittle)
      }
      for (const face of faces) {
        view.setUint8(at++, face.length)
        for (const corner of face) {
          view.setUint32(at, corner, isLittle)
          at += 4
        }
      }
      expect(await triangleMeshCodec.decode(bytes, 'x')).toEqual({
        vertices: Float64Array.from({ length: 15 }, (_, i) =>
          i % 3 === 0 ? 250 + i / 3 : i % 3 === 1 ? 65530 + (i - 1) / 3 : -(i - 2) / 6,
        ),
        triangles: Uint32Array.of(0, 1, 2, 0, 2, 3, 0, 3, 4, 2, 3, 4, 1, 2, 3, 1, 3, 0),
      })
      for (let length = head.length; length < bytes.length; length++)
        expect(
          await decodedOrUnreadable(triangleMeshCodec, bytes.subarray(0, length)),
        ).toBeUndefined()
    },
  )

  test.each([
    [
      'a face of a vertex that is not there',
      'ply\nformat ascii 1.0\nelement vertex 1\nproperty float x\nproperty float y\nproperty float z\nelement face 1\nproperty list uchar int vertex_indices\nend_header\n0 0 0\n3 0 0 1\n',
    ],
    [
      'a negative vertex',
      'ply\nformat ascii 1.0\nelement vertex 1\nproperty float x\nproperty float y\nproperty float z\nelement face 1\nproperty list uchar int vertex_indices\nend_header\n0 0 0\n3 0 0 -1\n',
    ],
    [
      'no faces',
      'ply\nformat ascii 1.0\nelement vertex 1\nproperty float x\nproperty float y\nproperty float z\nend_header\n0 0 0\n',
    ],
    [
      'a claim of more than the file can hold',
      'ply\nformat binary_little_endian 1.0\nelement vertex 99999999999\nproperty float x\nproperty float y\nproperty float z\nend_header\n',
    ],
    [
      'a word among the numbers',
      'ply\nformat ascii 1.0\nelement vertex 1\nproperty float x\nproperty float y\nproperty float z\nend_header\n0 zero 0\n',
    ],
    ['an unknown type', 'ply\nformat ascii 1.0\nelement vertex 0\nproperty half x\nend_header\n'],
    ['a picture', '\x89PNG\r\n\x1a\n'],
  ])('%s is unreadable', async (_, text) => {
    expect(await decodedOrUnreadable(triangleMeshCodec, bytesOf(text))).toBeUndefined()
  })

  test('cut anywhere it is unreadable', async () => {
    const mesh: TriangleMesh = {
      vertices: Float64Array.from({ length: 12 }, (_, i) => i / 7),
      triangles: Uint32Array.of(0, 1, 2, 2, 1, 3),
      colors: new Uint8Array(12),
    }
    const bytes = await triangleMeshCodec.encode(mesh)
    for (let length = 0; length < bytes.length; length++)
      expect(
        await decodedOrUnreadable(triangleMeshCodec, bytes.subarray(0, length)),
      ).toBeUndefined()
  })

  test('arrays that do not belong together are not written', async () => {
    const points = new Float64Array(6)
    for (const cloud of [
      { points: new Float64Array(4) },
      { points, normals: new Float64Array(3) },
      { points, colors: new Uint8Array(9) },
    ])
      await expect(async () => pointCloudCodec.encode(cloud)).rejects.toMatchObject({
        code: 'io/unwritable',
      })
    const mesh = { vertices: points, triangles: Uint32Array.of(0, 1, 2) }
    await expect(async () => triangleMeshCodec.encode(mesh)).rejects.toMatchObject({
      code: 'io/unwritable',
    })
  })
})
