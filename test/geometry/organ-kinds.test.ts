// What tells one kind of organ from another, on organs that are drawn with a few numbers.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { firstFlower, flowerScores } from '../../src/geometry/phyllotaxis/flowers.ts'
import { kindsOf } from '../../src/geometry/phyllotaxis/kinds.ts'
import { places } from '../../src/geometry/phyllotaxis/one-place.ts'
import { crossSections, type OrganShape } from '../../src/geometry/phyllotaxis/organ-shape.ts'
import type { Organ } from '../../src/geometry/phyllotaxis/organ.ts'

interface Drawn extends Partial<OrganShape> {
  readonly height: number
  /** Degrees. */
  readonly azimuth?: number
  readonly length?: number
  readonly junction?: number
}

/** A slender, straight organ that rises, 20 long, unless told otherwise. */
function organ({
  height,
  azimuth = 137.5 * height,
  length = 20,
  junction,
  ...shape
}: Drawn): Organ {
  return {
    insertion: [0, 0, height],
    arcLength: height,
    junction: junction ?? height,
    direction: [1, 0, 0],
    azimuth: (azimuth * Math.PI) / 180,
    length,
    confidence: 1,
    points: [],
    shape: { fat: 0.08, straightness: 0.98, rise: 0.7, twigs: 0, ...shape },
  }
}

const context = { stemLength: 200, typical: 20, near: 4 }
const kinds = (organs: readonly Drawn[]) =>
  kindsOf(organs.map(organ), context).map(({ kind, height }) => `${kind} ${Math.round(height)}`)

const leaf = { length: 22, rise: 0.2, straightness: 0.9, fat: 0.2, azimuth: 0 }
const fruits = [80, 95, 110, 120, 130].map((height) => ({ height }))
const flowers = [170, 171, 172, 173].map((height) => ({ height, length: 9, fat: 0.25 }))

describe('of a plant', () => {
  test('a leaf with its branch is one branch, a crowd at the foot a rosette, buds are flowers', () => {
    const rosette = [5, 6, 7, 8, 9].map((height) => ({ height, length: 35, rise: 0.1 }))
    const branch = { height: 41, length: 80, twigs: 4, azimuth: 10 }
    const told = kinds([...rosette, { ...leaf, height: 39 }, branch, ...fruits, ...flowers])
    expect(told).toEqual([
      ...rosette.map(({ height }) => `rosette_leaf ${height}`),
      'branch 40',
      ...fruits.map(({ height }) => `fruit ${height}`),
      ...flowers.map(({ height }) => `flower ${height}`),
    ])
  })

  test('what droops below a branch is a leaf; above the last one it is a fruit', () => {
    const branch = { height: 60, length: 80, azimuth: 180 }
    const told = kinds([{ ...leaf, height: 40 }, branch, { ...leaf, height: 90 }])
    expect(told).toEqual(['cauline_leaf 40', 'branch 60', 'fruit 90'])
  })

  test('what hangs at the foot with nothing in its axil belongs to the rosette, the next does not', () => {
    const hanging = { rise: -0.5, length: 25 }
    const told = kinds([{ ...hanging, height: 20 }, ...fruits, { ...hanging, height: 140 }])
    expect(told[0]).toBe('rosette_leaf 20')
    expect(told.at(-1)).toBe('fruit 140')
  })

  test('short and bent low on the stem is a spur, and no fruit for being in its axil', () => {
    const spur = { height: 79, length: 9, straightness: 0.7, azimuth: 137.5 * 80 }
    expect(kinds([spur, ...fruits])).toEqual(['spur 79', ...kinds(fruits)])
    expect(kinds([...fruits, { ...spur, height: 150 }]).at(-1)).toBe('fruit 150')
  })

  test('short and fat at the foot is a spur, however straight; slender, higher up or long it is none', () => {
    const stub = { height: 12, length: 8, straightness: 0.92, fat: 0.22 }
    const branch = { height: 41, length: 80, twigs: 4, azimuth: 10 }
    const first = (drawn: Drawn) => kinds([drawn, branch, ...fruits])[0]
    expect(first(stub)).toBe('spur 12')
    expect(first({ ...stub, rise: 0.1 })).toBe('spur 12')
    expect(first({ ...stub, fat: 0.12 })).toBe('fruit 12')
    expect(first({ ...stub, height: 25 })).toBe('fruit 25')
    expect(first({ ...stub, length: 18 })).toBe('fruit 12')
  })

  test('all organs of a plant without flowers are fruits, and before it fruits all above the middle are flowers', () => {
    expect(kinds(fruits)).toEqual(fruits.map(({ height }) => `fruit ${height}`))
    expect(kinds(flowers)).toEqual(flowers.map(({ height }) => `flower ${height}`))
  })

  test('a graph that knows no volumes has no flowers, however they crowd', () => {
    const unknown = flowers.map((flower) => ({ ...flower, fat: undefined }))
    expect(kinds(unknown)).toEqual(unknown.map(({ height }) => `fruit ${height}`))
  })

  test('the less an organ looks like its kind, the smaller is the confidence', () => {
    const likely = kindsOf([...fruits, ...flowers].map(organ), context)
    for (const { kindConfidence } of likely) expect(kindConfidence).toBeGreaterThan(0.5)
    const odd = { height: 171.5, length: 9, fat: 0.06 }
    const told = kindsOf(
      [...fruits, ...flowers, odd].map(organ).toSorted((a, b) => a.arcLength - b.arcLength),
      context,
    )
    const [among] = told.filter(({ height }) => height === odd.height)
    expect(among.kind).toBe('flower')
    expect(among.kindConfidence).toBeLessThan(
      Math.min(...likely.map((each) => each.kindConfidence)),
    )
  })
})

