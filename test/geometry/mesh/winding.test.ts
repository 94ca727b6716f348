// Inside and outside, told from points alone.
import { expect, test } from 'vitest'
import type { OrientedCloud } from '../../../src/geometry/mesh/moving-least-squares.ts'
import { pointAreas, WindingNumber } from '../../../src/geometry/mesh/winding.ts'
import { NeighbourTree } from '../../../src/geometry/neighbours.ts'
import { random } from '../../../src/geometry/random.ts'
import { sphere } from '../../support/surfaces.ts'

function windingOf(cloud: OrientedCloud): WindingNumber {
  const tree = new NeighbourTree(cloud.points)
  return new WindingNumber(cloud, pointAreas(tree, 2), tree)
}

const ball = sphere(12)

test('the areas of points add up to the area of the surface', () => {
  const areas = pointAreas(new NeighbourTree(ball.cloud.points), 2)
  expect(areas.reduce((sum, area) => sum + area, 0) / (4 * Math.PI * 144)).toBeCloseTo(1, 1)
})

test('it is 1 inside and 0 outside a sphere', () => {
  const winding = windingOf(ball.cloud)
  const draw = random(1)
  for (let i = 0; i < 300; i++) {
    const [x, y, z] = [draw.normal(0, 9), draw.normal(0, 9), draw.normal(0, 9)]
    const depth = -ball.distance(x, y, z)
    if (Math.abs(depth) < 1.5) continue
    expect(Math.abs(winding.at(x, y, z) - (depth > 0 ? 1 : 0))).toBeLessThan(0.1)
  }
})

test('it is that of a sum over all points, but for a twentieth', () => {
  const winding = windingOf(ball.cloud)
  const { points, normals } = ball.cloud
  const areas = pointAreas(new NeighbourTree(points), 2)
  const draw = random(2)
  for (let i = 0; i < 50; i++) {
    const at = [draw.normal(0, 8), draw.normal(0, 8), draw.normal(0, 8)]
    let sum = 0
    areas.forEach((area, p) => {
      const offset = at.map((value, d) => points[3 * p + d] - value)
      const way = offset.reduce((total, value, d) => total + value * normals[3 * p + d], 0)
      sum += (area * way) / (4 * Math.PI * Math.hypot(...offset) ** 3)
    })
    expect(Math.abs(winding.at(at[0], at[1], at[2]) - sum)).toBeLessThan(0.05)
  }
})

test('in the mouth of half a sphere it is a half', () => {
  const isKept = (_: number, i: number): boolean => ball.cloud.points[3 * Math.floor(i / 3) + 2] < 0
  const half = {
    points: ball.cloud.points.filter(isKept),
    normals: ball.cloud.normals.filter(isKept),
  }
  const winding = windingOf(half)
  expect(winding.at(0, 0, 0)).toBeCloseTo(0.5, 1)
  expect(winding.at(0, 0, -8)).toBeGreaterThan(0.75)
  expect(winding.at(0, 0, 8)).toBeLessThan(0.25)
})
