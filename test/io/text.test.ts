import fc from 'fast-check'
import { expect, test } from 'vitest'
import { readText, textCodec, writeText } from '../../src/io/text.ts'
import { decodedOrUnreadable, memoryFile } from './support.ts'

test('any text comes back', async () => {
  await fc.assert(
    fc.asyncProperty(fc.string({ unit: 'binary' }), async (text) => {
      const file = memoryFile('log')
      await writeText(file, text)
      expect(await readText(file)).toBe(text.replace(/^\uFEFF/, ''))
    }),
  )
})

test('bytes that are no UTF-8 are unreadable', async () => {
  expect(await decodedOrUnreadable(textCodec, Uint8Array.of(65, 0xff, 66))).toBeUndefined()
})
