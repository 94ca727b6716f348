// Cameras refined from silhouettes: knocked cameras come back, and each kernel on known shapes.
import { describe, expect, test } from 'vitest'
import type { Camera } from '../../../src/geometry/camera.ts'
import { markedBox } from '../../../src/geometry/marked-box.ts'
import { solved } from '../../../src/geometry/normal-equations.ts'
import { similarityBetween } from '../../../src/geometry/poses/similarity.ts'
import { movedInFrame } from '../../../src/geometry/poses/turn.ts'
import { random } from '../../../src/geometry/random.ts'
import { BLUR_VARIANCE, blur } from '../../../src/geometry/silhouettes/blur.ts'
import {
  pixelsMoved,
  withoutCommonMotion,
} from '../../../src/geometry/silhouettes/common-motion.ts'
import { refinedCameras } from '../../../src/geometry/silhouettes/refine.ts'
import {
  DISTANCE_STEPS,
  signedPixelDistances,
} from '../../../src/geometry/silhouettes/signed-distance.ts'
import { movedPose } from '../../../src/geometry/poses/similarity.ts'
import { cameras, grid, knocked, plant, points, views } from '../../support/stick-plant.ts'

const rms = (from: readonly Camera[], to: readonly Camera[]): number =>
  Math.hypot(...from.map((camera, n) => pixelsMoved(camera, to[n], points))) /
  Math.sqrt(from.length)

describe('cameras refined from silhouettes', () => {
  test.each([1, 2])('that were off by %d px a side come back', async (pixels) => {
    const off = knocked(pixels)
    const given = off.map(({ camera }) => camera)
    const { cameras: refined, moved } = await refinedCameras(grid, off)
    expect(rms(cameras, given)).toBeGreaterThan(pixels)
    // what no picture shows is left to the given cameras
    const left = withoutCommonMotion(cameras, refined, points)
    expect(rms(cameras, left)).toBeLessThan(0.35)
    expect(Math.max(...moved)).toBeGreaterThan(pixels)
    expect(refined.map(({ params }) => params)).toEqual(given.map(({ params }) => params))
  })

  test('that are right stay where they are', async () => {
    const { cameras: refined } = await refinedCameras(grid, views)
    expect(rms(cameras, refined)).toBeLessThan(0.3)
  })

  test('cameras refined from silhouettes are the same on any number of threads, and it is told how far it is', async () => {
    const told: (readonly [number, number])[] = []
    const tell = (done: number, total: number) => told.push([done, total])
    const one = await refinedCameras(grid, knocked(1), { tell })
    expect(await refinedCameras(grid, knocked(1), { threads: 3 })).toEqual(one)
    expect(told.map(([done]) => done)).toEqual(told.map((_, n) => n + 1))
    expect(told.every(([done, total]) => done <= total)).toBe(true)
  })

  test('cameras refined from silhouettes are given up with the reason of the signal', async () => {
    const signal = AbortSignal.abort(new Error('enough'))
    await expect(refinedCameras(grid, views, { signal })).rejects.toThrow('enough')
  })
})

test('what a motion of the whole world explains is taken out', () => {
  const from = plant.filter((_, n) => n % 50 === 0)
  const to = from.map(
    ([x, y, z]) => [1.01 * x + 0.3, 1.01 * (y - 0.02 * z), 1.01 * z + 0.2] as const,
  )
  const world = similarityBetween(from, to)
  if (world === undefined) throw new Error('the points determine it')
  const moved = cameras.map((camera) => ({ ...camera, ...movedPose(world, camera) }))
  expect(rms(cameras, moved)).toBeGreaterThan(1.5)
  expect(rms(cameras, withoutCommonMotion(cameras, moved, points))).toBeLessThan(0.02)
  // what one camera does alone is its own
  const one = cameras.map((camera, n) => (n === 4 ? movedInFrame(camera, [0, 0.01, 0]) : camera))
  const left = withoutCommonMotion(cameras, one, points)
  expect(pixelsMoved(cameras[4], left[4], points)).toBeGreaterThan(4)
})

test('signed distances are those of a search over all pixels, clipped', () => {
  const draw = random(3)
  const [width, height] = [40, 31]
  const blob = (x: number, y: number) => Math.hypot(x - 18, y - 14) < 7 || draw.uniform() < 0.01
  const data = Uint8Array.from({ length: width * height }, (_, i) =>
    blob(i % width, Math.floor(i / width)) ? 255 : 0,
  )
  const found = new Int8Array(data.length)
  signedPixelDistances({ width, height, channels: 1, data }, found)
  for (let i = 0; i < data.length; i++) {
    let nearest = Infinity
    for (let k = 0; k < data.length; k++)
      if ((data[k] === 0) !== (data[i] === 0))
        nearest = Math.min(
          nearest,
          Math.hypot((i % width) - (k % width), Math.floor(i / width) - Math.floor(k / width)),
        )
    const distance = Math.max(0, nearest - 0.5)
    const clipped = data[i] === 0 ? Math.min(8, distance) : -Math.min(2, distance)
    expect(found[i]).toBe(Math.round(DISTANCE_STEPS * clipped))
  }
})

test('an empty mask is far from everything, and has no box', () => {
  const image = { width: 5, height: 4, channels: 1 as const, data: new Uint8Array(20) }
  const found = new Int8Array(20)
  signedPixelDistances(image, found)
  expect(new Set(found)).toEqual(new Set([8 * DISTANCE_STEPS]))
  expect(markedBox(image, 3)).toEqual({ left: 0, right: 0, top: 0, bottom: 0 })
})

test('a blurred point keeps its sum and has the variance that is said', () => {
  const image = new Float32Array(21 * 17)
  image[8 * 21 + 10] = 1
  blur(image, 21, 17)
  let [sum, alongX, alongY] = [0, 0, 0]
  image.forEach((value, i) => {
    sum += value
    alongX += value * ((i % 21) - 10) ** 2
    alongY += value * (Math.floor(i / 21) - 8) ** 2
  })
  expect(sum).toBeCloseTo(1, 5)
  expect(alongX).toBeCloseTo(BLUR_VARIANCE, 4)
  expect(alongY).toBeCloseTo(BLUR_VARIANCE, 4)
})

test('a system of equations whose first pivot is 0 is solved', () => {
  const a = Float64Array.of(0, 2, 1, 1, 1, 1, 2, 0, -1)
  const x = [3, -1, 2]
  const b = Float64Array.from(
    [0, 3, 6],
    (row) => a[row] * x[0] + a[row + 1] * x[1] + a[row + 2] * x[2],
  )
  solved(a, b).forEach((value, i) => expect(value).toBeCloseTo(x[i], 12))
})
