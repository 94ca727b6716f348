// Where organs are inserted that bend, or that have grown together with another near the stem.
import { describe, expect, test } from 'vitest'
import type { Vec3 } from '../../src/geometry/linear.ts'
import { insertionOf } from '../../src/geometry/phyllotaxis/organ-insertion.ts'
import { organPaths } from '../../src/geometry/phyllotaxis/organ-paths.ts'
import { measureOrgan } from '../../src/geometry/phyllotaxis/organ.ts'
import { StemCurve } from '../../src/geometry/phyllotaxis/stem-curve.ts'
import type { TreeGraph } from '../../src/geometry/tree/tree-graph.ts'

const stem = new StemCurve(
  Array.from({ length: 101 }, (_, z): Vec3 => [0, 0, z]),
  { bandwidth: 5 },
)
const [step, length] = [0.5, 30]

/**
 * Points from 2 to 11 along a curve that leaves the axis at 50, at an angle to it, and turns by
 * another, upward or downward, up to its tip; in degrees.
 */
function leaving(from: number, turn: number): Vec3[] {
  const points: Vec3[] = []
  let [x, z] = [0, 50]
  for (let s = 0; s <= 11; s += 0.01) {
    const angle = ((from - (turn * s) / length) * Math.PI) / 180
    x += 0.01 * Math.sin(angle)
    z += 0.01 * Math.cos(angle)
    if (s >= 2 + points.length * step) points.push([x, 0, z])
  }
  return points
}
const insertedAt = (points: readonly Vec3[], others: { readonly radii?: number[] } = {}) =>
  insertionOf({ points, length, step, ...others }, stem, stem.nearest(points[0]), 2).s

/** How far from it along the stem, if no bend is believed, as of a coarse skeleton. */
const offByLine = (points: readonly Vec3[]) =>
  insertionOf({ points, length, step: 50 }, stem, stem.nearest(points[0]), 2).s - 50

test('an organ that bends is inserted nearer to where it leaves the stem than its line leads', () => {
  const [rising, drooping] = [leaving(80, 40), leaving(75, -30)]
  expect(offByLine(rising)).toBeCloseTo(-0.41, 2)
  expect(insertedAt(rising) - 50).toBeCloseTo(-0.32, 2)
  expect(offByLine(drooping)).toBeCloseTo(0.29, 2)
  expect(insertedAt(drooping) - 50).toBeCloseTo(0.23, 2)
  // a finer skeleton tells more of a bend
  const fine = insertionOf(
    { points: rising, length, step: step / 2 },
    stem,
    stem.nearest(rising[0]),
    2,
  )
  expect(fine.s - 50).toBeGreaterThan(-0.25)
})

test.each([25, 50, 90, 130])('one that is straight, at %d° to it, where it does', (from) => {
  expect(insertedAt(leaving(from, 0))).toBeCloseTo(50, 1)
})

test('what seems a bend of a steep organ is believed less than of one that lies level', () => {
  const left = (points: readonly Vec3[]) => (insertedAt(points) - 50) / offByLine(points)
  expect(left(leaving(80, 10))).toBeLessThan(0.8)
  expect(left(leaving(25, 10))).toBeGreaterThan(0.94)
})

test('where it is thicker than elsewhere it tells less, as a leaf has part in it there', () => {
  const points = leaving(80, 0).map((p, i): Vec3 => (i < 4 ? [p[0], 0, p[2] - 1] : p))
  const radii = points.map((_, i) => (i < 4 ? 1.5 : 0.5))
  const off = Math.abs(insertedAt(points) - 50)
  expect(Math.abs(insertedAt(points, { radii }) - 50)).toBeLessThan(0.6 * off)
  // radii that say nothing change nothing
  expect(insertedAt(points, { radii: points.map(() => 0) })).toBe(insertedAt(points))
})

test('the unit of length does not matter', () => {
  const points = leaving(80, 40)
  const small = new StemCurve(
    Array.from({ length: 101 }, (_, z): Vec3 => [0, 0, z / 10]),
    { bandwidth: 0.5 },
  )
  const inCm = points.map((p): Vec3 => [p[0] / 10, p[1] / 10, p[2] / 10])
  const base = { points: inCm, length: length / 10, step: step / 10 }
  expect(10 * insertionOf(base, small, small.nearest(inCm[0]), 0.2).s).toBeCloseTo(
    insertedAt(points),
    6,
  )
})

describe('organs that have grown together near the stem', () => {
  /** A stem along z; at 50 a path leaves it whose third point is where a branch and a leaf part. */
  const positions: Vec3[] = [
    ...Array.from({ length: 101 }, (_, z): Vec3 => [0, 0, z]),
    ...[1, 2, 3].map((x): Vec3 => [x, 0, 49]),
    ...Array.from({ length: 22 }, (_, i): Vec3 => [4 + i, 0, 50]),
    ...Array.from({ length: 12 }, (_, i): Vec3 => [4 + i, 0, 48 - i]),
  ]
  const [trunk, branch, leaf, end] = [101, 104, 126, 138]
  const graph: TreeGraph = {
    nodes: positions.map((position, v) => ({
      position,
      labels: [],
      radius: 1,
      ...(v < trunk && { mainStemId: v }),
    })),
    edges: positions.flatMap((_, v) => {
      if (v === 0) return []
      const from = v === trunk ? 50 : v === leaf ? branch - 1 : v - 1
      return [{ from, to: v, weight: 1 }]
    }),
  }
  const paths = organPaths(graph, 10, 6)

  test('know how many points they share', () => {
    expect(paths.map(({ shared }) => shared)).toEqual([4, 4])
    expect(paths.map(({ points }) => points.length)).toEqual([4 + leaf - branch, 4 + end - leaf])
  })

  test('are measured by the points that are their own', () => {
    const found = paths.map((path) =>
      measureOrgan(path, stem, 50, { clearance: 2, reach: 10, step: 1 }),
    )
    expect(found[0]?.points[0]).toEqual([4, 0, 50])
    expect(found[0]?.arcLength).toBeCloseTo(50, 1)
    expect(found[1]?.points[0]).toEqual([4, 0, 48])
    // lengths are those from the stem on
    expect(found[0]?.length).toBeGreaterThan(24)
  })

  test('but are not lost where none is clear of the stem', () => {
    const [path] = paths
    const short = { ...path, shared: path.points.length }
    const organ = measureOrgan(short, stem, 50, { clearance: 2, reach: 10, step: 1 })
    expect(organ?.points[0]).toEqual([3, 0, 49])
  })
})
