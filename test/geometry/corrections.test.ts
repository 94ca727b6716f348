// Corrections by hand: which organ each means, and what becomes of it in another variant.
import { describe, expect, test } from 'vitest'
import {
  correctOrgans,
  typicalInternode,
  type AddedOrgan,
  type Correction,
} from '../../src/geometry/phyllotaxis/corrections.ts'
import type { OrganKind } from '../../src/geometry/phyllotaxis/kinds.ts'
import { parseCorrections } from '../../src/geometry/phyllotaxis/parse-corrections.ts'
import { azimuth, StemCurve } from '../../src/geometry/phyllotaxis/stem-curve.ts'
import type { Vec3 } from '../../src/geometry/linear.ts'

const stem = new StemCurve(
  Array.from({ length: 121 }, (_, z): Vec3 => [0, 0, z]),
  { bandwidth: 1 },
)
const scales = { internode: 10 }

interface TestOrgan extends AddedOrgan {
  readonly name: string
}

/** An organ at a height, in a direction in degrees. */
function organ(
  name: string,
  height: number,
  degrees: number,
  kind: OrganKind = 'fruit',
): TestOrgan {
  const phi = (degrees * Math.PI) / 180
  const direction: Vec3 = [Math.cos(phi), Math.sin(phi), 0]
  const place = stem.at(height)
  return {
    name,
    insertion: place.point,
    arcLength: height,
    azimuth: azimuth(direction, place),
    direction,
    length: 20,
    kind,
    kindConfidence: 0.7,
  }
}

/** Where an organ at a height ends. */
const tip = (height: number, degrees: number): Vec3 => {
  const phi = (degrees * Math.PI) / 180
  return [20 * Math.cos(phi), 20 * Math.sin(phi), height]
}

const apply = (organs: readonly TestOrgan[], ...corrections: readonly Correction[]) =>
  correctOrgans(organs, corrections, stem, scales, (added) => ({ ...added, name: 'added' }))
const names = ({ organs }: ReturnType<typeof apply>) => organs.map(({ name }) => name)

const plant = [organ('a', 20, 0), organ('b', 30, 137), organ('c', 40, 275), organ('d', 50, 52)]

