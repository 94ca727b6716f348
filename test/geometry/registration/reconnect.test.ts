// Pieces joined by nearness: lines name the points as they are numbered.
import { describe, expect, test } from 'vitest'
import { DisjointSets } from '../../../src/geometry/graph/disjoint-sets.ts'
import { random } from '../../../src/geometry/random.ts'
import { reconnected } from '../../../src/geometry/registration/reconnect.ts'

describe('joined points', () => {
  test('form a path again when they lie on a line, in whatever order they come', () => {
    const places = [7, 2, 9, 0, 4, 1, 8, 3, 6, 5]
    const points = Float64Array.from(places.flatMap((x) => [x, 0, 0]))
    const lines = reconnected({ points, lines: new Uint32Array(0) }, 2)
    expect(lines.length).toBe(18)
    for (let i = 0; i < lines.length; i += 2)
      expect(Math.abs(places[lines[i]] - places[lines[i + 1]])).toBe(1)
  })

  test('keep their lines, loops too, and add the shortest between pieces', () => {
    const square = [0, 0, 0, 1, 0, 0, 1, 1, 0, 0, 1, 0]
    const points = Float64Array.from([...square, 3, 0, 0, 4, 0, 0])
    const lines = Uint32Array.of(0, 1, 1, 2, 2, 3, 0, 3, 4, 5)
    expect(Array.from(reconnected({ points, lines }))).toEqual([0, 1, 0, 3, 1, 2, 1, 4, 2, 3, 4, 5])
  })

  test('whatever pieces they were in are one, by no more lines than it takes', () => {
    const draw = random(8)
    const points = Float64Array.from({ length: 300 }, () => draw.normal())
    // fifty pairs
    const pairs = Uint32Array.from({ length: 100 }, (_, i) => i)
    const lines = reconnected({ points, lines: pairs }, 20)
    expect(lines.length).toBe(198)
    const pieces = new DisjointSets(100)
    for (let i = 0; i < lines.length; i += 2) expect(pieces.join(lines[i], lines[i + 1])).toBe(true)
  })

  test('keep what joined two heaps that are far apart', () => {
    const points = Float64Array.from([0, 0, 0, 1, 0, 0, 50, 0, 0, 51, 0, 0])
    const lines = reconnected({ points, lines: Uint32Array.of(0, 1, 1, 2, 2, 3) }, 1)
    expect(Array.from(lines)).toEqual([0, 1, 1, 2, 2, 3])
  })
})
