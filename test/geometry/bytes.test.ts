// Four bytes at once against one after the other.
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { countBytes, countMarked, nextMark, wordsOf } from '../../src/geometry/bytes.ts'

test('the next mark within a stretch', () => {
  fc.assert(
    fc.property(
      fc.array(fc.constantFrom(0, 0, 0, 0, 1, 255), { maxLength: 40 }),
      fc.nat(3),
      fc.nat(40),
      fc.nat(40),
      (values, askew, from, to) => {
        const bytes = new Uint8Array(new ArrayBuffer(askew + values.length), askew)
        bytes.set(values)
        const [at, end] = [from, to]
          .map((place) => Math.min(place, values.length))
          .sort((a, b) => a - b)
        const next = values.findIndex((value, place) => place >= at && place < end && value !== 0)
        expect(nextMark(bytes, wordsOf(bytes), at, end)).toBe(next < 0 ? end : next)
      },
    ),
  )
})

test('how many bytes are marked', () => {
  const some = fc.array(fc.constantFrom(0, 0, 0, 1, 127, 128, 255, 255), { maxLength: 40 })
  fc.assert(
    fc.property(some, some, fc.nat(3), (start, end, askew) => {
      const values = [...start, ...Array<number>(17).fill(end[0] ?? 0), ...end]
      const bytes = new Uint8Array(new ArrayBuffer(askew + values.length), askew)
      bytes.set(values)
      expect(countMarked(bytes)).toBe(values.filter((value) => value !== 0).length)
    }),
  )
})

test('an array that begins askew has no words', () => {
  const bytes = new Uint8Array(12)
  expect(wordsOf(bytes)).toHaveLength(3)
  expect(wordsOf(bytes.subarray(1))).toHaveLength(0)
  expect(wordsOf(bytes.subarray(4, 11))).toHaveLength(1)
})

test('bytes are counted one by one, wherever an array begins and ends', () => {
  const pattern = [0, 0, 0, 0, 255, 255, 255, 255, 0, 255, 7, 7, 1, 0, 0, 0, 0, 0, 255]
  for (const skip of [0, 1, 3])
    for (const length of [0, 1, 4, 9, 16]) {
      const bytes = new Uint8Array(pattern).subarray(skip, skip + length)
      const expected = new Uint32Array(256)
      for (const value of bytes) expected[value]++
      expect(countBytes(bytes)).toEqual(expected)
    }
})
