// The function whose zero is the surface: right on planes and spheres, however they are sampled.
import { expect, test } from 'vitest'
import {
  fitDistanceField,
  type OrientedCloud,
} from '../../../src/geometry/mesh/moving-least-squares.ts'
import { random } from '../../../src/geometry/random.ts'

const frame = { origin: [0, 0, 0], cell: 0.5, nodes: [100, 100, 100] } as const

/** The field's value and the true distance, in cells, at each node that has a value. */
function compare(cloud: OrientedCloud, distance: (x: number, y: number, z: number) => number) {
  const { grid, values } = fitDistanceField(cloud, frame, 4, 2.5)
  let worst = 0
  let count = 0
  for (let x = 0; x < 100; x++)
    for (let y = 0; y < 100; y++)
      for (let z = 0; z < 100; z++) {
        const slot = grid.at(x, y, z)
        if (slot < 0) continue
        count++
        worst = Math.max(worst, Math.abs(values[slot] - distance(x / 2, y / 2, z / 2) / 0.5))
      }
  return { worst, count }
}

const draw = random(6)

test('points at random on a plane give the distance to the plane', () => {
  const n = [2 / 3, 1 / 3, 2 / 3]
  const points: number[] = []
  for (let i = 0; i < 600; i++) {
    const p = [25 + draw.normal(0, 4), 25 + draw.normal(0, 4), 25 + draw.normal(0, 4)]
    const off = p.reduce((sum, value, d) => sum + n[d] * (value - 25), 0)
    points.push(...p.map((value, d) => value - off * n[d]))
  }
  const cloud = {
    points: Float64Array.from(points),
    normals: Float64Array.from({ length: points.length }, (_, i) => n[i % 3]),
  }
  const { worst, count } = compare(
    cloud,
    (x, y, z) => n[0] * (x - 25) + n[1] * (y - 25) + n[2] * (z - 25),
  )
  expect(count).toBeGreaterThan(3000)
  expect(worst).toBeLessThan(0.02)
})

test('points at random on a sphere give the distance to the sphere, however small it is', () => {
  for (const radius of [1, 3, 6]) {
    const normals: number[] = []
    for (let i = 0; i < 60 * radius * radius; i++) {
      const v = [draw.normal(), draw.normal(), draw.normal()]
      normals.push(...v.map((value) => value / Math.hypot(...v)))
    }
    const cloud = {
      points: Float64Array.from(normals, (value) => 25 + radius * value),
      normals: Float64Array.from(normals),
    }
    const { worst, count } = compare(
      cloud,
      (x, y, z) => Math.hypot(x - 25, y - 25, z - 25) - radius,
    )
    expect(count).toBeGreaterThan(200)
    expect(worst).toBeLessThan(0.02)
  }
})
