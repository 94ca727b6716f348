import fc from 'fast-check'
import sharp from 'sharp'
import { describe, expect, test } from 'vitest'
import { imageCodec, readImage, writeImage } from '../../src/io/image.ts'
import type { Image } from '../../src/io/image.ts'
import { memoryFile } from './support.ts'

const png = imageCodec('png')

function noise(width: number, height: number, channels: Image['channels'], depth: 8 | 16): Image {
  const n = width * height * channels
  const data = depth === 8 ? new Uint8Array(n) : new Uint16Array(n)
  let seed = n + channels + depth
  for (let i = 0; i < n; i++) {
    seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0
    data[i] = seed >>> (32 - depth)
  }
  return { width, height, channels, depth, data }
}

const anyImage: fc.Arbitrary<Image> = fc
  .tuple(
    fc.integer({ min: 1, max: 24 }),
    fc.integer({ min: 1, max: 24 }),
    fc.constantFrom<Image['channels']>(1, 2, 3, 4),
    fc.constantFrom<8 | 16>(8, 16),
  )
  .map(([width, height, channels, depth]) => noise(width, height, channels, depth))

describe('images', () => {
  test.each(['png', 'tiff'] as const)('a %s gives back every pixel and channel', async (format) => {
    await fc.assert(
      fc.asyncProperty(anyImage, async (image) => {
        const codec = imageCodec(format)
        expect(await codec.decode(await codec.encode(image), 'x')).toEqual(image)
      }),
      { numRuns: 60 },
    )
  })

  test('a literal 2 × 1 RGB PNG is read', async () => {
    const bytes = Buffer.from(
      'iVBORw0KGgoAAAANSUhEUgAAAAIAAAABCAIAAAB7QOjdAAAAD0lEQVR4nGP4z8DA8J8BAAf/Af8Bf4mnAAAAAElFTkSuQmCC',
      'base64',
    )
    expect(await png.decode(bytes, 'x')).toEqual({
      width: 2,
      height: 1,
      channels: 3,
      depth: 8,
      data: Uint8Array.of(255, 0, 0, 0, 255, 0),
    })
  })

  test('a JPEG is near to what was written and has no alpha', async () => {
    const data = new Uint8Array(64 * 64 * 3).map((_, i) => (Math.floor(i / 3) % 64) * 3)
    const image: Image = { width: 64, height: 64, channels: 3, depth: 8, data }
    const jpg = imageCodec('jpg', { quality: 95 })
    const back = await jpg.decode(await jpg.encode(image), 'x')
    const worst = Math.max(...Array.from(back.data, (value, i) => Math.abs(value - data[i])))
    expect(back.channels).toBe(3)
    expect(worst).toBeLessThanOrEqual(6)
    await expect(async () => jpg.encode(noise(4, 4, 4, 8))).rejects.toMatchObject({
      code: 'io/unwritable',
    })
  })

  test('the quality of a JPEG is the one asked for', async () => {
    const sizes = [20, 60, 95].map(
      async (quality) => (await imageCodec('jpg', { quality }).encode(noise(64, 64, 3, 8))).length,
    )
    const [low = 0, middle = 0, high = 0] = await Promise.all(sizes)
    expect(low).toBeLessThan(middle)
    expect(middle).toBeLessThan(high)
  })

  test('a JPEG that need not be the smallest has the same pixels and is not much longer', async () => {
    const image = noise(64, 64, 3, 8)
    const [small, fast] = [imageCodec('jpg'), imageCodec('jpg', { smallest: false })]
    const [fewer, more] = [await small.encode(image), await fast.encode(image)]
    expect(await small.decode(more, 'x')).toEqual(await small.decode(fewer, 'x'))
    expect(more.length).toBeGreaterThan(fewer.length)
    expect(more.length).toBeLessThan(1.3 * fewer.length)
  })

  test('an EXIF orientation is told and not applied', async () => {
    const image = { ...noise(8, 4, 3, 8), orientation: 6 }
    for (const format of ['png', 'jpg', 'tiff'] as const) {
      const codec = imageCodec(format)
      const back = await codec.decode(await codec.encode(image), 'x')
      expect([back.width, back.height, back.orientation]).toEqual([8, 4, 6])
    }
  })

  test('a colour profile does not change the pixels', async () => {
    const image = noise(8, 8, 3, 8)
    const bytes = await sharp(image.data, { raw: { width: 8, height: 8, channels: 3 } })
      .withIccProfile('p3', { attach: true })
      .png()
      .toBuffer()
    const stored = await sharp(bytes, { ignoreIcc: true }).raw().toBuffer()
    expect((await png.decode(bytes, 'x')).data).toEqual(new Uint8Array(stored))
  })

  test('an animation, a drawing, an empty file and text are no images', async () => {
    const svg = '<svg xmlns="http://www.w3.org/2000/svg" width="4" height="4"/>'
    for (const bytes of [Buffer.from(svg), new Uint8Array(0), Buffer.from('no image')])
      await expect(async () => png.decode(bytes, 'x')).rejects.toMatchObject({
        code: 'io/unreadable',
      })
  })

  test('a size that does not fit the pixels is not written', async () => {
    const image = { ...noise(4, 4, 3, 8), width: 5 }
    await expect(async () => png.encode(image)).rejects.toMatchObject({ code: 'io/unwritable' })
  })

  test('files are read and written under their extension; damage names the file', async () => {
    const file = memoryFile('rgb_001')
    await writeImage(file, noise(5, 7, 3, 8))
    expect(file.filename).toBe('rgb_001.png')
    expect(await readImage(file)).toEqual(noise(5, 7, 3, 8))
    await writeImage(file, noise(5, 7, 3, 8), 'jpg')
    expect(file.filename).toBe('rgb_001.jpg')
    file.bytes = file.bytes.subarray(0, 40)
    await expect(readImage(file)).rejects.toMatchObject({
      code: 'io/unreadable',
      facts: { where: 'rgb_001.jpg', path: '/memory/rgb_001.jpg' },
    })
  })
})

describe('a truncated image', () => {
  test.each(['png', 'jpg', 'tiff'] as const)(
    'a %s cut anywhere is unreadable, or whole where only its end mark is gone',
    async (format) => {
      const codec = imageCodec(format)
      const bytes = await codec.encode(noise(40, 30, 3, 8))
      const whole = await codec.decode(bytes, 'x')
      const outcomes = new Set<string>()
      for (let length = 0; length < bytes.length; length += 7) {
        try {
          const back = await codec.decode(bytes.subarray(0, length), 'x')
          expect(back, `cut at ${length} of ${bytes.length}`).toEqual(whole)
          expect(bytes.length - length).toBeLessThan(32)
        } catch (error) {
          outcomes.add((error as { code: string }).code)
        }
      }
      expect([...outcomes]).toEqual(['io/unreadable'])
    },
  )
})
