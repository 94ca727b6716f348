// Random numbers: the same on every machine, and distributed as they say.
import { describe, expect, test } from 'vitest'
import { random } from '../../src/geometry/random.ts'

function taken(count: number, next: () => number): number[] {
  return Array.from({ length: count }, next)
}

describe('random', () => {
  test('the same seed gives the same numbers, whatever the machine', () => {
    const [draw, again] = [random(42), random(42)]
    expect(taken(4, () => draw.bits())).toEqual([136817612, 3491102131, 1744584681, 3501496784])
    expect(taken(4, () => again.bits())).toEqual([136817612, 3491102131, 1744584681, 3501496784])
  })

  test('another seed and another stream give other numbers', () => {
    const first = new Set(
      [0, 1, 2, 1e6].flatMap((seed) => [0, 1, 2].map((s) => random(seed, s).bits())),
    )
    expect(first.size).toBe(12)
  })

  test('uniform numbers fill [0, 1) evenly', () => {
    const draw = random(7)
    const bins = new Float64Array(10)
    for (const x of taken(100_000, () => draw.uniform())) bins[Math.floor(10 * x)]++
    // chi-squared with 9 degrees of freedom: 27.9 is passed by one in a thousand
    const chiSquared = bins.reduce((sum, n) => sum + (n - 10_000) ** 2 / 10_000, 0)
    expect(chiSquared).toBeLessThan(27.9)
  })

  test('normal deviates have the mean, spread and tails that were asked for', () => {
    const draw = random(3)
    const values = taken(100_000, () => draw.normal(137.5, 18.5))
    const mean = values.reduce((a, b) => a + b, 0) / values.length
    const variance = values.reduce((sum, x) => sum + (x - mean) ** 2, 0) / values.length
    expect(Math.abs(mean - 137.5)).toBeLessThan(0.25)
    expect(Math.abs(Math.sqrt(variance) - 18.5)).toBeLessThan(0.2)
    const beyondTwo = values.filter((x) => Math.abs(x - 137.5) > 37).length / values.length
    expect(Math.abs(beyondTwo - 0.0455)).toBeLessThan(0.003)
  })

  test('a seed that is no number is refused', () => {
    expect(() => random(Number.NaN)).toThrow(RangeError)
  })
})
