// Four bytes at once against one after the other.
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { someAbove, someBelow, wordsOf } from '../../src/geometry/bytes.ts'

const byte = fc.oneof(fc.nat(255), fc.constantFrom(0, 1, 126, 127, 128, 129, 254, 255))

test('whether some byte lies above or below a limit', () => {
  fc.assert(
    fc.property(fc.tuple(byte, byte, byte, byte), byte, (bytes, limit) => {
      const [word] = wordsOf(Uint8Array.from(bytes))
      expect(someAbove(word, limit) !== 0).toBe(bytes.some((value) => value > limit))
      expect(someBelow(word, limit) !== 0).toBe(bytes.some((value) => value < limit))
    }),
    { numRuns: 5000 },
  )
})

test('an array that begins askew has no words', () => {
  const bytes = new Uint8Array(12)
  expect(wordsOf(bytes)).toHaveLength(3)
  expect(wordsOf(bytes.subarray(1))).toHaveLength(0)
  expect(wordsOf(bytes.subarray(4, 11))).toHaveLength(1)
})
