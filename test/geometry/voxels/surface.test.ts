// The voxels that can be seen.
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { KEPT } from '../../../src/geometry/voxels/carving.ts'
import { surfaceVoxels } from '../../../src/geometry/voxels/surface.ts'

test('of a solid cube the inner voxels are left out', () => {
  const n = 5
  const data = new Int8Array(n ** 3).fill(KEPT)
  const found = surfaceVoxels({ shape: [n, n, n], origin: [1, 2, 3], spacing: 0.5, data })
  expect(found.length / 3).toBe(n ** 3 - (n - 2) ** 3)
  expect(Array.from(found.slice(0, 3))).toEqual([1, 2, 3])
})

test('of any heap of voxels those are found that miss a neighbour', () => {
  const size = fc.integer({ min: 1, max: 5 })
  const standing = fc.array(fc.boolean(), { minLength: 125, maxLength: 125 })
  fc.assert(
    fc.property(size, size, size, standing, (nx, ny, nz, stands) => {
      const data = Int8Array.from({ length: nx * ny * nz }, (_, q) => (stands[q] ? KEPT : -1))
      const at = (i: number, j: number, k: number): boolean =>
        Math.min(i, j, k) >= 0 && i < nx && j < ny && k < nz && data[(i * ny + j) * nz + k] === KEPT
      const expected: number[] = []
      for (let i = 0; i < nx; i++)
        for (let j = 0; j < ny; j++)
          for (let k = 0; k < nz; k++) {
            const around = [at(i - 1, j, k), at(i + 1, j, k), at(i, j - 1, k), at(i, j + 1, k)]
            const isInner = around.every(Boolean) && at(i, j, k - 1) && at(i, j, k + 1)
            if (at(i, j, k) && !isInner) expected.push(i, j, k)
          }
      const found = surfaceVoxels({ shape: [nx, ny, nz], origin: [0, 0, 0], spacing: 1, data })
      expect(Array.from(found)).toEqual(expected)
    }),
  )
})
