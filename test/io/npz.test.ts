import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { npyCodec, type NpyArray, type NpyData } from '../../src/io/npy.ts'
import { npzCodec, readNpz, writeNpz } from '../../src/io/npz.ts'
import { decodedOrUnreadable, memoryFile } from './support.ts'

const types = [
  Int8Array,
  Uint8Array,
  Int16Array,
  Uint16Array,
  Int32Array,
  Uint32Array,
  Float32Array,
  Float64Array,
]
const names = ['i1', 'u1', 'i2', 'u2', 'i4', 'u4', 'f4', 'f8']

const anyArray: fc.Arbitrary<NpyArray> = fc
  .tuple(
    fc.constantFrom(...types),
    fc.array(fc.integer({ min: 0, max: 5 }), { maxLength: 4 }),
    fc.array(fc.integer({ min: 0, max: 255 }), { minLength: 64, maxLength: 64 }),
  )
  .map(([Type, shape, seed]) => {
    const count = shape.reduce((a, b) => a * b, 1)
    const data = new Type(count)
    for (let i = 0; i < count; i++) data[i] = seed[i % 64] * (i + 1) - 300.5
    return { data, shape }
  })

describe('NPY', () => {
  test('every array comes back with its type and shape', async () => {
    await fc.assert(
      fc.asyncProperty(anyArray, async (array) => {
        expect(await npyCodec.decode(await npyCodec.encode(array), 'x')).toEqual(array)
      }),
    )
  })

  test('the bytes are those that NumPy writes', async () => {
    const bytes = await npyCodec.encode({ data: Int8Array.of(-1, 0, 1, 2), shape: [2, 2] })
    const text = "{'descr': '|i1', 'fortran_order': False, 'shape': (2, 2), }"
    const expected = `\x93NUMPY\x01\x00\x76\x00${text.padEnd(117)}\n\xff\x00\x01\x02`
    expect(Buffer.from(bytes).toString('latin1')).toBe(expected)
  })

  test('Fortran order and big-endian numbers are turned', async () => {
    const header = "{'descr': '>i2', 'fortran_order': True, 'shape': (2, 3), }".padEnd(117)
    const bytes = Buffer.from(
      `\x93NUMPY\x01\x00\x76\x00${header}\n\0\x01\0\x04\0\x02\0\x05\0\x03\0\x06`,
      'latin1',
    )
    expect(await npyCodec.decode(bytes, 'x')).toEqual({
      data: Int16Array.of(1, 2, 3, 4, 5, 6),
      shape: [2, 3],
    })
  })

  test('cut anywhere, or with bytes too many, it is unreadable', async () => {
    const whole = await npyCodec.encode({ data: Float32Array.of(1, 2, 3), shape: [3] })
    for (let length = 0; length < whole.length; length++)
      expect(await decodedOrUnreadable(npyCodec, whole.subarray(0, length))).toBeUndefined()
    expect(await decodedOrUnreadable(npyCodec, Buffer.concat([whole, whole]))).toBeUndefined()
  })

  test('a shape that does not fit is not written', async () => {
    const array = { data: Int8Array.of(1, 2, 3), shape: [2, 2] }
    await expect(async () => npyCodec.encode(array)).rejects.toMatchObject({
      code: 'io/unwritable',
    })
  })
})

