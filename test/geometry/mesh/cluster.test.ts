// The largest heap of points.
import { expect, test } from 'vitest'
import { largestCluster } from '../../../src/geometry/mesh/cluster.ts'
import type { OrientedCloud } from '../../../src/geometry/mesh/moving-least-squares.ts'
import { sphere } from '../../support/surfaces.ts'

const moved = ({ points, normals }: OrientedCloud, x: number): OrientedCloud => ({
  points: points.map((value, i) => (i % 3 === 0 ? value + x : value)),
  normals,
})

const together = (...clouds: readonly OrientedCloud[]): OrientedCloud => ({
  points: Float64Array.from(clouds.flatMap(({ points }) => Array.from(points))),
  normals: Float64Array.from(clouds.flatMap(({ normals }) => Array.from(normals))),
})

const large = sphere(6).cloud
const small = sphere(4).cloud
const stray: OrientedCloud = {
  points: Float64Array.of(0, 0, 20, 0, 9, 20),
  normals: Float64Array.of(0, 0, 1, 0, 0, 1),
}

test('the heap with the most points stays, with its normals', () => {
  expect(largestCluster(together(moved(small, 20), large, stray), 1)).toEqual(large)
})

test('two heaps that touch are one', () => {
  const both = together(large, moved(small, 10.5))
  expect(largestCluster(both, 1)).toEqual(both)
})

test('the same in another unit', () => {
  const inCentimetres = (cloud: OrientedCloud): OrientedCloud => ({
    points: cloud.points.map((value) => value / 8),
    normals: cloud.normals,
  })
  const found = largestCluster(inCentimetres(together(moved(small, 20), large)), 1 / 8)
  expect(found).toEqual(inCentimetres(large))
})

test('a cloud of strays is left as it is', () => {
  expect(largestCluster(stray, 1)).toBe(stray)
})
