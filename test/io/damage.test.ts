// Every format against bytes that something went over: an answer or `io/unreadable`, nothing else.
import fc from 'fast-check'
import { describe, test } from 'vitest'
import type { Codec } from '../../src/io/codec.ts'
import {
  colmapCamerasCodec,
  colmapImagesCodec,
  colmapPointsCodec,
} from '../../src/io/colmap/index.ts'
import { csvCodec } from '../../src/io/csv.ts'
import { exifCodec } from '../../src/io/exif.ts'
import { imageCodec } from '../../src/io/image.ts'
import { jsonCodec } from '../../src/io/json.ts'
import { maskCodec } from '../../src/io/mask.ts'
import { npyCodec } from '../../src/io/npy.ts'
import { npzCodec } from '../../src/io/npz.ts'
import { mtlCodec, objCodec } from '../../src/io/obj/index.ts'
import { pointCloudCodec, triangleMeshCodec } from '../../src/io/ply/index.ts'
import { svgCodec } from '../../src/io/svg.ts'
import { textCodec } from '../../src/io/text.ts'
import { tomlCodec } from '../../src/io/toml.ts'
import { decodedOrUnreadable } from './support.ts'

const ramp = (n: number) => Array.from({ length: n }, (_, i) => i)
const rgb = { width: 6, height: 4, channels: 3, depth: 8, data: Uint8Array.from(ramp(72)) } as const
const mask = {
  ...rgb,
  channels: 1,
  data: Uint8Array.from(ramp(24), (i) => (i % 5 ? 0 : 255)),
} as const
const array = { data: Int16Array.from(ramp(12)), shape: [3, 4] }
const vertices = Float64Array.from(ramp(9))
const triangles = Uint32Array.of(0, 1, 2)
const pose = { qvec: [1, 0, 0, 0], tvec: [0, 0, 1], cameraId: 1 } as const
const points3D = {
  ids: Float64Array.of(9),
  xyz: Float64Array.of(1, 2, 3),
  rgb: Uint8Array.of(10, 20, 30),
  errors: Float64Array.of(0.25),
  starts: Uint32Array.of(0, 1),
  tracks: Uint32Array.of(3, 1),
}

/** A codec with a value: the value's bytes are what gets damaged. */
const sample = <T>(name: string, codec: Codec<T>, value: T) => ({
  name,
  codec: codec as Codec<unknown>, // only to decode with
  bytes: async () => codec.encode(value),
})

const cameras = [{ id: 1, model: 'PINHOLE', width: 6, height: 4, params: [5, 5, 3, 2] }]
const images = [
  {
    id: 1,
    ...pose,
    name: 'a.jpg',
    xys: Float64Array.of(1, 2),
    point3DIds: Float64Array.of(-1),
  },
]

const samples = [
  sample('png', imageCodec('png'), rgb),
  sample('jpg', imageCodec('jpg'), rgb),
  sample('tiff', imageCodec('tiff'), rgb),
  sample('mask', maskCodec, mask),
  sample('json', jsonCodec, { a: [1, 2.5, null], b: { c: 'é' } }),
  sample('toml', tomlCodec, { a: 1, b: { c: ['x'] } }),
  sample('csv', csvCodec, { columns: ['a', 'b'], rows: [['1', '"2"']] }),
  sample('text', textCodec, 'some text, été'),
  sample('npy', npyCodec, array),
  sample('npz', npzCodec(), { a: array }),
  sample('npz, stored, 64-bit', npzCodec({ compress: false, zip64From: 0 }), { a: array }),
  sample('ply points', pointCloudCodec, { points: vertices, colors: new Uint8Array(9) }),
  sample('ply mesh', triangleMeshCodec, { vertices, triangles }),
  sample('obj', objCodec, { vertices, parts: [{ name: 'stem', triangles }] }),
  sample('mtl', mtlCodec, [{ name: 'green', diffuse: [0, 1, 0] }]),
  sample('svg', svgCodec, '<svg xmlns="http://www.w3.org/2000/svg"></svg>\n'),
  ...(['bin', 'txt'] as const).flatMap((form) => [
    sample(`cameras.${form}`, colmapCamerasCodec(form), cameras),
    sample(`images.${form}`, colmapImagesCodec(form), images),
    sample(`points3D.${form}`, colmapPointsCodec(form), points3D),
  ]),
]

const anyDamage = fc.record({
  changes: fc.array(fc.tuple(fc.nat(4096), fc.integer({ min: 0, max: 255 })), { maxLength: 4 }),
  length: fc.option(fc.nat(4096)),
})

describe('damaged bytes', () => {
  test.each(samples)(
    'damaged bytes of $name give a value or are unreadable',
    async ({ codec, bytes }) => {
      const whole = await bytes()
      await fc.assert(
        fc.asyncProperty(anyDamage, async ({ changes, length }) => {
          const damaged = Uint8Array.from(whole)
          for (const [at, value] of changes) damaged[at % damaged.length] = value
          await decodedOrUnreadable(codec, damaged.subarray(0, length ?? damaged.length))
        }),
        { numRuns: 300 },
      )
    },
  )

  test('bytes of chance give a value or are unreadable, in every format', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), async (bytes) => {
        for (const { codec } of samples) await decodedOrUnreadable(codec, bytes)
        await decodedOrUnreadable(exifCodec, bytes)
      }),
      { numRuns: 60 },
    )
  })
})
