// RefineSkeleton: nearer to the middle, and every line names the points it named before.
import { describe, expect, test } from 'vitest'
import type { CurveSkeleton } from '../../src/geometry/skeleton/curve-skeleton.ts'
import { runTask } from '../../src/testing/index.ts'
import { curveSkeleton } from '../../tasks/artifacts/curve-skeleton.ts'
import task from '../../tasks/refine-skeleton.ts'
import { memoryFileset } from '../support/memory-fileset.ts'
import { tubes } from '../support/surfaces.ts'

/** A stem of radius 2 with one branch; its skeleton is 0.6 off along y, and numbered at random. */
const { cloud } = tubes([
  { from: [0, 0, 0], to: [0, 0, 60], radius: 2 },
  { from: [0, 0, 30], to: [20, 0, 50], radius: 1.5 },
])
const places = [
  ...Array.from({ length: 61 }, (_, i) => [0, 0, i]),
  ...Array.from({ length: 20 }, (_, i) => [i + 1, 0, 31 + i]),
]
const numbers = places.map((_, i) => (i * 37) % places.length)
const pairs = places.map((_, i) => (i === 60 ? [30, 61] : [i, i + 1])).slice(0, -1)

const skeleton: CurveSkeleton = {
  points: Float64Array.from(
    numbers.flatMap((i) => {
      const [x, y, z] = places[i]
      return [x, y + 0.6, z]
    }),
  ),
  lines: Uint32Array.from(pairs.flat().map((i) => numbers.indexOf(i))),
}

const tryOn = (given: CurveSkeleton, params = {}) =>
  runTask<CurveSkeleton>(task, {
    inputs: { upstream_task: given, upstream_pcd: { cloud, spacing: 1 } },
    params,
  })

const offCentre = ({ points }: CurveSkeleton): number =>
  points.reduce((sum, value, i) => sum + (i % 3 === 1 ? Math.abs(value) : 0), 0) / places.length

function longestLine({ points, lines }: CurveSkeleton): number {
  const lengths = Array.from({ length: lines.length / 2 }, (_, i) => {
    const [a, b] = [3 * lines[2 * i], 3 * lines[2 * i + 1]]
    return Math.hypot(...[0, 1, 2].map((d) => points[a + d] - points[b + d]))
  })
  return Math.max(...lengths)
}

describe('RefineSkeleton', () => {
  test('draws the skeleton to the middle, and leaves its lines alone', async () => {
    const { value: result } = await tryOn(skeleton)
    expect(offCentre(result)).toBeLessThan(0.25)
    expect(result.lines).toEqual(skeleton.lines)
    expect(longestLine(result)).toBeLessThan(2.5)
  })

  test('joined anew, the lines name the points as they are numbered', async () => {
    const { value: result } = await tryOn(skeleton, { knn_mst: true })
    expect(result.points.length).toBe(skeleton.points.length)
    expect(result.lines.length).toBe(skeleton.lines.length)
    expect(longestLine(result)).toBeLessThan(2.5)
  })

  test('radii and points go through the file unchanged', async () => {
    const radii = Float64Array.from(places, (_, i) => 0.1 * i)
    expect((await tryOn({ ...skeleton, radii })).value.radii).toEqual(radii)
  })

  test('nothing to refine is told', async () => {
    const nothing = { points: new Float64Array(0), lines: new Uint32Array(0) }
    await expect(tryOn(nothing)).rejects.toMatchObject({ code: 'task/empty-input' })
  })

  test('RefineSkeleton is made once, and to the same bytes', async () => {
    const tried = await tryOn(skeleton)
    await tried.expectIncremental()
  })
})

describe('CurveSkeleton.json', () => {
  test.each([
    ['a line to a point that is not there', { points: [[0, 0, 0]], lines: [[0, 1]] }],
    ['a point of two numbers', { points: [[0, 0]], lines: [] }],
    ['no lines', { points: [[0, 0, 0]] }],
    ['too few radii', { points: [[0, 0, 0]], lines: [], radii: [] }],
  ])('CurveSkeleton.json with %s is refused', async (_, content) => {
    const fileset = memoryFileset()
    const bytes = new TextEncoder().encode(JSON.stringify(content))
    await fileset.output.write('CurveSkeleton', { bytes, extension: 'json' })
    const read = curveSkeleton.read(fileset.input('CurveSkeleton'))
    await expect(read).rejects.toMatchObject({ code: 'task/bad-file' })
  })
})
