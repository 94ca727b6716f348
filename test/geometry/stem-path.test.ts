// The way of the stem through drawn skeletons, and how sure it is.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { pointGraph } from '../../src/geometry/graph/forest.ts'
import { largestPiece } from '../../src/geometry/graph/pieces.ts'
import type { CurveSkeleton } from '../../src/geometry/skeleton/curve-skeleton.ts'
import { stemPath, type StemOptions } from '../../src/geometry/tree/stem-path.ts'
import { LEAF_FLATNESS, STEM_DOUBT, tipFlatness } from '../../src/geometry/tree/stem-quality.ts'
import { labelPlant } from '../../src/geometry/tree/tree-graph.ts'

type Point = readonly [number, number, number]

/** A line of points a unit apart, that leaves another line's point. */
interface Shoot {
  /** The number of the point that it leaves; absent: it stands alone. */
  readonly from?: number
  readonly at: Point
  readonly step: Point
  readonly count: number
  readonly radius: number
}

function drawn(shoots: readonly Shoot[]): Required<CurveSkeleton> {
  const points: number[] = []
  const radii: number[] = []
  const lines: number[] = []
  for (const { from, at, step, count, radius } of shoots)
    for (let i = 0; i < count; i++) {
      if (i > 0) lines.push(radii.length - 1, radii.length)
      else if (from !== undefined) lines.push(from, radii.length)
      points.push(...at.map((c, k) => c + (i + 1) * step[k]))
      radii.push(radius)
    }
  return {
    points: Float64Array.from(points),
    lines: Uint32Array.from(lines),
    radii: Float64Array.from(radii),
    volumes: Float64Array.from(radii, (r) => Math.PI * r * r),
  }
}

const along = ({ points, lines, radii }: CurveSkeleton, options: StemOptions = {}) =>
  stemPath({ points, lines, ...(radii && { radii }) }, pointGraph(points, lines), options)

/** 200 high, with a branch of 170 at 60 that rises steeply but not as high, and thinner. */
const branched = drawn([
  { at: [0, 0, 0], step: [0, 0, 1], count: 200, radius: 1 },
  { from: 60, at: [0, 0, 60], step: [0.8, 0, 0.6], count: 170, radius: 0.6 },
])
const last = ({ path }: { path: readonly number[] }) => path[path.length - 1]

