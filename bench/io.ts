// File formats against the bare libraries beneath them, or the plainest way to do the same.
import { deflateRawSync, inflateRawSync } from 'node:zlib'
import sharp from 'sharp'
import { imageCodec, type Image } from '../src/io/image.ts'
import { maskCodec } from '../src/io/mask.ts'
import { npzCodec } from '../src/io/npz.ts'
import { objCodec } from '../src/io/obj/index.ts'
import { pointCloudCodec } from '../src/io/ply/index.ts'
import { round, shortest, type Bench, type Row } from './bench.ts'

const width = 1440
const height = 1080
const megabytes = (length: number): number => round(length / 2 ** 20)

/** A green plant-like band on a noisy ground. */
function photograph(): Image {
  const data = new Uint8Array(width * height * 3)
  let seed = 1
  for (let i = 0; i < width * height; i++) {
    seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0
    const ground = 40 + (seed >>> 28)
    data.fill(ground, 3 * i, 3 * i + 3)
    if (isPlant(i)) data[3 * i + 1] += 120
  }
  return { width, height, channels: 3, depth: 8, data }
}

function isPlant(i: number): boolean {
  const [x, y] = [i % width, Math.floor(i / width)]
  return Math.abs(x - 720 - 200 * Math.sin(y / 90)) < 8
}

/** Carved voxels of a bent stem: few values, long runs. */
function volume(n: number): Int8Array {
  const voxels = new Int8Array(n ** 3).fill(-1)
  for (let x = 0, at = 0; x < n; x++)
    for (let y = 0; y < n; y++)
      for (let z = 0; z < n; z++, at++)
        if ((x - n / 2 - 20 * Math.sin(z / 30)) ** 2 + (y - n / 2) ** 2 < 100) voxels[at] = 1
  return voxels
}

/** Times of ours and of the baseline, by turns in the same run. */
async function compare(
  what: string,
  size: number,
  baseline: string,
  ours: () => unknown,
  theirs: () => unknown,
): Promise<Row> {
  const ms = await shortest(5, ours)
  const against = await shortest(5, theirs)
  return {
    what,
    MB: megabytes(size),
    ms: round(ms),
    'MB/s': round((1000 * size) / 2 ** 20 / ms),
    baseline,
    'its ms': round(against),
    ratio: round(ms / against),
  }
}

const bench: Bench = async (report) => {
  const image = photograph()
  const raw = { raw: { width, height, channels: 3 } } as const
  const jpeg = await imageCodec('jpg').encode(image)
  const pixels = image.data.length
  const decode = () => imageCodec().decode(jpeg, 'x')
  const bare = () => sharp(jpeg).raw().toBuffer()
  report(await compare('decode a JPEG', pixels, 'sharp alone', decode, bare))
  const encode = () => imageCodec('png').encode(image)
  const barePng = () => sharp(image.data, raw).png({ compressionLevel: 3 }).toBuffer()
  report(await compare('encode an RGB PNG', pixels, 'sharp alone', encode, barePng))

  const mask = Uint8Array.from({ length: width * height }, (_, i) => (isPlant(i) ? 255 : 0))
  const encodeMask = () => maskCodec.encode({ width, height, channels: 1, depth: 8, data: mask })
  const bareMask = () =>
    sharp(mask, { raw: { width, height, channels: 1 } })
      .toColourspace('b-w')
      .png()
      .toBuffer()
  report(await compare('encode a mask', mask.length, 'sharp alone', encodeMask, bareMask))

  const data = volume(320)
  const npz = npzCodec()
  const arrays = { voxels: { data, shape: [320, 320, 320] } }
  const packed = await npz.encode(arrays)
  const deflated = deflateRawSync(data, { level: 1 })
  const pack = () => npz.encode(arrays)
  const unpack = () => npz.decode(packed, 'x')
  const zlib = 'zlib alone, no check sum'
  report(
    await compare('NPZ, write carved voxels', data.length, zlib, pack, () =>
      deflateRawSync(data, { level: 1 }),
    ),
  )
  report(
    await compare('NPZ, read carved voxels', data.length, zlib, unpack, () =>
      inflateRawSync(deflated),
    ),
  )

  const values = Float32Array.from({ length: 4_000_000 }, (_, i) => Math.sin(i) * (i % 7))
  const bytes = new Uint8Array(values.buffer)
  const floats = { a: { data: values, shape: [values.length] } }
  report(
    await compare(
      'NPZ, write rough floats',
      bytes.length,
      zlib,
      () => npz.encode(floats),
      () => deflateRawSync(bytes, { level: 1 }),
    ),
  )

  const points = Float64Array.from({ length: 600_000 }, (_, i) => Math.cos(i) * 100)
  const cloud = { points, normals: points }
  const ply = await pointCloudCodec.encode(cloud)
  const copy = () => ply.slice()
  report(
    await compare(
      'PLY, write 200,000 points',
      ply.length,
      'copying the bytes',
      () => pointCloudCodec.encode(cloud),
      copy,
    ),
  )
  report(
    await compare(
      'PLY, read 200,000 points',
      ply.length,
      'copying the bytes',
      () => pointCloudCodec.decode(ply, 'x'),
      copy,
    ),
  )

  const triangles = Uint32Array.from({ length: 900_000 }, (_, i) => (i * 7919) % 200_000)
  const model = { vertices: points, parts: [{ name: 'a', triangles }] }
  const obj = await objCodec.encode(model)
  report(
    await compare(
      'OBJ, read 300,000 triangles',
      obj.length,
      'split and Number',
      () => objCodec.decode(obj, 'x'),
      () => splitObj(obj),
    ),
  )
}

/** The plainest reader of the same file. */
function splitObj(bytes: Uint8Array): number[][] {
  const text = new TextDecoder().decode(bytes)
  return text
    .split('\n')
    .filter((line) => /^[vf] /.test(line))
    .map((line) => line.slice(2).split(' ').map(Number))
}

export default bench
