// The k-d tree against brute force.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { evenlySpread, NeighbourTree, picked } from '../../src/geometry/neighbours.ts'
import { random } from '../../src/geometry/random.ts'

const coordinate = fc.oneof(
  fc.integer({ min: -3, max: 3 }),
  fc.double({ min: -10, max: 10, noNaN: true }),
)
const place = fc.tuple(coordinate, coordinate, coordinate)
const cloud = fc.array(place, { minLength: 1, maxLength: 120 })

const squares = (points: readonly number[][], at: readonly number[]): number[] =>
  points.map((p) => p.reduce((sum, value, d) => sum + (value - at[d]) ** 2, 0))

/** No point of the lower half lies beyond one of the upper, along the axis on which all lie farthest apart. */
function checkHalves(points: readonly number[][]): void {
  if (points.length <= 12) return
  const extents = [0, 1, 2].map((d) => {
    const along = points.map((point) => point[d])
    return Math.max(...along) - Math.min(...along)
  })
  const axis = extents.indexOf(Math.max(...extents))
  const middle = points.length >> 1
  const [below, above] = [points.slice(0, middle), points.slice(middle)]
  const most = Math.max(...below.map((point) => point[axis]))
  expect(most).toBeLessThanOrEqual(Math.min(...above.map((point) => point[axis])))
  checkHalves(below)
  checkHalves(above)
}

describe('neighbours', () => {
  test('the nearest point is as near as brute force finds', () => {
    fc.assert(
      fc.property(cloud, place, (points, [x, y, z]) => {
        const tree = new NeighbourTree(points.flat())
        const all = squares(points, [x, y, z])
        const found = tree.nearest(x, y, z)
        expect(all[found]).toBe(Math.min(...all))
        expect(tree.distanceSquared).toBe(all[found])
      }),
    )
  })

  test('densities are the very sums that a walk through the tree gives', () => {
    fc.assert(
      fc.property(cloud, fc.double({ min: 0.1, max: 20, noNaN: true }), (points, radius) => {
        const tree = new NeighbourTree(points.flat())
        const expected = points.map(([x, y, z]) => {
          let sum = 0
          tree.forEachWithin(x, y, z, radius, (_, d2) => (sum += 1 - d2 / (radius * radius)))
          return sum
        })
        expect([...tree.densities(radius)]).toEqual(expected)
      }),
    )
  })

  test('the k nearest points are the first k of all when sorted by distance', () => {
    fc.assert(
      fc.property(cloud, place, fc.integer({ min: 1, max: 20 }), (points, [x, y, z], k) => {
        const numbers: number[] = []
        const found: number[] = []
        const count = new NeighbourTree(points.flat()).nearestFew(x, y, z, k, numbers, found)
        const all = squares(points, [x, y, z])
        expect(count).toBe(Math.min(k, points.length))
        expect(found).toEqual([...all].sort((a, b) => a - b).slice(0, k))
        expect(new Set(numbers).size).toBe(count)
        expect(numbers.map((i) => all[i])).toEqual(found)
      }),
    )
  })

  test('all points within a radius are visited once', () => {
    fc.assert(
      fc.property(
        cloud,
        place,
        fc.double({ min: 0, max: 8, noNaN: true }),
        (points, at, radius) => {
          const [x, y, z] = at
          const visited: number[] = []
          new NeighbourTree(points.flat()).forEachWithin(x, y, z, radius, (i) => visited.push(i))
          const all = squares(points, at)
          const expected = [...all.keys()].filter((i) => all[i] < radius * radius)
          expect(visited.sort((a, b) => a - b)).toEqual(expected)
        },
      ),
    )
  })

  test('the order is that of sorting halves along the longest axis, whatever array holds the points', () => {
    fc.assert(
      fc.property(cloud, (points) => {
        const { order } = new NeighbourTree(points.flat())
        expect([...order].sort((a, b) => a - b)).toEqual([...points.keys()])
        expect([...new NeighbourTree(Float64Array.from(points.flat())).order]).toEqual([...order])
        checkHalves([...order].map((i) => points[i]))
      }),
    )
  })

  test('in a large cloud, too, brute force finds nothing nearer', () => {
    const draw = random(3)
    const points = Array.from({ length: 3000 }, () => [
      draw.uniform(),
      draw.normal(0, 2),
      Math.round(4 * draw.uniform()),
    ])
    const tree = new NeighbourTree(points.flat())
    for (let i = 0; i < 300; i++) {
      const at = [draw.uniform(), draw.normal(0, 2), 5 * draw.uniform()] as const
      const all = squares(points, at)
      expect(all[tree.nearest(...at)]).toBe(Math.min(...all))
      let near = 0
      tree.forEachWithin(...at, 0.5, () => near++)
      expect(near).toBe(all.filter((square) => square < 0.25).length)
    }
  })

  test('beyond the given distance there is no nearest point', () => {
    const tree = new NeighbourTree([0, 0, 0, 5, 0, 0])
    expect(tree.nearest(2, 0, 0, 1)).toBe(-1)
    expect(tree.nearest(2, 0, 0, 2.5)).toBe(0)
    expect(new NeighbourTree([]).nearest(0, 0, 0)).toBe(-1)
  })

  test('some of many points are spread as evenly as all', () => {
    const draw = random(5)
    const points = Float64Array.from({ length: 9000 }, () => draw.uniform())
    const few = evenlySpread(points, 10)
    expect(few.length).toBe(300)
    const kept = picked(points, few)
    expect(Array.from(kept.slice(0, 3))).toEqual(
      Array.from(points.slice(3 * few[0], 3 * few[0] + 3)),
    )
    // 300 points in a unit cube: none of 3000 is farther from one than 0.3, where 34 are expected.
    const tree = new NeighbourTree(kept)
    for (let i = 0; i < points.length; i += 3)
      expect(tree.nearest(points[i], points[i + 1], points[i + 2], 0.3)).toBeGreaterThanOrEqual(0)
  })

  test('many points at one place do no harm', () => {
    const tree = new NeighbourTree(new Float64Array(3 * 5000).fill(1))
    tree.nearest(0, 1, 1)
    expect(tree.distanceSquared).toBe(1)
  })
})
