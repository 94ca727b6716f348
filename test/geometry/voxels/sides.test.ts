// The sides of a grid that its contents touch.
import { expect, test } from 'vitest'
import { sidesTouched } from '../../../src/geometry/voxels/sides.ts'

test.each([
  [[1, 1, 1], []],
  [[0, 1, 2], ['low x']],
  [
    [2, 1, 0],
    ['high x', 'low z'],
  ],
  [
    [0, 3, 0],
    ['low x', 'high y', 'low z'],
  ],
  [
    [1, 3, 4],
    ['high y', 'high z'],
  ],
])('what stands at %j touches %j', ([i, j, k], sides) => {
  const data = new Int8Array(3 * 4 * 5).fill(-1)
  data[(i * 4 + j) * 5 + k] = 1
  const grid = { shape: [3, 4, 5], origin: [0, 0, 0], spacing: 1 } as const
  expect(sidesTouched({ ...grid, data })).toEqual(sides)
})