describe('NPZ', () => {
  const arraysByName = fc.dictionary(fc.string({ minLength: 1, maxLength: 8 }), anyArray, {
    maxKeys: 3,
  })

  test.each([
    ['deflated', {}],
    ['stored', { compress: false }],
    ['with 64-bit records', { zip64From: 0 }],
  ])('arrays come back: %s', async (_, options) => {
    const codec = npzCodec(options)
    await fc.assert(
      fc.asyncProperty(arraysByName, async (arrays) => {
        expect({ ...(await codec.decode(await codec.encode(arrays), 'x')) }).toEqual({ ...arrays })
      }),
    )
  })

  test('an array of several blocks comes back, from shared memory too, and is small', async () => {
    const shared = new Int8Array(new SharedArrayBuffer(5_000_001))
    for (let i = 0; i < shared.length; i++) shared[i] = ((i >> 12) % 3) - 1
    const file = memoryFile('Voxels')
    await writeNpz(file, { voxels: { data: shared, shape: [shared.length] } })
    expect(file.bytes.length).toBeLessThan(60_000)
    const { voxels } = await readNpz(file)
    // toEqual takes seconds for millions of numbers
    expect(voxels.shape).toEqual([shared.length])
    expect(voxels.data.every((value, i) => value === shared[i])).toBe(true)
    const once = file.bytes
    await writeNpz(file, { voxels: { data: shared, shape: [shared.length] } })
    expect(Buffer.compare(once, file.bytes)).toBe(0)
  })

  test('an array that is inflated in several pieces comes back', async () => {
    const data = new Uint8Array(10 << 20)
    for (let i = 0; i < data.length; i += 9973) data[i] = i % 251
    const codec = npzCodec()
    const { a } = await codec.decode(await codec.encode({ a: { data, shape: [10, 1 << 20] } }), 'x')
    const back = Buffer.from(a.data.buffer, a.data.byteOffset, a.data.byteLength)
    expect(Buffer.compare(back, data)).toBe(0)
  })

  test('cut anywhere it is unreadable; a flipped bit is found', async () => {
    const codec = npzCodec()
    const array = { data: Int32Array.from({ length: 50 }, (_, i) => i * i), shape: [5, 10] }
    const whole = await codec.encode({ a: array })
    for (let length = 0; length < whole.length; length++)
      expect(await decodedOrUnreadable(codec, whole.subarray(0, length))).toBeUndefined()
    for (let at = 0; at < whole.length; at++) {
      const flipped = Uint8Array.from(whole)
      flipped[at] ^= 1 << (at % 8)
      const arrays = await decodedOrUnreadable(codec, flipped)
      // a bit of a date or of a name is not part of the numbers
      for (const { data } of Object.values(arrays ?? {})) expect(data).toEqual(array.data)
    }
  })
})

const hasNumpy = ((): boolean => {
  try {
    execFileSync('python3', ['-c', 'import numpy'], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
})()

describe.skipIf(!hasNumpy)('NumPy (skipped where python3 has none)', () => {
  let folder = ''
  beforeAll(() => void (folder = mkdtempSync(join(tmpdir(), 'npz-'))))
  afterAll(() => rmSync(folder, { recursive: true }))
  const python = (code: string): string =>
    execFileSync('python3', ['-c', `import numpy as np, json\n${code}`], {
      cwd: folder,
      encoding: 'utf8',
    })
  const ramp = (data: NpyData): NpyData => data.map((_, i) => i * 3 - 20)

  test.each([
    ['deflated', {}],
    ['stored', { compress: false }],
    ['with 64-bit records', { zip64From: 0 }],
  ])('loads what is written: %s', async (_, options) => {
    const arrays = Object.fromEntries(
      types.map((Type, i) => [names[i] ?? '', { data: ramp(new Type(24)), shape: [2, 3, 4] }]),
    )
    writeFileSync(join(folder, 'ours.npz'), await npzCodec(options).encode(arrays))
    const seen: unknown = JSON.parse(
      python(
        "a = np.load('ours.npz'); print(json.dumps({k: [a[k].dtype.str[1:], a[k].shape, a[k].ravel().tolist()] for k in a}))",
      ),
    )
    const expected = Object.entries(arrays).map(([name, { data }]) => [
      name,
      [name, [2, 3, 4], Array.from(data)],
    ])
    expect(seen).toEqual(Object.fromEntries(expected))
  })

  test('what it saves is read: every type, Fortran order, big-endian, booleans, 64 bits', async () => {
    python(`
a = (np.arange(24) - 5).reshape(2, 3, 4)
arrays = {t: a.astype(t) for t in '${names.join(' ')}'.split()}
arrays |= {'i8': a.astype('i8'), 'bool': a > 3, 'big': a.astype('>f8'), 'T': np.asfortranarray(a.astype('f4'))}
np.savez_compressed('theirs.npz', **arrays)
np.savez('stored.npz', **arrays)`)
    const numbers = Array.from({ length: 24 }, (_, i) => i - 5)
    const expected: Record<string, NpyArray> = Object.fromEntries(
      types.map((Type, i) => [names[i] ?? '', { data: Type.from(numbers), shape: [2, 3, 4] }]),
    )
    const shape = [2, 3, 4]
    expected['i8'] = { data: Float64Array.from(numbers), shape }
    expected['bool'] = { data: Uint8Array.from(numbers, (x) => (x > 3 ? 1 : 0)), shape }
    expected['big'] = { data: Float64Array.from(numbers), shape }
    expected['T'] = { data: Float32Array.from(numbers), shape }
    for (const name of ['theirs.npz', 'stored.npz'])
      expect(await npzCodec().decode(readFileSync(join(folder, name)), name)).toEqual(expected)
  })
})
