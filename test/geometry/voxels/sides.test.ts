// The sides of a grid that its contents cross.
import { expect, test } from 'vitest'
import type { Image } from '../../../src/geometry/image.ts'
import type { Vec3 } from '../../../src/geometry/linear.ts'
import { sidesCrossed } from '../../../src/geometry/voxels/sides.ts'
import { ringOfCameras } from '../../support/cameras.ts'

const cameras = ringOfCameras(6, { radius: 200, height: 30, width: 128, focal: 256 })
const shape = [9, 9, 9] as const
const grid = { shape, origin: [-4, -4, -4], spacing: 1 } as const

/** What pictures show of a bar from one point to another, two thick. */
function maskOf(camera: (typeof cameras)[number], from: Vec3, to: Vec3): Image {
  const { width, height, rotmat: r, tvec: t, params } = camera
  const [fx, fy, cx, cy] = params
  const data = new Uint8Array(width * height)
  for (let share = 0; share <= 1; share += 0.005) {
    const [x, y, z] = from.map((c, i) => c + share * (to[i] - c))
    const depth = r[6] * x + r[7] * y + r[8] * z + t[2]
    const u = (fx * (r[0] * x + r[1] * y + r[2] * z + t[0])) / depth + cx
    const v = (fy * (r[3] * x + r[4] * y + r[5] * z + t[1])) / depth + cy
    for (let row = Math.floor(v) - 2; row <= v + 2; row++)
      for (let column = Math.floor(u) - 2; column <= u + 2; column++)
        data[row * width + column] = 255
  }
  return { width, height, channels: 1, data }
}

/** A bar within the grid, and the views of one that goes from `from` to `to`. */
function crossed(from: Vec3, to: Vec3): string[] {
  const data = new Int8Array(9 * 9 * 9).fill(-1)
  for (let share = 0; share <= 1; share += 0.01) {
    const cell = from.map((c, i) => Math.round(c + share * (to[i] - c)) + 4)
    if (cell.every((c) => c >= 0 && c < 9)) data[(cell[0] * 9 + cell[1]) * 9 + cell[2]] = 1
  }
  const views = cameras.map((camera) => ({ camera, mask: maskOf(camera, from, to) }))
  return sidesCrossed({ ...grid, data }, views)
}

test.each<[string, Vec3, Vec3, string[]]>([
  ['stands within', [0, 0, -2], [0, 0, 2], []],
  ['just reaches both sides', [0, 0, -4], [0, 0, 4], []],
  ['goes on above', [0, 0, -4], [0, 0, 14], ['high z']],
  ['goes through', [-14, 0, 0], [14, 0, 0], ['low x', 'high x']],
  ['goes on at one side only', [0, -14, 0], [0, 4, 0], ['low y']],
])('what %s', (_, from, to, sides) => {
  expect(crossed(from, to)).toEqual(sides)
})

test('what no view shows crosses nothing', () => {
  expect(sidesCrossed({ ...grid, data: new Int8Array(729).fill(1) }, [])).toEqual([])
})
