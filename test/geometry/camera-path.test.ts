// Camera paths: the poses of a plant scanner.
import { describe, expect, test } from 'vitest'
import { centreOf, project, type Camera } from '../../src/geometry/camera.ts'
import {
  poseAt,
  displaced,
  shaken,
  standsAlong,
  type Stand,
} from '../../src/geometry/render/camera-path.ts'

function cameraAt(stand: Stand): Camera {
  return {
    model: 'PINHOLE',
    width: 896,
    height: 896,
    params: [371.2, 371.2, 448, 448],
    ...poseAt(stand),
  }
}

describe('a circle', () => {
  const stands = standsAlong({
    is: 'circle',
    centre: [-2, 3],
    radius: 75,
    z: 65,
    tilt: 8,
    views: 18,
  })

  test('a circle has the poses that ROMI’s virtual scanner gives to the same circle', () => {
    // shots 0 and 4 of a published scan: [x, y, z, pan, tilt], rotation and translation
    expect(stands[0]).toEqual({ position: [-77, expect.closeTo(3, 9), 65], pan: 270, tilt: 8 })
    const { position, pan } = stands[4]
    expect(pan).toBe(350)
    ;[-15.023613325019781, -70.8605814759156, 65].forEach((v, k) =>
      expect(position[k]).toBeCloseTo(v, 9),
    )
    const first = poseAt(stands[0])
    const rotmat = [0, -1, 0, -0.1391731, 0, -0.9902681, 0.9902681, 0, -0.1391731]
    rotmat.forEach((v, k) => expect(first.rotmat[k]).toBeCloseTo(v, 6))
    ;[2.999995, 53.651089, 85.29689].forEach((v, k) => expect(first.tvec[k]).toBeCloseTo(v, 4))
    const fifth = poseAt(stands[4])
    ;[2.490575, 54.292286, 80.734596].forEach((v, k) => expect(fifth.tvec[k]).toBeCloseTo(v, 4))
  })

  test('goes once around, each camera at its stand', () => {
    expect(stands).toHaveLength(18)
    for (const stand of stands)
      centreOf(poseAt(stand)).forEach((v, k) => expect(v).toBeCloseTo(stand.position[k], 9))
  })
})

test('every view from a sphere looks at its centre, from its radius, upright', () => {
  const centre = [10, -20, 150] as const
  const stands = standsAlong({ is: 'sphere', centre, radius: 300, from: -10, to: 60, views: 40 })
  for (const stand of stands) {
    const camera = cameraAt(stand)
    const seen = project(camera, centre) ?? [NaN, NaN]
    expect(seen[0]).toBeCloseTo(448, 6)
    expect(seen[1]).toBeCloseTo(448, 6)
    const above = project(camera, [10, -20, 160]) ?? [NaN, NaN]
    expect(above[0]).toBeCloseTo(448, 6)
    expect(above[1]).toBeLessThan(448)
    const distance = Math.hypot(...stand.position.map((v, k) => v - centre[k]))
    expect(distance).toBeCloseTo(300, 6)
    expect(stand.tilt).toBeGreaterThanOrEqual(-10)
    expect(stand.tilt).toBeLessThanOrEqual(60)
  }
})

test('a shaken camera stands where it stood and is off by as many pixels as was asked for', () => {
  const stand = standsAlong({
    is: 'circle',
    centre: [0, 0],
    radius: 300,
    z: 0,
    tilt: 0,
    views: 1,
  })[0]
  const still = cameraAt(stand)
  const squares = Array.from({ length: 400 }, (_, stream) => {
    const camera = { ...still, ...shaken(still, 0.5, 371.2, 7, stream) }
    centreOf(camera).forEach((v, k) => expect(v).toBeCloseTo(stand.position[k], 9))
    const [u, v] = project(camera, [0, 0, 0]) ?? [NaN, NaN]
    return ((u - 448) ** 2 + (v - 448) ** 2) / 2
  })
  const sd = Math.sqrt(squares.reduce((a, b) => a + b, 0) / squares.length)
  expect(Math.abs(sd - 0.5)).toBeLessThan(0.05)
})

test('a path without views is refused', () => {
  const path = { is: 'circle', centre: [0, 0], radius: 1, z: 0, tilt: 0, views: 0 } as const
  expect(() => standsAlong(path)).toThrow(RangeError)
})

test('a displaced camera keeps its axes and is off by as many pixels as was asked for', () => {
  const path = { is: 'circle', centre: [0, 0], radius: 300, z: 0, tilt: 0, views: 1 } as const
  const still = cameraAt(standsAlong(path)[0])
  const focal = 371.2
  const off = Array.from({ length: 400 }, (_, stream) => {
    const pose = displaced(still, 0.5, { focal, depth: 300 }, 7, stream)
    pose.rotmat.forEach((value, i) => expect(value).toBeCloseTo(still.rotmat[i], 12))
    return pose.tvec.map((value, axis) => value - still.tvec[axis])
  })
  const sd = (axis: number) => Math.hypot(...off.map((of) => of[axis])) / Math.sqrt(off.length)
  // half a pixel at a depth of 300 is 0.404; along the axis three times that
  expect(Math.abs(sd(0) - 0.404)).toBeLessThan(0.04)
  expect(Math.abs(sd(1) - 0.404)).toBeLessThan(0.04)
  expect(Math.abs(sd(2) - 1.212)).toBeLessThan(0.12)
})
