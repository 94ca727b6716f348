// The wall behind the plant.
import { expect, test } from 'vitest'
import { project, unproject, type Camera } from '../../src/geometry/camera.ts'
import { wallBehind } from '../../src/geometry/render/background.ts'
import { poseAt } from '../../src/geometry/render/camera-path.ts'
import { rawBytes, roundedByte } from '../../src/geometry/bytes.ts'
import { random } from '../../src/geometry/random.ts'
import { workspace } from '../../src/geometry/wasm/kernels.ts'

function cameraAt(pan: number): Camera {
  const stand = { position: [0, 0, 0], pan, tilt: 5 } as const
  return {
    model: 'PINHOLE',
    width: 240,
    height: 160,
    params: [200, 200, 120, 80],
    ...poseAt(stand),
  }
}
const wall = { colour: [60, 60, 70], contrast: 0.5, blotch: 8, seed: 3 } as const

test('a wall shows the same blotches in the same direction, wherever the camera is turned', () => {
  const [one, other] = [cameraAt(0), cameraAt(10)]
  const [first, second] = [wallBehind(one, wall), wallBehind(other, wall)]
  const far = unproject(one, [90.5, 60.5])?.map((v) => 1e6 * v) ?? []
  const [u, v] = project(other, [far[0], far[1], far[2]]) ?? [NaN, NaN]
  const value = (rgb: Uint8Array, x: number, y: number): number =>
    rgb[3 * (Math.floor(y) * 240 + Math.floor(x))]
  // the other camera's pixel is not exactly the same direction, and blotches change smoothly
  expect(Math.abs(value(first, 90.5, 60.5) - value(second, u, v))).toBeLessThan(6)
})

test('its mean is its colour, and its contrast is to be seen', () => {
  const rgb = wallBehind(cameraAt(0), wall)
  const reds = rgb.filter((_, i) => i % 3 === 0)
  const mean = reds.reduce((a, b) => a + b, 0) / reds.length
  expect(Math.abs(mean - 60)).toBeLessThan(8)
  expect(Math.max(...reds) - Math.min(...reds)).toBeGreaterThan(25)
})

test('another seed is another wall, the same seed the same', () => {
  const camera = cameraAt(0)
  expect(Buffer.compare(wallBehind(camera, wall), wallBehind(camera, wall))).toBe(0)
  expect(
    Buffer.compare(wallBehind(camera, wall), wallBehind(camera, { ...wall, seed: 4 })),
  ).not.toBe(0)
})

test.each([
  [240, 160],
  [237, 9],
  [5, 3],
])('on %d × %d pixels it is smooth between every eighth pixel, and rounded', (width, height) => {
  const camera = { ...cameraAt(0), width, height }
  const [rgb, white] = [wallBehind(camera, wall), { ...wall, colour: [1e5, 1e5, 1e5] } as const]
  expect(rgb).toHaveLength(3 * width * height)
  expect(wallBehind(camera, white).every((value) => value === 255)).toBe(true)
  for (let j = 0; j + 8 < height; j += 8)
    for (let i = 0; i + 8 < width; i += 8) {
      const at = (x: number, y: number): number => rgb[3 * ((j + y) * width + i + x) + 2]
      const [upper, lower] = [(at(0, 0) + at(8, 0)) / 2, (at(0, 8) + at(8, 8)) / 2]
      expect(Math.abs(at(4, 4) - (upper + lower) / 2)).toBeLessThanOrEqual(1)
      expect(Math.abs(at(4, 0) - upper)).toBeLessThanOrEqual(1)
    }
  // the last pixels of a row, and the first of the next
  for (let j = 1; j < height; j++) {
    const [end, begin] = [3 * ((j - 1) * width + width - 1), 3 * j * width]
    for (let c = 0; c < 3; c++) {
      if (width > 1) expect(Math.abs(rgb[end + c] - rgb[end - 3 + c])).toBeLessThan(4)
      expect(Math.abs(rgb[begin + c] - rgb[begin + 3 + c])).toBeLessThan(4)
    }
  }
})

test('each pixel lies between four corners, across before down, to the bit', () => {
  const [across, width, rows] = [4, 21, 19]
  const colour = [61, 120.5, 203] as const
  const draw = random(5)
  const corners = Float32Array.from({ length: 4 * across }, () => 2.2 * draw.uniform())
  const { kernels, memory, places } = workspace(corners.byteLength, 3 * width * rows + 24)
  memory.set(rawBytes(corners), places[0])
  kernels.paintBetween(places[0], across, width, rows, ...colour, places[1])
  const painted = memory.slice(places[1], places[1] + 3 * width * rows)
  const brightness = (i: number, j: number): number => {
    const at = across * Math.floor(j / 8) + Math.floor(i / 8)
    const between = (of: number): number =>
      corners[of] + ((i % 8) / 8) * (corners[of + 1] - corners[of])
    return between(at) + ((j % 8) / 8) * (between(at + across) - between(at))
  }
  const told = Array.from(painted, (_, n) => {
    const pixel = Math.floor(n / 3)
    return roundedByte(colour[n % 3] * brightness(pixel % width, Math.floor(pixel / width)))
  })
  expect([...painted]).toEqual(told)
  expect(Math.max(...told)).toBe(255)
})
