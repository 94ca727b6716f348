// Small files that claim to hold much are refused before memory is taken, with what raises the limit.
import { afterEach, describe, expect, test, vi } from 'vitest'
import { crc32, deflateSync } from 'node:zlib'
import { exifCodec } from '../../src/io/exif.ts'
import { imageCodec } from '../../src/io/image.ts'
import { npyCodec } from '../../src/io/npy.ts'
import { npzCodec } from '../../src/io/npz.ts'
import { decodedOrUnreadable } from './support.ts'

afterEach(() => vi.unstubAllEnvs())

/** A PNG of black pixels, of which only the size and a few rows are there. */
function pngOf(width: number, height: number): Uint8Array {
  const chunk = (type: string, data: Uint8Array): Buffer => {
    const body = Buffer.concat([Buffer.from(type, 'latin1'), data])
    const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)]
    length.writeUInt32BE(data.length)
    sum.writeUInt32BE(crc32(body))
    return Buffer.concat([length, body, sum])
  }
  const head = Buffer.alloc(13)
  head.writeUInt32BE(width, 0)
  head.writeUInt32BE(height, 4)
  head.set([8, 0, 0, 0, 0], 8)
  const rows = deflateSync(Buffer.alloc((width + 1) * Math.min(height, 4)))
  const chunks = [chunk('IHDR', head), chunk('IDAT', rows), chunk('IEND', Buffer.alloc(0))]
  return Buffer.concat([Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'), ...chunks])
}

describe('an image', () => {
  test('an image of more pixels than any camera has is too large; the setting is named', async () => {
    await expect(imageCodec().decode(pngOf(16_383, 16_383), 'a.png')).rejects.toMatchObject({
      code: 'io/too-large',
      message: expect.stringMatching(/^a\.png .*268402689.*ROMI_MAX_PIXELS=268402689/),
    })
  })

  test('an image may be as large as the setting says', async () => {
    vi.stubEnv('ROMI_MAX_PIXELS', '11')
    await expect(imageCodec().decode(pngOf(4, 3), 'x')).rejects.toMatchObject({
      code: 'io/too-large',
    })
    vi.stubEnv('ROMI_MAX_PIXELS', '12')
    expect((await imageCodec().decode(pngOf(4, 3), 'x')).width).toBe(4)
    vi.stubEnv('ROMI_MAX_PIXELS', 'many')
    expect((await imageCodec().decode(pngOf(4, 3), 'x')).width).toBe(4)
  })

  test('an image of any size tells its EXIF, for which no pixel is read', async () => {
    expect(await exifCodec.decode(pngOf(60_000, 60_000), 'x')).toEqual({})
  })
})

describe('an NPZ', () => {
  const array = { data: new Uint8Array(5000), shape: [5000] }

  test('whose entries share bytes is unreadable', async () => {
    const whole = Buffer.from(await npzCodec().encode({ a: array, b: array }))
    // the directory's line of b points to the bytes of a
    const lines = [whole.indexOf('PK\u0001\u0002'), whole.lastIndexOf('PK\u0001\u0002')]
    whole.writeUInt32LE(whole.readUInt32LE(lines[0] + 42), lines[1] + 42)
    whole.write('a', lines[1] + 46)
    expect(await decodedOrUnreadable(npzCodec(), whole)).toBeUndefined()
    whole.write('b', lines[1] + 46)
    expect(await decodedOrUnreadable(npzCodec(), whole)).toBeUndefined()
  })

  test('an NPZ of more bytes or entries than are read is too large', async () => {
    const bytes = await npzCodec().encode({ a: array, b: array })
    vi.stubEnv('ROMI_MAX_BYTES', '10000')
    await expect(npzCodec().decode(bytes, 'x')).rejects.toMatchObject({
      code: 'io/too-large',
      message: expect.stringContaining('ROMI_MAX_BYTES=10256'),
    })
    vi.stubEnv('ROMI_MAX_BYTES', '10256')
    vi.stubEnv('ROMI_MAX_ENTRIES', '1')
    await expect(npzCodec().decode(bytes, 'x')).rejects.toMatchObject({ code: 'io/too-large' })
    vi.stubEnv('ROMI_MAX_ENTRIES', '2')
    expect(Object.keys(await npzCodec().decode(bytes, 'x'))).toEqual(['a', 'b'])
  })

  test('an NPZ of an entry that is named in two ways, or is no array, is unreadable', async () => {
    const whole = Buffer.from(await npzCodec().encode({ plant: array }))
    const names = [...whole.toString('latin1').matchAll(/plant\.npy/g)].map(({ index }) => index)
    expect(names).toHaveLength(2)
    whole.write('plent.npy', names[0])
    expect(await decodedOrUnreadable(npzCodec(), whole)).toBeUndefined()
    for (const at of names) whole.write('plant.nqy', at)
    expect(await decodedOrUnreadable(npzCodec(), whole)).toBeUndefined()
    for (const at of names) whole.write('pl\xffnt.npy', at, 'latin1')
    expect(await decodedOrUnreadable(npzCodec(), whole)).toBeUndefined()
  })
})

describe('an NPY header', () => {
  const npyOf = (header: string, data: string) => {
    const head = Buffer.from(`\x93NUMPY\x01\x00\0\0${header}\n`, 'latin1')
    head.writeUInt16LE(head.length - 10, 8)
    return Buffer.concat([head, Buffer.from(data, 'latin1')])
  }
  const shaped = (shape: string, type = '|u1') =>
    npyOf(`{'descr': '${type}', 'fortran_order': True, 'shape': ${shape}, }`, '\x02')

  test.each(['(1,)', '()', '(1, 1)', '(1,1,)', '(1L, 1L)'])(
    'an NPY header has the shape %s',
    async (shape) => {
      expect((await npyCodec.decode(shaped(shape), 'x')).data).toEqual(Uint8Array.of(2))
    },
  )

  test.each(['(1 1)', '(1,,1)', '(0x1,)', '(-1,)', '((1,),)', '(1', "'1'", '(1e0,)'])(
    'an NPY header has no shape %s',
    async (shape) => {
      expect(await decodedOrUnreadable(npyCodec, shaped(shape))).toBeUndefined()
    },
  )

  test('an NPY header of more axes than NumPy has is refused, however many', async () => {
    const axes = (n: number) => `(${'1,'.repeat(n)})`
    expect((await npyCodec.decode(shaped(axes(64)), 'x')).shape).toHaveLength(64)
    for (const n of [65, 8000, 30_000])
      expect(await decodedOrUnreadable(npyCodec, shaped(axes(n)))).toBeUndefined()
  })

  test('an NPY header with a key twice, or with words behind it, is refused', async () => {
    const keys = "'descr': '|u1', 'fortran_order': False, 'shape': (1,)"
    expect(await decodedOrUnreadable(npyCodec, npyOf(`{${keys}}`, 'a'))).toBeDefined()
    for (const header of [`{${keys}, 'shape': (1,)}`, `{${keys}} 1`, `{${keys}`, `[${keys}]`])
      expect(await decodedOrUnreadable(npyCodec, npyOf(header, 'a')), header).toBeUndefined()
  })

  test('an NPY header of booleans gives 0 and 1, whatever byte stands for true', async () => {
    const bytes = npyOf(
      "{'descr': '|b1', 'fortran_order': False, 'shape': (4,), }",
      '\x00\x01\x02\xff',
    )
    expect((await npyCodec.decode(bytes, 'x')).data).toEqual(Uint8Array.of(0, 1, 1, 1))
  })
})
