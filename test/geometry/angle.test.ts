import { expect, test } from 'vitest'
import { angularDistance, fullTurn, signedTurn } from '../../src/geometry/angle.ts'

test.each([
  [0, 0, 0],
  [137.5, 137.5, 137.5],
  [180, 180, -180],
  [200, 200, -160],
  [360, 0, 0],
  [-10, 350, -10],
  [-730, 350, -10],
  [905, 185, -175],
])('%d° is %d° about an axis, and a turn of %d°', (angle, full, signed) => {
  expect(fullTurn(angle)).toBe(full)
  expect(signedTurn(angle)).toBe(signed)
  expect(angularDistance(angle, 0)).toBe(Math.abs(signed))
})