describe('a correction', () => {
  test('removes the organ that it means, and tells which', () => {
    const result = apply(plant, { id: 'x', do: 'remove', at: [0, 0, 30.5], tip: tip(30, 130) })
    expect(names(result)).toEqual(['a', 'c', 'd'])
    expect(result.removed).toMatchObject([{ organ: { name: 'b' }, correction: 'x' }])
    expect(result.outcomes).toEqual([{ id: 'x', is: 'applied' }])
  })

  test('adds one where none is, straight to its tip', () => {
    const result = apply(plant, { id: 'x', do: 'add', at: [1, 0, 35], tip: [20, 0, 35] })
    expect(names(result)).toEqual(['a', 'b', 'added', 'c', 'd'])
    const added = result.organs[2]
    expect(added).toMatchObject({
      kind: 'fruit',
      kindConfidence: 1,
      corrected: { did: 'add', correction: 'x' },
    })
    expect(added.arcLength).toBeCloseTo(35, 6)
    expect(added.length).toBeCloseTo(20, 6)
    expect(added.azimuth).toBeCloseTo(plant[0].azimuth, 6)
  })

  test('that adds an organ which another variant found marks that one, and adds none', () => {
    const correction = { id: 'x', do: 'add', at: [0, 0, 35], tip: tip(35, 80) } as const
    const found = [...plant, organ('e', 36, 70, 'spur')]
    const result = apply(found, { ...correction, kind: 'fruit' })
    expect(names(result)).toEqual(['a', 'b', 'e', 'c', 'd'])
    expect(result.organs[2]).toMatchObject({ kind: 'fruit', corrected: { did: 'add' } })
  })

  test('moves an insertion along the stem; the direction stays as measured', () => {
    const [, b] = plant
    const result = apply(plant, { id: 'x', do: 'move', from: [0, 0, 30], at: [0, 0, 43] })
    expect(names(result)).toEqual(['a', 'c', 'b', 'd'])
    const moved = result.organs[2]
    expect(moved).toMatchObject({ azimuth: b.azimuth, direction: b.direction })
    expect(moved.insertion[2]).toBeCloseTo(43, 6)
    expect(moved.arcLength).toBeCloseTo(43, 6)
  })

  test('a correction without `from` moves the organ that is near the right place', () => {
    const result = apply(plant, { id: 'x', do: 'move', at: [0, 0, 33], tip: tip(30, 137) })
    expect(result.organs[1]).toMatchObject({ name: 'b', corrected: { did: 'move' } })
    expect(result.organs[1].arcLength).toBeCloseTo(33, 6)
  })

  test('sets a kind, of which a person is sure', () => {
    const result = apply(plant, { id: 'x', do: 'kind', kind: 'flower', at: [0, 0, 40] })
    expect(result.organs[2]).toMatchObject({ name: 'c', kind: 'flower', kindConfidence: 1 })
  })

  test.each([
    ['within half an internode', 34.9, true],
    ['not beyond', 35.1, false],
  ])('finds organs %s along the stem', (_, height, isFound) => {
    const result = apply(plant, { id: 'x', do: 'remove', at: [0, 0, height], tip: tip(30, 137) })
    expect(result.outcomes[0].is).toBe(isFound ? 'applied' : 'unmatched')
    expect(result.organs).toHaveLength(isFound ? 3 : 4)
  })

  test.each([
    ['within 30°', 166, true],
    ['not beyond', 168, false],
  ])('finds organs %s of its tip', (_, degrees, isFound) => {
    const result = apply(plant, { id: 'x', do: 'remove', at: [0, 0, 30], tip: tip(30, degrees) })
    expect(result.outcomes[0].is).toBe(isFound ? 'applied' : 'unmatched')
  })

  test('that may mean either of two is told, and changes nothing', () => {
    const pair = [organ('left', 30, 0), organ('right', 30, 180)]
    const result = apply(pair, { id: 'x', do: 'remove', at: [0, 0, 30] })
    expect(result.outcomes).toEqual([{ id: 'x', is: 'ambiguous', among: 2 }])
    expect(names(result)).toEqual(['left', 'right'])
    const told = apply(pair, { id: 'x', do: 'remove', at: [0, 0, 30], tip: tip(30, 175) })
    expect(names(told)).toEqual(['left'])
  })

  test('a correction means the nearest of two organs: that is no tie', () => {
    const pair = [organ('near', 30, 0), organ('far', 34, 0)]
    const result = apply(pair, { id: 'x', do: 'remove', at: [0, 0, 29.5], tip: tip(30, 0) })
    expect(names(result)).toEqual(['far'])
  })

  test('applies in another variant, where organs stand a little elsewhere and others are found', () => {
    const corrections: Correction[] = [
      { id: 'gone', do: 'remove', at: [0, 0, 20], tip: tip(20, 0) },
      { id: 'kind', do: 'kind', kind: 'branch', at: [0, 0, 40], tip: tip(40, 275) },
      { id: 'lost', do: 'remove', at: [0, 0, 50], tip: tip(50, 52) },
    ]
    const other = [organ('a', 21.5, 8), organ('n', 33, 10), organ('c', 38, 262)]
    const result = apply(other, ...corrections)
    expect(names(result)).toEqual(['n', 'c'])
    expect(result.organs[1].kind).toBe('branch')
    expect(result.outcomes.map(({ is }) => is)).toEqual(['applied', 'applied', 'unmatched'])
  })

  test('finds an organ that an earlier one moved, where it was and where it is', () => {
    const move = { id: 'm', do: 'move', from: [0, 0, 30], at: [0, 0, 45] } as const
    for (const height of [30, 45]) {
      const at: Vec3 = [0, 0, height]
      const kind = { id: 'k', do: 'kind', kind: 'branch', at, tip: tip(height, 137) } as const
      const result = apply(plant, move, kind)
      expect(result.organs.find(({ name }) => name === 'b')?.kind).toBe('branch')
    }
  })
})

test('a typical internode is the median step, however many organs are missed', () => {
  expect(typicalInternode([10, 20, 30, 50, 60], 100)).toBe(10)
  expect(typicalInternode([], 100)).toBe(5)
})

describe('a file of corrections', () => {
  const entry = { id: 'x', do: 'remove', at: [1, 2, 3], date: '2026-05-04' }
  const file = (corrections: unknown) => ({ version: 1, unit: 'mm', corrections })

  test('a file of corrections is read with all that is remembered, and keys of others are passed over', () => {
    const whole = { ...entry, why: 'a thread', by: 'Ada', colour: 'red' }
    const { colour: _, ...kept } = whole
    expect(parseCorrections(file([whole]))).toEqual(file([kept]))
  })

  test.each([
    ['no map', [], /no map/],
    ['another version', { version: 2, corrections: [] }, /version is 2/],
    ['no list', { version: 1 }, /no list/],
    ['no id', file([{ ...entry, id: '../x' }]), /entry 1 has no "id"/],
    ['no place', file([{ ...entry, at: [1, 2] }]), /"at" of x/],
    ['a place of NaN', file([{ ...entry, at: [1, 2, null] }]), /"at" of x/],
    ['another deed', file([{ ...entry, do: 'paint' }]), /x does "paint"/],
    ['an added one without a tip', file([{ ...entry, do: 'add' }]), /lacks "tip"/],
    ['an unknown kind', file([{ ...entry, do: 'kind', kind: 'root' }]), /kind "root"/],
    ['one id twice', file([entry, entry]), /two entries/],
  ])('says what is wrong: %s', (_, value, message) => {
    expect(() => parseCorrections(value)).toThrow(message)
  })
})
