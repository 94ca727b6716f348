import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  colmapCamerasCodec,
  colmapImagesCodec,
  colmapPointsCodec,
  decodeColmapModel,
  encodeColmapModel,
  type ColmapImage,
  type ColmapModel,
} from '../../src/io/colmap/index.ts'
import { colmapCameraModels } from '../../src/io/colmap/model.ts'
import { decodedOrUnreadable } from './support.ts'

const plain = { noNullPrototype: true }
const double = fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0)
const id = fc.integer({ min: 1, max: 2 ** 31 })
const doubles = (n: number) =>
  fc.array(double, { minLength: n, maxLength: n }).map((values) => Float64Array.from(values))

const camera = fc.constantFrom(...colmapCameraModels).chain(([model, count]) =>
  fc.record(
    {
      id,
      model: fc.constant(model),
      width: fc.integer({ min: 1, max: 9000 }),
      height: fc.integer({ min: 1, max: 9000 }),
      params: fc.array(double, { minLength: count, maxLength: count }),
    },
    plain,
  ),
)

const image: fc.Arbitrary<ColmapImage> = fc.integer({ min: 0, max: 5 }).chain((n) =>
  fc.record(
    {
      id,
      qvec: fc.tuple(double, double, double, double),
      tvec: fc.tuple(double, double, double),
      cameraId: id,
      name: fc.constantFrom('rgb_001.jpg', 'sub/é 2.png'),
      xys: doubles(2 * n),
      point3DIds: fc
        .array(fc.oneof(fc.constant(-1), fc.integer({ min: 1, max: 2 ** 40 })), {
          minLength: n,
          maxLength: n,
        })
        .map((values) => Float64Array.from(values)),
    },
    plain,
  ),
)

const points3D = fc
  .array(fc.array(fc.tuple(id, fc.nat(500)), { maxLength: 4 }), { maxLength: 5 })
  .chain((tracks) => {
    const starts = new Uint32Array(tracks.length + 1)
    tracks.forEach((track, i) => (starts[i + 1] = starts[i] + track.length))
    return fc.record(
      {
        ids: fc.constant(Float64Array.from(tracks, (_, i) => 7 * i + 2 ** 33)),
        xyz: doubles(3 * tracks.length),
        rgb: fc
          .uint8Array({ minLength: 3 * tracks.length, maxLength: 3 * tracks.length })
          .map((values) => Uint8Array.from(values)),
        errors: doubles(tracks.length),
        starts: fc.constant(starts),
        tracks: fc.constant(Uint32Array.from(tracks.flat(2))),
      },
      plain,
    )
  })

const anyModel: fc.Arbitrary<ColmapModel> = fc.record(
  {
    cameras: fc.array(camera, { maxLength: 3 }),
    images: fc.array(image, { maxLength: 3 }),
    points3D,
  },
  plain,
)

const small: ColmapModel = {
  cameras: [
    { id: 1, model: 'SIMPLE_RADIAL', width: 1440, height: 1080, params: [1166, 720, 540, -0.01] },
  ],
  images: [
    {
      id: 3,
      qvec: [1, 0, 0, 0],
      tvec: [0.5, 0, -2],
      cameraId: 1,
      name: 'a.jpg',
      xys: Float64Array.of(10.5, 20, 30, 40),
      point3DIds: Float64Array.of(-1, 9),
    },
    {
      id: 4,
      qvec: [1, 0, 0, 0],
      tvec: [0, 0, 0],
      cameraId: 1,
      name: 'b.jpg',
      xys: new Float64Array(0),
      point3DIds: new Float64Array(0),
    },
  ],
  points3D: {
    ids: Float64Array.of(9),
    xyz: Float64Array.of(1, 2, 3),
    rgb: Uint8Array.of(10, 20, 30),
    errors: Float64Array.of(0.25),
    starts: Uint32Array.of(0, 1),
    tracks: Uint32Array.of(3, 1),
  },
}

