// What a step hands on to the next one of its thread: the very arrays, or what the file on disk says.
import { afterEach, expect, test, vi } from 'vitest'
import { io } from '../../src/index.ts'
import { handOn, takeHandedOn } from '../../tasks/artifacts/handed-on.ts'
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
  const files = [Uint8Array.of(1), Uint8Array.of(2)]
  const arrays = (data: Int8Array): io.NpzArrays => ({ voxels: { data, shape: [8] } })
  handOn(files[0], arrays(cubes(1)))
  handOn(files[1], arrays(cubes(2)))
  expect(takeHandedOn(files[0])).toBeUndefined()
  expect(takeHandedOn(Uint8Array.of(2))?.voxels.data).toEqual(cubes(2))
  handOn(files[0], arrays(cubes(1)))
  await vi.advanceTimersByTimeAsync(3_000)
  expect(takeHandedOn(files[0])).toBeUndefined()
})

test('arrays of very many bytes are not kept', () => {
  // a view of a length that no memory stands behind
  const data = new Int8Array(0)
  Object.defineProperty(data, 'byteLength', { value: 2 ** 28 + 1 })
  handOn(Uint8Array.of(3), { voxels: { data, shape: [0] } })
  expect(takeHandedOn(Uint8Array.of(3))).toBeUndefined()
})
