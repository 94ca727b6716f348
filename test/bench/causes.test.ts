// Why steps of a virtual plant are wrong, told by where its organs are.
import { expect, test } from 'vitest'
import { causesOfWrongSteps, turnOf, type Studied } from '../../bench/support/accuracy/causes.ts'
import { shareOf } from '../../bench/support/accuracy/interval.ts'
import { evaluatePhyllotaxis } from '../../src/geometry/alignment/evaluate.ts'
import type { Vec3 } from '../../src/geometry/linear.ts'
import { stepsBetween, type StemOrgan } from '../../src/geometry/phyllotaxis/phyllotaxis.ts'
import type { Insertion } from '../../src/geometry/virtual-plant/truth.ts'

const radians = (degrees: number) => (degrees * Math.PI) / 180
const heights = [20, 40, 60, 80, 100, 120]
const out = (azimuth: number): Vec3 => [
  Math.cos(radians(azimuth)) * Math.SQRT1_2,
  Math.sin(radians(azimuth)) * Math.SQRT1_2,
  Math.SQRT1_2,
]
const azimuths = heights.map((_, i) => 137.5 * i)
const insertions = heights.map((height, i): Insertion => ({
  kind: 'silique',
  point: [0, 0, height],
  stem: [0, 0, 1],
  direction: out(azimuths[i]),
  height,
}))
const truth = {
  ...stepsBetween(heights.map((arcLength, i) => ({ arcLength, azimuth: radians(azimuths[i]) }))),
  organs: insertions,
  axis: [],
}

interface Measured {
  readonly height: number
  readonly azimuth: number
  readonly counted?: boolean
}

/** What is measured of that plant, with a skeleton wherever an organ is, and the stem up to `top`. */
function studied(
  organs: readonly Measured[],
  others: Partial<Studied> & { readonly top?: number } = {},
): Studied {
  const all = organs.map(({ height, azimuth, counted = true }): StemOrgan => ({
    insertion: [0, 0, height],
    arcLength: height,
    junction: height,
    direction: out(azimuth),
    azimuth: radians(azimuth),
    length: 20,
    confidence: 1,
    points: [],
    shape: { straightness: 1, rise: 0.7, twigs: 0 },
    kind: counted ? 'fruit' : 'flower',
    kindConfidence: 1,
    counted,
    parts: 1,
  }))
  const measured = {
    ...stepsBetween(all.filter(({ counted }) => counted)),
    organs: all,
    stem: Array.from({ length: (others.top ?? 140) + 1 }, (_, z): Vec3 => [0, 0, z]),
  }
  const evaluation = evaluatePhyllotaxis(truth, measured)
  const tips = insertions.map(({ point, direction }) => point.map((c, k) => c + 8 * direction[k]))
  return {
    truth,
    turns: heights.map(() => 0),
    skeleton: tips.map(([x, y, z]): Vec3 => [x, y, z]),
    measured,
    evaluation,
    ...others,
  }
}

const right = heights.map((height, i): Measured => ({ height, azimuth: azimuths[i] }))
const changed = (i: number, change: Partial<Measured>): Measured[] =>
  right.map((organ, k) => (k === i ? { ...organ, ...change } : organ))

test('a plant measured right has no cause', () => {
  expect(causesOfWrongSteps(studied(right))).toEqual([])
})

test.each<[string, Studied, string[]]>([
  ['another kind', studied(changed(2, { counted: false })), ['kind', 'kind']],
  ['no skeleton', studied(right.toSpliced(2, 1), { skeleton: [] }), ['no stalk', 'no stalk']],
  ['a skeleton, no organ', studied(right.toSpliced(2, 1)), ['grown together', 'grown together']],
  ['a stem that ends below', studied(right.slice(0, 5), { top: 110 }), ['stem']],
  ['an insertion too low', studied(changed(2, { height: 54 })), ['insertion', 'insertion']],
  ['a direction', studied(changed(2, { azimuth: azimuths[2] + 16 })), ['direction', 'direction']],
  [
    'an organ that turns aside',
    studied(changed(2, { azimuth: azimuths[2] + 16 }), { turns: [0, 0, 14, 0, 0, 0] }),
    ['curvature', 'curvature'],
  ],
  [
    'an organ that is none',
    studied(right.toSpliced(3, 0, { height: 69, azimuth: azimuths[2] + 200 })),
    ['organ between'],
  ],
])('%s', (_, wrong, expected) => {
  expect(causesOfWrongSteps(wrong)).toEqual(expected)
})

test('an organ turns by the angle about the stem from its direction to its middle', () => {
  const at = (azimuth: number): Vec3 => [Math.cos(radians(azimuth)), Math.sin(radians(azimuth)), 25]
  expect(turnOf(insertions[0], at(12))).toBeCloseTo(12, 9)
  expect(turnOf(insertions[0], at(-30))).toBeCloseTo(-30, 9)
})

test('a share’s interval is that of the binomial where plants have one step each', () => {
  const plants = Array.from({ length: 100 }, (_, i) => ({ of: 1, count: i < 80 ? 1 : 0 }))
  const { value, low, high } = shareOf(plants)
  expect(value).toBe(80)
  // 80 ± 1.96 √(80 × 20 / 100)
  expect(Math.abs(low - 72.2)).toBeLessThan(2)
  expect(Math.abs(high - 87.8)).toBeLessThan(2)
})
