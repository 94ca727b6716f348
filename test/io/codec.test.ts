import { describe, expect, test } from 'vitest'
import { RomiError } from '../../src/base/errors.ts'
import { Damage, defineCodec, read, write } from '../../src/io/codec.ts'
import { memoryFile } from './support.ts'

const one = defineCodec<number>({
  name: 'a one',
  extensions: ['one', '1'],
  decode(bytes) {
    if (bytes[0] !== 1) throw new Damage('it is not 1')
    return 1
  },
  encode: (value) => Uint8Array.of(value),
})

describe('a codec', () => {
  test('writes its first extension and reads it again', async () => {
    const file = memoryFile('x')
    await write(one, file, 1)
    expect([file.filename, await read(one, file)]).toEqual(['x.one', 1])
  })

  test('damage names the file, and keeps what was thrown', async () => {
    const error: unknown = await read(one, memoryFile('rgb_017', Uint8Array.of(2), 'one')).catch(
      (thrown: unknown) => thrown,
    )
    expect(error).toBeInstanceOf(RomiError)
    expect(error).toMatchObject({
      code: 'io/unreadable',
      facts: { where: 'rgb_017.one', path: '/memory/rgb_017.one' },
      cause: { message: 'it is not 1' },
    })
    expect(String(error)).toContain('rgb_017.one')
  })

  test('a disk that fails is told as such; an error of the store passes', async () => {
    const failing = (thrown: Error) => ({
      ...memoryFile('x'),
      read: () => Promise.reject(thrown),
    })
    const eio = Object.assign(new Error('EIO: i/o error'), { code: 'EIO' })
    await expect(read(one, failing(eio))).rejects.toMatchObject({
      code: 'io/unreadable',
      cause: { code: 'EIO' },
    })
    const gone = new RomiError('store/file-missing', 'x is gone')
    await expect(read(one, failing(gone))).rejects.toBe(gone)
  })
})
