// What a carved volume lost of its silhouettes: known shares, clutter, cameras that are off.
import { describe, expect, test } from 'vitest'
import { shaken } from '../../../src/geometry/render/camera-path.ts'
import { silhouetteLost } from '../../../src/geometry/silhouettes/lost.ts'
import { carve } from '../../../src/geometry/voxels/carving.ts'
import { gridOf } from '../../../src/geometry/voxels/grid.ts'
import { sumsOf } from '../../../src/geometry/voxels/mask-sums.ts'
import type { View } from '../../../src/geometry/voxels/views.ts'
import { project } from '../../../src/geometry/camera.ts'
import { ringOfCameras } from '../../support/cameras.ts'

const focal = 600
const cameras = ringOfCameras(18, { radius: 100, height: 20, width: 256, focal })
const grid = gridOf({ min: [-18, -18, -18], max: [18, 18, 18] }, 0.3)

/** Three thin rods across each other, 0.3 thick: 3.6 pixels. */
function rods(): [number, number, number][] {
  const points: [number, number, number][] = []
  for (let t = -15; t <= 15; t += 0.02) points.push([t, 2, -3], [1, t, 4], [-2, -1, t])
  return points
}

const views: readonly View[] = cameras.map((camera) => {
  const data = new Uint8Array(256 * 256)
  for (const point of rods()) {
    const [u, v] = project(camera, point) ?? [NaN, NaN]
    for (let y = Math.floor(v - 1.8); y <= v + 1.8; y++)
      for (let x = Math.floor(u - 1.8); x <= u + 1.8; x++)
        if (x >= 0 && y >= 0 && x < 256 && y < 256) data[y * 256 + x] = 255
  }
  return { camera, mask: { width: 256, height: 256, channels: 1, data } }
})

describe('the share of the silhouettes that a volume lost', () => {
  test('the share of the silhouettes that a volume lost is not known where no camera has the middle of the volume in front of it', async () => {
    const away = views.map(({ camera, mask }) => {
      const [x, y, z] = camera.tvec
      return { camera: { ...camera, tvec: [x, y, z - 300] as const }, mask }
    })
    expect(await silhouetteLost(await carve(grid, views), away)).toBeUndefined()
  })

  test('the share of the silhouettes that a volume lost is none where cameras and masks agree, with sums at hand or without', async () => {
    const volume = await carve(grid, views)
    const lost = await silhouetteLost(volume, views)
    expect(lost).toBeLessThan(0.005)
    const summed = views.map((view) => ({ ...view, sums: sumsOf(view.mask) }))
    expect(await silhouetteLost(volume, summed)).toBe(lost)
  })

  test('the share of the silhouettes that a volume lost is that of what was cut off', async () => {
    const volume = await carve(grid, views)
    const [nx, ny, nz] = grid.shape
    // the rod along z: a third of all, which views from the side foreshorten less than the others
    for (let i = 0; i < nx; i++)
      for (let j = 0; j < ny; j++)
        for (let k = 0; k < nz; k++) {
          const [x, y] = [i, j].map((n, axis) => grid.origin[axis] + n * grid.spacing)
          if (Math.hypot(x + 2, y + 1) < 1.5) volume.data[(i * ny + j) * nz + k] = -1
        }
    const lost = await silhouetteLost(volume, views)
    expect(lost).toBeGreaterThan(0.25)
    expect(lost).toBeLessThan(0.4)
  })

  test('grows with how far cameras are off', async () => {
    const shares: number[] = []
    for (const pixels of [0, 1, 2, 4]) {
      const off = views.map(({ camera, mask }, n) => ({
        camera: { ...camera, ...shaken(camera, pixels, focal, 5, n) },
        mask,
      }))
      shares.push((await silhouetteLost(await carve(grid, off), off)) ?? NaN)
    }
    expect(shares).toEqual(shares.toSorted((a, b) => a - b))
    expect(shares[2]).toBeGreaterThan(0.1)
  })

  test('is about the same by half the views', async () => {
    for (const pixels of [0, 2]) {
      const off = views.map(({ camera, mask }, n) => ({
        camera: { ...camera, ...shaken(camera, pixels, focal, 5, n) },
        mask,
      }))
      const volume = await carve(grid, off)
      const [all, half] = [
        await silhouetteLost(volume, off),
        await silhouetteLost(volume, off, { isRough: true }),
      ]
      expect(Math.abs(half! - all!)).toBeLessThan(0.05 + 0.1 * all!)
    }
  })

  test('counts nothing of what stands beside the box in single views', async () => {
    const littered = views.map(({ camera, mask }) => {
      const data = mask.data.slice()
      for (let y = 0; y < 60; y++) data.fill(255, y * 256, y * 256 + 250)
      return { camera, mask: { ...mask, data } }
    })
    const small = gridOf({ min: [-18, -18, -18], max: [18, 18, 8] }, 0.3)
    expect(await silhouetteLost(await carve(small, littered), littered)).toBeLessThan(0.03)
  })

  test('the share of the silhouettes that a volume lost is not known where no volume explains anything', async () => {
    const blank = views.map(({ camera, mask }) => ({
      camera,
      mask: { ...mask, data: new Uint8Array(mask.data.length) },
    }))
    expect(await silhouetteLost(await carve(grid, blank), blank)).toBeUndefined()
  })
})
