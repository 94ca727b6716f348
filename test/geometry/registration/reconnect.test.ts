// Points joined anew: a tree whose lines name the points as they are numbered.
import { describe, expect, test } from 'vitest'
import { random } from '../../../src/geometry/random.ts'
import { reconnected } from '../../../src/geometry/registration/reconnect.ts'

const lengthOf = (points: Float64Array, lines: Uint32Array): number => {
  let sum = 0
  for (let i = 0; i < lines.length; i += 2) {
    const [a, b] = [3 * lines[i], 3 * lines[i + 1]]
    sum += Math.hypot(...[0, 1, 2].map((d) => points[a + d] - points[b + d]))
  }
  return sum
}

describe('points joined anew', () => {
  test('form a path again when they lie on a line, in whatever order they come', () => {
    const places = [7, 2, 9, 0, 4, 1, 8, 3, 6, 5]
    const points = Float64Array.from(places.flatMap((x) => [x, 0, 0]))
    const lines = reconnected({ points, lines: new Uint32Array(0) }, 2)
    expect(lines.length).toBe(18)
    for (let i = 0; i < lines.length; i += 2)
      expect(Math.abs(places[lines[i]] - places[lines[i + 1]])).toBe(1)
  })

  test('are never joined by more length than a tree that was there', () => {
    const draw = random(8)
    const points = Float64Array.from({ length: 300 }, () => draw.normal())
    const chain = Uint32Array.from({ length: 198 }, (_, i) => (i + 1) >> 1)
    const lines = reconnected({ points, lines: chain })
    expect(lines.length).toBe(198)
    expect(lengthOf(points, lines)).toBeLessThanOrEqual(lengthOf(points, chain))
  })

  test('keep what joined two heaps that are far apart', () => {
    const points = Float64Array.from([0, 0, 0, 1, 0, 0, 50, 0, 0, 51, 0, 0])
    const lines = reconnected({ points, lines: Uint32Array.of(0, 1, 1, 2, 2, 3) }, 1)
    expect(Array.from(lines)).toEqual([0, 1, 1, 2, 2, 3])
  })
})
