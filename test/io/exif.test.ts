import sharp from 'sharp'
import { describe, expect, test } from 'vitest'
import { exifCodec, readExif } from '../../src/io/exif.ts'
import { decodedOrUnreadable, memoryFile } from './support.ts'

const plain = sharp({ create: { width: 8, height: 4, channels: 3, background: 'green' } })

const photograph = (): Promise<Buffer> =>
  plain
    .clone()
    .withExif({
      IFD0: { Make: 'Raspberry Pi', Model: 'imx477', Orientation: '6' },
      IFD2: {
        FocalLength: '425/100',
        FocalLengthIn35mmFilm: '28',
        DateTimeOriginal: '2026:11:22 13:15:00',
      },
    })
    .jpeg()
    .toBuffer()

describe('EXIF', () => {
  test('camera, lens, date and orientation are read', async () => {
    const file = memoryFile('rgb_001', await photograph(), 'jpg')
    expect(await readExif(file)).toMatchObject({
      make: 'Raspberry Pi',
      model: 'imx477',
      focalLength: 4.25,
      focalLength35: 28,
      taken: '2026:11:22 13:15:00',
    })
  })

  test('a literal block of either byte order is read', async () => {
    // one directory with one entry: the model, in place
    const little =
      '49492a0008000000' + '0100' + '1001' + '0200' + '04000000' + '63616d00' + '00000000'
    const big = '4d4d002a00000008' + '0001' + '0110' + '0002' + '00000004' + '63616d00' + '00000000'
    for (const tiff of [little, big]) {
      const block = Buffer.concat([Buffer.from('Exif\0\0', 'latin1'), Buffer.from(tiff, 'hex')])
      const jpeg = await plain.clone().jpeg().toBuffer()
      const length = Buffer.alloc(2)
      length.writeUInt16BE(block.length + 2)
      const marked = [jpeg.subarray(0, 2), Buffer.of(0xff, 0xe1), length, block, jpeg.subarray(2)]
      expect(await exifCodec.decode(Buffer.concat(marked), 'x')).toEqual({ model: 'cam' })
    }
  })

  test('an image without any has no fields', async () => {
    expect(await exifCodec.decode(await plain.clone().png().toBuffer(), 'x')).toEqual({})
  })

  test('cut anywhere it is unreadable, or what is there is right', async () => {
    const bytes = await photograph()
    const whole = await exifCodec.decode(bytes, 'x')
    for (let length = 0; length < bytes.length; length += 3)
      expect([undefined, whole, {}]).toContainEqual(
        await decodedOrUnreadable(exifCodec, bytes.subarray(0, length)),
      )
  })
})
