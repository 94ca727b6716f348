import { expect, test } from 'vitest'
import { widestBlindGroup } from '../../../src/geometry/poses/blind-angle.ts'

const ring = Array.from({ length: 60 }, (_, i) => 270 - 6 * i)
const allBut = (...wrong: readonly number[]) => ring.map((_, i) => !wrong.includes(i))

test('nothing is blind where all views can be used', () => {
  expect(widestBlindGroup(ring, allBut())).toBeUndefined()
  expect(widestBlindGroup([], [])).toBeUndefined()
})

test('the widest group counts, not the first', () => {
  const found = widestBlindGroup(ring, allBut(3, 20, 21, 22, 40, 41))
  expect(new Set(found?.views)).toEqual(new Set([20, 21, 22]))
  expect(found?.angle).toBeCloseTo(18, 9)
})

test('a group may span the place where the path begins', () => {
  const found = widestBlindGroup(ring, allBut(58, 59, 0, 1))
  expect(new Set(found?.views)).toEqual(new Set([58, 59, 0, 1]))
  expect(found?.angle).toBeCloseTo(24, 9)
})

test('the order of the photographs does not matter, only where they stand', () => {
  const mixed = ring.map((_, i) => ring[(7 * i) % 60])
  const usable = mixed.map((azimuth) => azimuth !== 30 && azimuth !== 36)
  expect(widestBlindGroup(mixed, usable)?.angle).toBeCloseTo(12, 9)
})

test('a view with another above it leaves no gap', () => {
  const twice = [...ring, ...ring]
  const lower = twice.map((_, i) => i >= 60 || i % 60 > 9)
  expect(widestBlindGroup(twice, lower)!.angle).toBeLessThanOrEqual(6)
})

test('the open side of an arc is not blind', () => {
  const arc = Array.from({ length: 20 }, (_, i) => 6 * i)
  const found = widestBlindGroup(
    arc,
    arc.map((_, i) => i > 0),
  )
  expect(found?.angle).toBeCloseTo(9, 9)
})

test('where no view can be used, all of the turn is blind', () => {
  expect(widestBlindGroup(ring, Array<boolean>(60).fill(false))?.angle).toBeCloseTo(360, 9)
})
