// The voxels that can be seen.
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
