// Points of a surface from the narrow band around it, against whole arrays and against a sphere.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { levelSetPoints } from '../../../src/geometry/points/level-set.ts'
import type { Grid, Volume } from '../../../src/geometry/voxels/grid.ts'
import { densePoints } from '../../support/dense-points.ts'

const sides = [1, 2, 5, 9, 14, 23, 140]
/** Boxes of plant, kept or cut out, anywhere in a small volume. */
const anyVolume = fc
  .tuple(
    fc.constantFrom(...sides),
    fc.constantFrom(...sides),
    fc.constantFrom(...sides),
    fc.array(fc.array(fc.nat(150), { minLength: 6, maxLength: 6 }), { minLength: 1, maxLength: 5 }),
    fc.boolean(),
  )
  .filter(([nx, ny, nz]) => nx * ny * nz < 4000)
  .map(([nx, ny, nz, boxes, isFloat]): Volume => {
    const data = isFloat ? new Float32Array(nx * ny * nz) : new Int8Array(nx * ny * nz).fill(-1)
    boxes.forEach(([i, j, k, di, dj, dk], n) => {
      const [i0, j0, k0] = [i % nx, j % ny, k % nz]
      for (let i = i0; i < Math.min(nx, i0 + 1 + (di % 7)); i++)
        for (let j = j0; j < Math.min(ny, j0 + 1 + (dj % 7)); j++)
          for (let k = k0; k < Math.min(nz, k0 + 1 + (dk % 12)); k++)
            data[(i * ny + j) * nz + k] = n % 3 === 2 ? 0 : isFloat ? 0.51 : 1
    })
    return { shape: [nx, ny, nz], origin: [-3, 0.5, 20], spacing: 0.25, data }
  })

describe('points near the surface', () => {
  test('points near the surface are those of the definition on whole arrays, to the bit', async () => {
    await fc.assert(
      fc.asyncProperty(
        anyVolume,
        fc.constantFrom(0, 1, 0.3, -0.6, 2.5, -1.9, 4),
        async (volume, level) => {
          const { points, normals } = await levelSetPoints(volume, level)
          const dense = densePoints(volume, level)
          expect([...points]).toEqual(dense.points)
          expect([...normals!]).toEqual(dense.normals)
        },
      ),
      { numRuns: 100 },
    )
  })

  const grid: Grid = { shape: [81, 80, 90], origin: [-4, -4, -4.5], spacing: 0.1 }
  const ball = (radius: number): Volume => ({
    ...grid,
    data: Int8Array.from({ length: 81 * 80 * 90 }, (_, at) => {
      const [i, j, k] = [Math.floor(at / 7200), Math.floor(at / 90) % 80, at % 90]
      return Math.hypot(i * 0.1 - 4, j * 0.1 - 4, k * 0.1 - 4.5) <= radius ? 1 : -1
    }),
  })

  test('points near the surface of a ball lie on its sphere and their normals point away from its centre', async () => {
    const { points, normals } = await levelSetPoints(ball(3), 0)
    expect(points.length).toBeGreaterThan(3 * 10000)
    for (let at = 0; at < points.length; at += 3) {
      const [x, y, z] = points.subarray(at, at + 3)
      const radius = Math.hypot(x, y, z)
      // half a voxel is lost between the outermost voxel and the surface, √3/2 by the band's middle
      expect(Math.abs(radius - 3 + 0.087)).toBeLessThan(0.1)
      const [nx, ny, nz] = normals!.subarray(at, at + 3)
      expect((x * nx + y * ny + z * nz) / radius).toBeGreaterThan(0.98)
    }
  })

  test('points near the surface are the same on any number of threads', async () => {
    const [one, three] = await Promise.all(
      [1, 3].map((threads) => levelSetPoints(ball(2), 1, { threads })),
    )
    expect(three).toEqual(one)
  })

  test('distances that squares of two bytes cannot tell are refused', async () => {
    await expect(levelSetPoints(ball(3), 180)).rejects.toThrow('180 at most')
  })

  test('points near the surface are none where there is no surface', async () => {
    const empty: Volume = { ...grid, data: new Int8Array(81 * 80 * 90).fill(-1) }
    expect((await levelSetPoints(empty, 0)).points).toHaveLength(0)
    const full: Volume = { ...grid, data: new Int8Array(81 * 80 * 90).fill(1) }
    expect((await levelSetPoints(full, 0)).points).toHaveLength(0)
  })
})