describe('one place', () => {
  const found = (...drawn: Drawn[]) =>
    places(drawn.map(organ), 4, 20).map(({ organ: { length }, others }) => [length, others.length])

  test.each<[string, Drawn, Drawn, number]>([
    ['near and alike', { height: 40, azimuth: 0 }, { height: 43, azimuth: 19 }, 1],
    ['farther apart', { height: 40, azimuth: 0 }, { height: 45, azimuth: 5 }, 2],
    ['near, but another way', { height: 40, azimuth: 0 }, { height: 41, azimuth: 21 }, 2],
    ['across 0°', { height: 40, azimuth: 355 }, { height: 41, azimuth: 5 }, 1],
    [
      'from one branching of the skeleton',
      { height: 40, junction: 50, azimuth: 0 },
      { height: 52, junction: 51, azimuth: 5 },
      1,
    ],
    [
      'beside one over twice as long',
      { height: 40, azimuth: 0, length: 50 },
      { height: 41, azimuth: 39 },
      1,
    ],
  ])('%s', (_, first, second, count) => {
    expect(found(first, second)).toHaveLength(count)
  })

  test('one place is shown by the organ that rises, not by a longer leaf that hangs', () => {
    const hanging = { height: 40, azimuth: 0, length: 30, rise: -0.6 }
    expect(found(hanging, { height: 41, azimuth: 10, length: 20 })).toEqual([[20, 1]])
  })

  test('one place has the mean height of the two that are long enough, and of one the mean direction', () => {
    const [{ height, azimuth }] = places(
      [
        organ({ height: 40, azimuth: 350, length: 60 }),
        organ({ height: 42, azimuth: 10, length: 20 }),
        organ({ height: 43, azimuth: 350, length: 8 }),
      ],
      4,
      20,
    )
    expect(height).toBe(41)
    const degrees = (azimuth * 180) / Math.PI
    expect(degrees).toBeCloseTo((350 * 68 + 370 * 20) / 88, 6)
  })
})

test('the first flower is where the sum of the scores above is largest, of all places', () => {
  fc.assert(
    fc.property(
      fc.array(fc.double({ min: -2, max: 2, noNaN: true }), { maxLength: 12 }),
      (given) => {
        const scores = given.map((score, height) => ({ organ: organ({ height }), score }))
        const above = (i: number) => given.slice(i).reduce((sum, score) => sum + score, 0)
        const first = firstFlower(scores)
        for (let i = 0; i <= given.length; i++)
          expect(above(first)).toBeGreaterThanOrEqual(above(i) - 1e-9)
      },
    ),
  )
})

test('crowding is the span of the densest three organs that one is among', () => {
  const heights = [0, 20, 24, 30, 60, 90]
  const told = flowerScores(
    heights.map((height) => organ({ height })),
    10,
  )
  expect(told.map(({ crowding }) => crowding)).toEqual([2.4, 1, 1, 1, 3.6, 6])
  expect(flowerScores([organ({ height: 1 }), organ({ height: 2 })], 10)[0].crowding).toBeUndefined()
})

describe('cross-sections of a path', () => {
  test('cross-sections of a path of a tube are all its own', () => {
    const along = Array.from({ length: 31 }, (_, i) => i)
    const volumes = along.map((i) => (i === 0 || i === 30 ? 1.5 : 3))
    for (const section of crossSections(along, volumes)) expect(section).toBeCloseTo(3, 9)
  })

  test('hold all of the volume, wherever the points are', () => {
    const steps = fc.array(fc.tuple(fc.double({ min: 0.01, max: 9, noNaN: true }), fc.nat(20)), {
      minLength: 2,
      maxLength: 12,
    })
    fc.assert(
      fc.property(steps, (given) => {
        const along = given.map((_, i) => given.slice(1, i + 1).reduce((sum, [d]) => sum + d, 0))
        const volumes = given.map(([, volume]) => volume)
        const sections = crossSections(along, volumes)
        const piece = along[along.length - 1] / sections.length
        const total = volumes.reduce((a, b) => a + b)
        expect(sections.reduce((sum, each) => sum + each * piece, 0)).toBeCloseTo(total, 6)
      }),
    )
  })
})
