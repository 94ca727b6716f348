// Which organ of one variant is which of another.
import { expect, test } from 'vitest'
import type { OrganShown } from '../../src/web/api.ts'
import { pairsOf } from '../../src/web/plants/compare.ts'

/** An organ on a stem along z whose base is at `base`. */
const organAt = (z: number, base = 0, turn = 0): OrganShown => ({
  kind: 'fruit',
  counted: true,
  insertion: [0, 0, z],
  tip: [10 * Math.cos(turn), 10 * Math.sin(turn), z],
  direction: [Math.cos(turn), Math.sin(turn), 0],
  azimuth: (turn * 180) / Math.PI,
  height: z - base,
  length: 10,
  path: [],
})

test('pairs stand from the base up, though one of the stems begins further up', () => {
  const whole = [10, 20, 30, 40, 50].map((z) => organAt(z))
  const upper = [30, 40, 50].map((z) => organAt(z, 25))
  expect(pairsOf({ organs: upper }, { organs: whole })).toEqual([
    { b: 0 },
    { b: 1 },
    { a: 0, b: 2 },
    { a: 1, b: 3 },
    { a: 2, b: 4 },
  ])
})

test('an organ that only the shorter stem has stands at its place among the others', () => {
  const whole = [10, 20, 40].map((z) => organAt(z))
  const upper = [organAt(20, 15), organAt(30, 15, Math.PI), organAt(40, 15)]
  expect(pairsOf({ organs: upper }, { organs: whole })).toEqual([
    { b: 0 },
    { a: 0, b: 1 },
    { a: 1 },
    { a: 2, b: 2 },
  ])
})

test('organs on the two sides of a stem are not the same one', () => {
  const [left, right] = [organAt(10), organAt(10, 0, Math.PI)]
  const pairs = pairsOf({ organs: [left] }, { organs: [right] })
  expect(pairs).toHaveLength(2)
  expect(pairs).toEqual(expect.arrayContaining([{ a: 0 }, { b: 0 }]))
})
