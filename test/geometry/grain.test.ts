// The grain of a sensor: spread as was asked for, without a pattern, and as its formula says.
import { describe, expect, test } from 'vitest'
import { random } from '../../src/geometry/random.ts'
import { addGrain } from '../../src/geometry/render/grain.ts'
import { wholeNormals } from '../../src/geometry/render/whole-normals.ts'

/** Values that are looked at. */
const MANY = 250_000
/** Four standard errors of what has a variance of 1. */
const error = 4 / Math.sqrt(MANY)

/** Grain on grey: what was added to each value. */
function grainOf(sd: number, seed = 1, stream = 0): Float64Array {
  const grey = new Uint8Array(MANY).fill(128)
  addGrain(grey, sd, seed, stream)
  return Float64Array.from(grey, (value) => value - 128)
}

const meanOf = (values: Float64Array): number => values.reduce((a, b) => a + b, 0) / values.length

/** The mean of the values' powers. */
const moment = (values: Float64Array, power: number): number =>
  meanOf(values.map((value) => value ** power))

/** How much values have to do with others, 0 to 1: their correlation. */
function likeness(some: Float64Array, others: Float64Array): number {
  let sum = 0
  for (let i = 0; i < some.length; i++) sum += some[i] * others[i]
  return Math.abs(sum / some.length / moment(others, 2))
}

/** The formula: `addDrawn`, number by number. */
function slowly(values: Uint8Array, sd: number, seed: number, stream: number): Uint8Array {
  const draw = random(seed, stream)
  const table = wholeNormals(sd)
  const words = Array.from({ length: 16 }, () => draw.bits())
  const states = [0, 1, 2, 3].map((g) => [0, 4, 8, 12].map((k) => words[g + k]))
  const rotated = (x: number, by: number): number => (x << by) | (x >>> (32 - by))
  return values.map((value, i) => {
    const s = states[i % 4]
    const word = Math.imul(rotated(Math.imul(s[1], 5), 7), 9)
    const shifted = s[1] << 9
    s[2] ^= s[0]
    s[3] ^= s[1]
    s[1] ^= s[2]
    s[0] ^= s[3]
    s[2] ^= shifted
    s[3] = rotated(s[3], 11)
    const column = word >>> 23
    const isOwn = (word & 0x7fffff) < table[2 * column]
    const added = isOwn ? column - 255 : table[2 * column + 1]
    return Math.max(0, Math.min(255, value + added))
  })
}

/** The distribution function of normal deviates, by Simpson's rule from the middle. */
function normalShare(x: number): number {
  const steps = 20_000
  const density = (t: number): number => Math.exp((-t * t) / 2) / Math.sqrt(2 * Math.PI)
  let sum = density(0) + density(x)
  for (let i = 1; i < steps; i++) sum += (i % 2 === 1 ? 4 : 2) * density((x * i) / steps)
  return 0.5 + (sum * x) / steps / 3
}

/** How probable each number from −255 to 255 is by a table. */
function probabilities(table: Int32Array): Float64Array {
  const found = new Float64Array(511)
  for (let c = 0; c < 512; c++) {
    const own = table[2 * c] / 2 ** 23
    if (own > 0) found[c] += own / 512
    if (own < 1) found[table[2 * c + 1] + 255] += (1 - own) / 512
  }
  return found
}

describe('the table of whole numbers', () => {
  test.each([0.05, 0.7, 3, 20, 128])(
    'with a deviation of %d each has the probability of deviates that round to it, to 2⁻³⁰',
    (sd) => {
      const found = probabilities(wholeNormals(sd))
      for (const number of [0, 1, -1, 2, 7, -30, 100, -254]) {
        const beyond = normalShare((number + 0.5) / sd) - normalShare((number - 0.5) / sd)
        expect(Math.abs(found[number + 255] - beyond)).toBeLessThan(2 ** -30)
      }
      expect(Math.abs(found[0] - normalShare(-254.5 / sd))).toBeLessThan(2 ** -30)
      expect(meanOf(found) * 511).toBeCloseTo(1, 12)
    },
  )
})

describe('addGrain', () => {
  test('the kernel adds what its formula says, whatever the length of the picture', () => {
    const draw = random(8)
    for (const length of [0, 1, 15, 16, 17, 1023, 1025, 98_303, 98_305, 200_000]) {
      const values = Uint8Array.from({ length }, () => draw.bits())
      const sd = 0.2 + 50 * draw.uniform()
      const grainy = values.slice()
      addGrain(grainy, sd, 4, length)
      expect(Buffer.compare(grainy, slowly(values, sd, 4, length))).toBe(0)
    }
  })

  test.each([1, 3, 20])('grain of %d has that spread, and the tails of a normal one', (sd) => {
    const grain = grainOf(sd)
    // rounding adds a twelfth to the variance (Sheppard, 1898); limits are four standard errors
    const variance = sd * sd + 1 / 12
    expect(Math.abs(meanOf(grain)) / Math.sqrt(variance)).toBeLessThan(error)
    expect(Math.abs(moment(grain, 2) / variance - 1)).toBeLessThan(error * Math.sqrt(2))
    const own = moment(grain, 2)
    expect(Math.abs(moment(grain, 3) / own ** 1.5)).toBeLessThan(error * Math.sqrt(6))
    const flatter = -1 / 120 / variance ** 2
    expect(Math.abs(moment(grain, 4) / own ** 2 - 3 - flatter)).toBeLessThan(error * Math.sqrt(24))
  })

  test.each([1, 2, 3, 4, 5, 12, 16, 1024, 2688])(
    'values that lie %d apart have no more to do with each other than others',
    (apart) => {
      const grain = grainOf(3, 5, 9)
      expect(likeness(grain.subarray(apart), grain)).toBeLessThan(error)
    },
  )

  test('another stream and another seed are another grain', () => {
    const one = grainOf(3)
    for (const other of [grainOf(3, 1, 1), grainOf(3, 2, 0)])
      expect(likeness(other, one)).toBeLessThan(error)
  })

  test('no grain changes nothing; black and white stay within 0 … 255', () => {
    const rgb = Uint8Array.from({ length: 3000 }, (_, i) => (i % 2) * 255)
    const before = rgb.slice()
    addGrain(rgb, 0, 1, 0)
    expect(rgb).toEqual(before)
    addGrain(rgb, 20, 1, 0)
    const far = rgb.filter((value, i) => Math.abs(value - before[i]) > 128)
    expect(far).toHaveLength(0)
  })
})