describe.each(['bin', 'txt'] as const)('a COLMAP model as .%s', (form) => {
  test('every model comes back, bit for bit', async () => {
    await fc.assert(
      fc.asyncProperty(anyModel, async (model) => {
        expect(await decodeColmapModel(await encodeColmapModel(model, form), 'x')).toEqual(model)
      }),
    )
  })

  test('cut anywhere it is unreadable', async () => {
    const codecs = {
      cameras: colmapCamerasCodec(),
      images: colmapImagesCodec(),
      points3D: colmapPointsCodec(),
    }
    const files = await encodeColmapModel(small, form)
    for (const [name, codec] of Object.entries(codecs)) {
      const bytes = files[`${name}.${form}`]
      for (let length = 0; length < bytes.length; length++)
        expect(
          await decodedOrUnreadable<unknown>(codec, bytes.subarray(0, length)),
          `${name} at ${length}`,
        ).toBeUndefined()
    }
  })
})

describe('COLMAP files', () => {
  test('text as COLMAP writes it is read', async () => {
    const encoder = new TextEncoder()
    const files = {
      'cameras.txt': encoder.encode(
        '# Camera list with one line of data per camera:\n#   CAMERA_ID, MODEL, WIDTH, HEIGHT, PARAMS[]\n' +
          '# Number of cameras: 1\n1 SIMPLE_RADIAL 1440 1080 1166 720 540 -0.01\n',
      ),
      'images.txt': encoder.encode(
        '# Image list with two lines of data per image:\n' +
          '# Number of images: 2, mean observations per image: 0.5\n' +
          '3 1 0 0 0 0.5 0 -2 1 a.jpg\n10.5 20 -1 30 40 9\n4 1 0 0 0 0 0 0 1 b.jpg\n\n',
      ),
      'points3D.txt': encoder.encode(
        '# 3D point list with one line of data per point:\n' +
          '# Number of points: 1, mean track length: 1\n9 1 2 3 10 20 30 0.25 3 1\n',
      ),
    }
    expect(await decodeColmapModel(files, 'sparse/0')).toEqual(small)
  })

  test('the binary records have the documented layout', async () => {
    const files = await encodeColmapModel(small)
    const hex = (bytes: Uint8Array | undefined) => Buffer.from(bytes ?? []).toString('hex')
    expect(hex(files['cameras.bin'])).toBe(
      '0100000000000000' + // count
        '01000000' + // id
        '02000000' + // SIMPLE_RADIAL
        'a005000000000000' +
        '3804000000000000' +
        '0000000000389240' +
        '0000000000808640' +
        '0000000000e08040' +
        '7b14ae47e17a84bf',
    )
    expect(hex(files['points3D.bin'])).toBe(
      '0100000000000000' +
        '0900000000000000' +
        '000000000000f03f' +
        '0000000000000040' +
        '0000000000000840' +
        '0a141e' +
        '000000000000d03f' +
        '0100000000000000' +
        '03000000' +
        '01000000',
    )
    const image = hex(files['images.bin']).slice(16, 16 + 2 * 126)
    expect(image.slice(0, 8)).toBe('03000000')
    expect(image.slice(120, 140)).toBe('01000000612e6a706700') // camera, a.jpg
    expect(image.slice(140, 156)).toBe('0200000000000000') // features
    expect(image.slice(188, 204)).toBe('f'.repeat(16)) // no point
  })

  test('a file that is missing, or a camera with too few parameters, is unreadable', async () => {
    const { 'images.bin': _, ...others } = await encodeColmapModel(small)
    await expect(decodeColmapModel(others, 'sparse/0')).rejects.toMatchObject({
      code: 'io/unreadable',
    })
    const text = new TextEncoder().encode('1 OPENCV 1440 1080 1166 1166 720 540\n')
    expect(await decodedOrUnreadable(colmapCamerasCodec(), text)).toBeUndefined()
  })

  test('a camera model that COLMAP does not have is not written in binary', async () => {
    const [camera] = small.cameras
    const strange = [{ ...camera, model: 'PINHOLE_OF_MINE' }] as typeof small.cameras
    await expect(async () => colmapCamerasCodec('bin').encode(strange)).rejects.toMatchObject({
      code: 'io/unwritable',
    })
  })
})