describe('the way of the stem', () => {
  test('goes past a longer but thinner branch, and says how near that came', () => {
    const { path, rival } = along(branched)
    expect([path[0], last({ path }), path.length]).toEqual([0, 199, 200])
    expect(rival).toBeCloseTo((0.6 * 170) / 139, 1)
  })

  test('the way of the stem without radii follows the farthest point, and says that it might be another', () => {
    const { points, lines } = branched
    const found = along({ points, lines })
    expect(last(found)).toBe(369)
    expect(along({ points, lines }).rival).toBeLessThanOrEqual(1)
    const even = drawn([
      { at: [0, 0, 0], step: [0, 0, 1], count: 200, radius: 1 },
      { from: 60, at: [0, 0, 60], step: [0.6, 0, 0.8], count: 135, radius: 1 },
    ])
    expect(along(even).rival).toBeGreaterThan(STEM_DOUBT)
  })

  test('begins at the end that the axis and its sense say', () => {
    const turned = {
      ...branched,
      points: branched.points.map((_, i, all) => -all[3 * Math.floor(i / 3) + ((i + 2) % 3)]),
    }
    // z has become the negative x axis
    const { path } = along(turned, { axis: 0, inverted: true })
    expect(path).toEqual(along(branched).path)
    expect(along(branched, { inverted: true }).path[0]).toBe(199)
  })

  test('crosses a rosette thicker than the stem without being drawn into its leaves', () => {
    const plant = drawn([
      { at: [0, 0, 0], step: [0, 0, 1], count: 200, radius: 1 },
      { from: 3, at: [0, 0, 4], step: [1, 0, 0], count: 40, radius: 8 },
    ])
    expect(last(along(plant))).toBe(199)
  })

  test('goes on at its tip as far as it can, past a thick short flower', () => {
    const plant = drawn([
      { at: [0, 0, 0], step: [0, 0, 1], count: 190, radius: 1 },
      { from: 189, at: [0, 0, 190], step: [0, 0, 1], count: 10, radius: 0.3 },
      { from: 185, at: [0, 0, 186], step: [1, 0, 0], count: 6, radius: 4 },
    ])
    expect(last(along(plant))).toBe(199)
  })

  test('stands in the largest piece, whatever lies lower', () => {
    const shoots = [
      { at: [0, 0, 0], step: [0, 0, 1], count: 50, radius: 1 },
      { at: [30, 0, -20], step: [1, 0, 0], count: 10, radius: 1 },
    ] as const
    expect(along(drawn(shoots)).path).toHaveLength(50)
    expect(along({ points: Float64Array.of(0, 0, 0), lines: new Uint32Array(0) }).path).toEqual([])
  })

  test('the way of the stem has the largest sum of length × thickness below its last part, as trying all ways finds', () => {
    const trees = fc.array(
      fc.record({
        parent: fc.nat(),
        x: fc.integer({ min: -5, max: 5 }),
        rise: fc.integer({ min: 1, max: 9 }),
        radius: fc.integer({ min: 1, max: 9 }),
      }),
      { minLength: 2, maxLength: 14 },
    )
    fc.assert(
      fc.property(trees, (made) => {
        const parents = made.map(({ parent }, i) => parent % (i + 1))
        const points: number[][] = [[0, 0, 0]]
        made.forEach(({ x, rise }, i) => {
          const [px, , pz] = points[parents[i]]
          points.push([px + x, i, pz + rise])
        })
        const lines = parents.flatMap((parent, i) => [parent, i + 1])
        const radii = [5, ...made.map(({ radius }) => radius)]
        const skeleton = {
          points: Float64Array.from(points.flat()),
          lines: Uint32Array.from(lines),
          radii: Float64Array.from(radii),
        }
        const wayTo = (v: number): number[] => (v === 0 ? [0] : [...wayTo(parents[v - 1]), v])
        const lengthTo = (way: readonly number[], weight: (v: number) => number) =>
          way.slice(1).reduce((sum, v, i) => {
            const u = way[i]
            const line = Math.hypot(...points[v].map((c, k) => c - points[u][k]))
            return sum + (line * (weight(u) + weight(v))) / 2
          }, 0)
        const ways = points.map((_, v) => wayTo(v))
        const plain = ways.map((way) => lengthTo(way, () => 1))
        const longest = ways[plain.indexOf(Math.max(...plain))]
        const upper = longest.slice(Math.floor(0.15 * longest.length)).map((v) => radii[v])
        const typical = upper.sort((a, b) => a - b)[upper.length >> 1]
        const thick = ways.map((way) => lengthTo(way, (v) => Math.min(4, radii[v] / typical)))
        const { path } = along(skeleton)
        const candidates = ways.filter((_, v) => thick[v] > Math.max(...thick) - 1e-9)
        const isLikeOne = candidates.some((way) => {
          const total = lengthTo(way, () => 1)
          const kept = way.findIndex(
            (_, i) => lengthTo(way.slice(0, i + 1), () => 1) >= 0.85 * total - 1e-9,
          )
          return way.slice(0, kept + 1).every((v, i) => path[i] === v)
        })
        expect(isLikeOne).toBe(true)
      }),
      { numRuns: 200 },
    )
  })
})

describe('a stem’s tip', () => {
  const stem = (blade: number): Required<CurveSkeleton> => {
    const plant = drawn([{ at: [0, 0, 0], step: [0, 0, 1], count: 100, radius: 1 }])
    // in a blade the balls inside are as small as it is thin, but much of the plant belongs to it
    return { ...plant, volumes: plant.volumes.map((v, i) => (i < 80 ? v : blade * v)) }
  }

  test('that is round is as flat as a circle, 1', () => {
    expect(labelPlant(stem(1)).stem.tipFlatness).toBeCloseTo(1, 1)
  })

  test('that is a blade is as flat as it is wide for its thickness', () => {
    const { tipFlatness: flatness } = labelPlant(stem(12)).stem
    expect(flatness).toBeCloseTo(12, 0)
    expect(flatness).toBeGreaterThan(LEAF_FLATNESS)
  })

  test('a stem’s tip of which no volume is known tells nothing', () => {
    const { points, lines, radii } = stem(12)
    expect(tipFlatness({ points, lines, radii }, [0, 1, 2])).toBeUndefined()
    expect(labelPlant({ points, lines, radii }).stem).not.toHaveProperty('tipFlatness')
  })
})

test('the largest piece has the largest length of lines', () => {
  const points = Float64Array.from([0, 0, 0, 1, 0, 0, 9, 0, 0, 9, 5, 0, 20, 0, 0])
  expect(largestPiece(pointGraph(points, [0, 1, 2, 3]))).toEqual([2, 3])
  expect(largestPiece(pointGraph(points, []))).toEqual([])
})
