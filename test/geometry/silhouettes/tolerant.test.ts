// Forgiving carving by blocks against a loop over all nodes and views.
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { projectedPixels, projectionOf } from '../../../src/geometry/silhouettes/projection.ts'
import { tolerantPoints, type Tolerance } from '../../../src/geometry/silhouettes/tolerant.ts'
import type { Grid } from '../../../src/geometry/voxels/grid.ts'
import type { View } from '../../../src/geometry/voxels/views.ts'
import { anyGrid, anyView, ringOfCameras, silhouette } from '../../support/cameras.ts'

/** As its description says, node by node. */
function byLoop(grid: Grid, views: readonly View[], { reach, misses }: Tolerance): number[] {
  const [nx, ny, nz] = grid.shape
  const found: number[] = []
  for (let i = 0; i < nx; i++)
    for (let j = 0; j < ny; j++)
      for (let k = 0; k < nz; k++) {
        const point = [i, j, k].map((n, axis) => grid.origin[axis] + n * grid.spacing)
        const answers = views.map((view) => showsNear(view, point, reach))
        const missed = answers.filter((answer) => answer === false).length
        const isSeen = answers.some((answer) => answer !== undefined)
        if (isSeen && missed <= misses) found.push(...point)
      }
  return found
}

/** Whether there is plant within reach of a point's pixel; undefined beside the image. */
function showsNear({ camera, mask }: View, point: number[], reach: number): boolean | undefined {
  const p = projectionOf(camera)
  if (projectedPixels(p, point, mask)[0] < 0) return undefined
  const [x, y, z] = point
  const depth = p[6] * x + p[7] * y + p[8] * z + p[11]
  const u = (p[12] * (p[0] * x + p[1] * y + p[2] * z + p[9])) / depth + p[14]
  const v = (p[13] * (p[3] * x + p[4] * y + p[5] * z + p[10])) / depth + p[15]
  for (let y = Math.floor(v - reach); y <= Math.floor(v + reach); y++)
    for (let x = Math.floor(u - reach); x <= Math.floor(u + reach); x++) {
      const isInside = x >= 0 && y >= 0 && x < mask.width && y < mask.height
      if (isInside && mask.data[y * mask.width + x] !== 0) return true
    }
  return false
}

test('comes out as judging each node alone, whatever the cameras', async () => {
  const tolerances = fc.record({
    reach: fc.constantFrom(0, 0.7, 2, 3.5),
    misses: fc.integer({ min: 0, max: 3 }),
  })
  const views = fc.array(anyView, { maxLength: 5 })
  await fc.assert(
    fc.asyncProperty(anyGrid, views, tolerances, async (grid, views, tolerance) => {
      const points = await tolerantPoints(grid, views, tolerance)
      expect([...points]).toEqual([...Float32Array.from(byLoop(grid, views, tolerance))])
    }),
    { numRuns: 100 },
  )
})

test('forgives a view that shows nothing, and is the same on any number of threads', async () => {
  const grid: Grid = { shape: [41, 41, 41], origin: [-4, -4, -4], spacing: 0.2 }
  const size = { radius: 20, height: 5, width: 64, focal: 100 }
  const views = ringOfCameras(7, size).map((camera, n) => ({
    camera,
    mask: silhouette(camera, (from, ray) => n > 0 && isNear(from, ray)),
  }))
  expect(await tolerantPoints(grid, views, { reach: 1, misses: 0 })).toHaveLength(0)
  const one = await tolerantPoints(grid, views, { reach: 1, misses: 1 })
  // a ball of radius 2 in the middle is within, with less than half of it again around
  const volume = (one.length / 3) * 0.2 ** 3
  expect(volume).toBeGreaterThan((4 / 3) * Math.PI * 8)
  expect(volume).toBeLessThan((4 / 3) * Math.PI * 8 * 1.9)
  expect(await tolerantPoints(grid, views, { reach: 1, misses: 1 }, { threads: 3 })).toEqual(one)
})

/** Whether a ray meets the ball of radius 2 about the origin. */
function isNear(from: readonly number[], ray: readonly number[]): boolean {
  const along = from.reduce((sum, x, axis) => sum + x * ray[axis], 0)
  return Math.hypot(...from.map((x, axis) => x - along * ray[axis])) < 2
}
