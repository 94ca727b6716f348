// Rounding to bytes, against what it stands for.
import { expect, test } from 'vitest'
import { roundedByte } from '../../src/geometry/bytes.ts'
import { random } from '../../src/geometry/random.ts'

const plain = (value: number): number => Math.min(255, Math.max(0, Math.round(value)))

test('a byte is rounded as Math.round does, next to every half and whole number', () => {
  const wrong: number[] = []
  for (let half = -20; half <= 540; half++)
    for (const value of [half / 2, ...besides(half / 2)])
      if (roundedByte(value) !== Math.abs(plain(value))) wrong.push(value)
  expect(wrong).toEqual([])
})

test('a byte is rounded as Math.round does anywhere', () => {
  const draw = random(1)
  const values = Array.from({ length: 100_000 }, () => 400 * draw.uniform() - 70)
  expect(values.map(roundedByte)).toEqual(values.map((value) => Math.abs(plain(value))))
})

/** The numbers next to one. */
function besides(value: number): number[] {
  const numbers = new Float64Array([value])
  const bits = new BigInt64Array(numbers.buffer)
  return [-2n, -1n, 1n, 2n].map((by) => {
    numbers[0] = value
    bits[0] += value === 0 && by < 0n ? -by : by
    return numbers[0]
  })
}
