import fc from 'fast-check'
import sharp from 'sharp'
import { describe, expect, test } from 'vitest'
import type { Image } from '../../src/io/image.ts'
import { asMask, maskCodec, readMask, writeMask } from '../../src/io/mask.ts'
import { memoryFile } from './support.ts'

describe('masks', () => {
  test('a mask of 0 and 255 is small and comes back in one channel', async () => {
    const data = new Uint8Array(400 * 300).map((_, i) => (((i % 400) - 200) ** 2 < 900 ? 255 : 0))
    const mask: Image = { width: 400, height: 300, channels: 1, depth: 8, data }
    const bytes = await maskCodec.encode(mask)
    expect(bytes.length).toBeLessThan(data.length / 50)
    expect(await maskCodec.decode(bytes, 'x')).toEqual(mask)
    const { channels, depth, format } = await sharp(bytes).metadata()
    expect({ channels, depth, format }).toEqual({ channels: 1, depth: 'uchar', format: 'png' })
  })

  test('masks of any size come back', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 40 }),
        fc.array(fc.constantFrom(0, 255), { minLength: 40, maxLength: 400 }),
        async (width, values) => {
          const height = Math.floor(values.length / width)
          const data = Uint8Array.from(values.slice(0, width * height))
          const mask: Image = { width, height, channels: 1, depth: 8, data }
          expect(await maskCodec.decode(await maskCodec.encode(mask), 'x')).toEqual(mask)
        },
      ),
      { numRuns: 60 },
    )
  })

  test('a mask with a grey level, of 1 bit or with a palette is read as it is', async () => {
    const grey: Image = {
      width: 3,
      height: 1,
      channels: 1,
      depth: 8,
      data: Uint8Array.of(0, 7, 255),
    }
    expect(await maskCodec.decode(await maskCodec.encode(grey), 'x')).toEqual(grey)
    const binary = Buffer.from([0, 255, 255, 0])
    const raw = { raw: { width: 4, height: 1, channels: 1 } } as const
    for (const bytes of [
      await sharp(binary, raw).toColourspace('b-w').png({ palette: true, colours: 2 }).toBuffer(),
      await sharp(binary, raw).toColourspace('b-w').tiff({ bitdepth: 1 }).toBuffer(),
    ])
      expect((await maskCodec.decode(bytes, 'x')).data).toEqual(Uint8Array.of(0, 255, 255, 0))
  })

  test('the brightest colour of a mask counts, with 16 bits all but 0, alpha never', () => {
    const rgba = { width: 2, height: 1, channels: 4, depth: 8 } as const
    const grey16 = { width: 3, height: 1, channels: 1, depth: 16 } as const
    expect(asMask({ ...rgba, data: Uint8Array.of(0, 9, 3, 255, 0, 0, 0, 255) }).data).toEqual(
      Uint8Array.of(9, 0),
    )
    expect(asMask({ ...grey16, data: Uint16Array.of(0, 3, 65535) }).data).toEqual(
      Uint8Array.of(0, 1, 255),
    )
  })

  test('a file is read and written', async () => {
    const mask: Image = { width: 1, height: 2, channels: 1, depth: 8, data: Uint8Array.of(0, 255) }
    const file = memoryFile('rgb_001')
    await writeMask(file, mask)
    expect([file.filename, await readMask(file)]).toEqual(['rgb_001.png', mask])
  })
})
