// A skeleton drawn to a surface: it gets nearer to the middle, and is not harmed where it is right.
import { describe, expect, test } from 'vitest'
import { random } from '../../../src/geometry/random.ts'
import { drift } from '../../../src/geometry/registration/coherent-drift.ts'
import type { CurveSkeleton } from '../../../src/geometry/skeleton/curve-skeleton.ts'
import { tubes, type Tube } from '../../support/surfaces.ts'

/** A stem with side branches, their surface with noise, and their axes with a point each unit. */
const stem: Tube = { from: [0, 0, 0], to: [0, 0, 100], radius: 3 }
const branches = Array.from({ length: 8 }, (_, i): Tube => {
  const [x, y] = [15 * Math.cos(2.4 * i), 15 * Math.sin(2.4 * i)]
  return { from: [0, 0, 10 + 10 * i], to: [x, y, 20 + 10 * i], radius: 1 }
})
const draw = random(5)
const cloud = tubes([stem, ...branches]).cloud.points.map((value) => value + draw.normal(0, 0.2))

function axes(): CurveSkeleton & { readonly owner: readonly Tube[] } {
  const points: number[] = []
  const lines: number[] = []
  const owner: Tube[] = []
  for (const tube of [stem, ...branches]) {
    const way = tube.to.map((value, d) => value - tube.from[d])
    const steps = Math.round(Math.hypot(...way))
    let last = tube === stem ? -1 : tube.from[2]
    for (let i = tube === stem ? 0 : 1; i <= steps; i++) {
      points.push(...tube.from.map((value, d) => value + (i / steps) * way[d]))
      if (last >= 0) lines.push(last, owner.length)
      last = owner.push(tube) - 1
    }
  }
  return { points: Float64Array.from(points), lines: Uint32Array.from(lines), owner }
}

const skeleton = axes()

/** Mean distance of the stem's points, and of the branches', from their axes. */
function offCentre(points: Float64Array): { readonly stem: number; readonly branches: number } {
  const sums = { stem: 0, branches: 0 }
  skeleton.owner.forEach((tube, i) => {
    const way = tube.to.map((value, d) => value - tube.from[d])
    const offset = tube.from.map((value, d) => points[3 * i + d] - value)
    const along = dot(offset, way) / dot(way, way)
    sums[tube === stem ? 'stem' : 'branches'] += Math.hypot(
      ...offset.map((value, d) => value - along * way[d]),
    )
  })
  const onStem = skeleton.owner.filter((tube) => tube === stem).length
  return { stem: sums.stem / onStem, branches: sums.branches / (skeleton.owner.length - onStem) }
}

const dot = (a: readonly number[], b: readonly number[]): number =>
  a.reduce((sum, value, d) => sum + value * b[d], 0)

const distance = (a: Float64Array, b: Float64Array, i: number): number =>
  Math.hypot(a[3 * i] - b[3 * i], a[3 * i + 1] - b[3 * i + 1], a[3 * i + 2] - b[3 * i + 2])

const romi = { alpha: 5, beta: 5 }

describe('a skeleton drawn to a surface', () => {
  test('stays where it is when it is in the middle, up to a tenth of the radius', () => {
    const after = offCentre(drift(skeleton, cloud, romi))
    expect(after.stem).toBeLessThan(0.3)
    expect(after.branches).toBeLessThan(0.1)
  })

  test('gets nearer to the middle when it is off by a wave', () => {
    const wave = skeleton.points.map(
      (value, i) =>
        value + 0.6 * Math.sin(skeleton.points[3 * Math.floor(i / 3) + 2] / 4 + 2 * (i % 3)),
    )
    const before = offCentre(wave)
    const after = offCentre(drift({ points: wave, lines: skeleton.lines }, cloud, romi))
    expect(after.stem).toBeLessThan(0.6 * before.stem)
    expect(after.branches).toBeLessThan(0.4 * before.branches)
  })

  test('gets nearer to the middle when each point is off on its own', () => {
    const off = random(9)
    const rough = skeleton.points.map((value) => value + off.normal(0, 0.4))
    const before = offCentre(rough)
    const after = offCentre(drift({ points: rough, lines: skeleton.lines }, cloud, romi))
    expect(after.stem).toBeLessThan(before.stem)
    expect(after.branches).toBeLessThan(before.branches)
  })

  test('keeps its ends', () => {
    const moved = drift(skeleton, cloud, romi)
    for (const end of [0, 100, skeleton.owner.length - 1])
      expect(distance(moved, skeleton.points, end)).toBeLessThan(0.5)
  })

  test('a skeleton drawn to a surface is stiffer with a larger alpha', () => {
    const shifted = skeleton.points.map((value) => value + 0.5)
    const move = (alpha: number): number => {
      const moved = drift({ points: shifted, lines: skeleton.lines }, cloud, { alpha, beta: 5 })
      return moved.reduce((sum, value, i) => sum + Math.abs(value - shifted[i]), 0)
    }
    expect(move(50)).toBeLessThan(move(5))
    expect(move(5)).toBeLessThan(move(0.5))
  })

  test('comes out much the same from a thinned-out cloud, and the same twice', () => {
    const whole = drift(skeleton, cloud, { ...romi, pointsEach: 1000 })
    const thin = drift(skeleton, cloud, { ...romi, pointsEach: 5 })
    for (let i = 0; i < skeleton.owner.length; i++)
      expect(distance(whole, thin, i)).toBeLessThan(0.5)
    expect(drift(skeleton, cloud, romi)).toEqual(drift(skeleton, cloud, romi))
  })

  test('a skeleton drawn to a surface does not depend on the unit', () => {
    const inOtherUnit = (values: Float64Array) => values.map((value) => value / 16)
    const small = { points: inOtherUnit(skeleton.points), lines: skeleton.lines }
    const moved = drift(small, inOtherUnit(cloud), romi)
    const expected = drift(skeleton, cloud, romi)
    expect(moved.every((value, i) => Math.abs(16 * value - expected[i]) < 1e-3)).toBe(true)
  })

  test('a skeleton drawn to a surface of one point, of none, and without a cloud, is what it was or in the middle', () => {
    const alone = { points: Float64Array.of(0.2, 0, 50), lines: new Uint32Array(0) }
    expect(drift(alone, cloud.slice(0, 300), romi).every(Number.isFinite)).toBe(true)
    const nothing = { points: new Float64Array(0), lines: new Uint32Array(0) }
    expect(drift(nothing, cloud, romi)).toEqual(nothing.points)
    expect(drift(skeleton, nothing.points, romi)).toEqual(skeleton.points)
  })
})
