// Masks that take the background for plant are known.
import { expect, test } from 'vitest'
import { countBytes } from '../../src/geometry/bytes.ts'
import { isWrongMask } from '../../tasks/voxels/wrong-masks.ts'
import { squareMask } from '../support/square-mask.ts'

const size = 40

/** A mask in which what a claim holds of is plant. */
const maskOf = (isPlant: (x: number, y: number) => boolean) => squareMask(size, isPlant)
const isOfPlant = (x: number, y: number) => Math.abs(x - 20) < 3 && y > 5

test.each<[string, (x: number, y: number) => boolean, boolean]>([
  ['a plant', isOfPlant, false],
  ['nine tenths of the picture', (x, y) => x > 3 || isOfPlant(x, y), true],
  ['a landscape behind the plant', (x, y) => y > 25 || isOfPlant(x, y), true],
  ['nothing', () => false, false],
])('%s', (_, isPlant, expected) => {
  const mask = maskOf(isPlant)
  expect(isWrongMask(mask, countBytes(mask.data))).toBe(expected)
})
