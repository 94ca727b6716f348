// What a step hands on to the next one of its thread: the very arrays, or what the file on disk says.
import { afterEach, expect, test, vi } from 'vitest'
import { HandOver } from '../../tasks/artifacts/handed-on.ts'
import { pointCloud } from '../../tasks/artifacts/point-cloud.ts'
import { triangleMesh } from '../../tasks/artifacts/triangle-mesh.ts'
import { voxelGrid, type VoxelGrid } from '../../tasks/artifacts/voxel-grid.ts'
import { memoryFileset } from '../support/memory-fileset.ts'

const grid = { shape: [2, 2, 2], origin: [1, 2, 3], spacing: 0.5 } as const
const cubes = (...values: number[]): Int8Array => Int8Array.from({ length: 8 }, (_, i) => values[i])

/** A fileset of a volume, as a step writes it. */
async function written(data: Int8Array, isFinal: boolean) {
  const fileset = memoryFileset()
  const layers = new Map([['voxels', data]])
  await voxelGrid.write({ grid, layers, isFinal }, fileset.output)
  return fileset
}

/** What a file is decoded as that was not handed on. */
const decoded = Int8Array.of()

/** Hands arrays on whose files are their bytes. */
function handOverOfBytes() {
  const handOver = new HandOver<Int8Array>({
    name: 'bytes',
    extensions: ['bin'],
    encode: (value) => Uint8Array.from(value),
    decode: () => decoded,
  })
  return { codec: handOver.codec, encode: handOver.encode.bind(handOver) }
}

const dataOf = ({ layers }: VoxelGrid) => layers.get('voxels')

afterEach(() => vi.useRealTimers())

test('what was written last is read as the very array, once, and unpacked after that', async () => {
  const data = cubes(1, -1, 0, 1)
  const input = (await written(data, true)).input('Voxels')
  const first = await voxelGrid.read(input)
  const second = await voxelGrid.read(input)
  expect(dataOf(first)).toBe(data)
  expect(dataOf(second)).not.toBe(data)
  expect(second).toEqual(first)
})

test('what may still change is unpacked', async () => {
  const data = cubes(1)
  const input = (await written(data, false)).input('Voxels')
  data.fill(-1)
  expect(dataOf(await voxelGrid.read(input))).toEqual(cubes(1))
})

test('a file that was corrected meanwhile is read as it is', async () => {
  const fileset = await written(cubes(1, 1), true)
  const { bytes: corrected } = (await written(cubes(0, 1), false)).files.get('Voxels')!
  const content = fileset.files.get('Voxels')!
  await fileset.output.write('Voxels', { ...content, bytes: corrected })
  expect(dataOf(await voxelGrid.read(fileset.input('Voxels')))).toEqual(cubes(0, 1))
})

test('where the voxels lie is read from the disk, whatever was handed on', async () => {
  const fileset = await written(cubes(1, 1), true)
  const content = fileset.files.get('Voxels')!
  await fileset.output.write('Voxels', {
    ...content,
    metadata: { voxel_size: 2, origin: [0, 0, 0] },
  })
  const moved = await voxelGrid.read(fileset.input('Voxels'))
  expect(moved.grid).toEqual({ ...grid, origin: [0, 0, 0], spacing: 2 })
})

test('a damaged file is refused, though its arrays were handed on', async () => {
  const fileset = await written(cubes(1, 1), true)
  const content = fileset.files.get('Voxels')!
  const bytes = Uint8Array.from(content.bytes)
  bytes[bytes.length >> 1] ^= 1
  await fileset.output.write('Voxels', { ...content, bytes })
  await expect(voxelGrid.read(fileset.input('Voxels'))).rejects.toThrow('cannot be read')
})

test('only the latest is kept, and not for long', async () => {
  vi.useFakeTimers()
  const { codec, encode } = handOverOfBytes()
  const files = [await encode(cubes(1), true), await encode(cubes(2), true)]
  expect(await codec.decode(files[0], '')).toEqual(decoded)
  expect(await codec.decode(Uint8Array.from(files[1]), '')).toEqual(cubes(2))
  const again = await encode(cubes(1), true)
  await vi.advanceTimersByTimeAsync(3_000)
  expect(await codec.decode(again, '')).toEqual(decoded)
})

test('what another format wrote is not taken, be it the same bytes', async () => {
  const [one, other] = [handOverOfBytes(), handOverOfBytes()]
  const file = await one.encode(cubes(1), true)
  expect(await other.codec.decode(file, '')).toEqual(decoded)
  expect(await one.codec.decode(file, '')).toEqual(cubes(1))
})

test('arrays of very many bytes are not kept', async () => {
  // a view of a length that no memory stands behind
  const data = new Int8Array(0)
  Object.defineProperty(data, 'byteLength', { value: 2 ** 28 + 1 })
  const { codec, encode } = handOverOfBytes()
  expect(await codec.decode(await encode(data, true), '')).toEqual(decoded)
})

const triangle = {
  vertices: Float64Array.of(0, 0, 0, 1, 0, 0, 0, -0, 1),
  triangles: Uint32Array.of(0, 1, 2),
}

test('the cloud and the mesh that a step made are handed on as they are, and equal their files', async () => {
  const points = Float64Array.of(1, -0, 3)
  const normals = Float64Array.of(0, -0.6, 0.8)
  const clouds = memoryFileset()
  await pointCloud.write({ cloud: { points, normals }, spacing: 2, isFinal: true }, clouds.output)
  const cloud = await pointCloud.read(clouds.input('PointCloud'))
  expect(cloud.cloud.points).toBe(points)
  expect(await pointCloud.read(clouds.input('PointCloud'))).toEqual(cloud)

  const meshes = memoryFileset()
  await triangleMesh.write({ ...triangle, isFinal: true }, meshes.output)
  const mesh = await triangleMesh.read(meshes.input('TriangleMesh'))
  expect(mesh.vertices).toBe(triangle.vertices)
  expect(await triangleMesh.read(meshes.input('TriangleMesh'))).toEqual(mesh)
})

test('a cloud and a mesh of a task that may change them are read from their files', async () => {
  const points = Float64Array.of(1, 2, 3)
  const clouds = memoryFileset()
  await pointCloud.write({ cloud: { points } }, clouds.output)
  const meshes = memoryFileset()
  await triangleMesh.write(triangle, meshes.output)
  const [cloud, mesh] = [
    await pointCloud.read(clouds.input('PointCloud')),
    await triangleMesh.read(meshes.input('TriangleMesh')),
  ]
  expect([cloud.cloud.points, mesh.vertices]).toEqual([points, triangle.vertices])
  expect(cloud.cloud.points).not.toBe(points)
  expect(mesh.vertices).not.toBe(triangle.vertices)
})
