// Cameras of phenomenal: what its own formula shows, the cameras show that we make of its calibration.
import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { project } from '../../src/geometry/camera.ts'
import { readCameraFile, type CameraMetadata } from '../../src/io/cameras/index.ts'
import { asCamera } from '../support/cameras.ts'
import { about, apply, flip, times } from '../support/rows.ts'
import { scratchFolder } from '../support/scratch.ts'

const work = scratchFolder('phenomenal')
afterAll(() => rmSync(work, { recursive: true }))

function written(name: string, content: object): string {
  const path = join(work, name)
  writeFileSync(path, JSON.stringify(content))
  return path
}

describe('a cabin of phenomenal', () => {
  const angles = [0, 30, 270]
  const photographs = angles.map((angle) => `side_${String(angle).padStart(3, '0')}.png`)
  const [place, rot] = [
    [12, -5000, 30],
    [-Math.PI / 2 + 0.02, 0.01, 0.03],
  ]

  /** Where its own formula shows a point: rotated with the plant, then seen by the still camera. */
  const expectPixels = (
    cameras: ReadonlyMap<string, CameraMetadata>,
    pixel: (point: readonly number[], angle: number) => readonly [number, number],
  ): void => {
    for (const [i, name] of photographs.entries())
      for (const point of [
        [0, 0, 0],
        [100, -200, 300],
      ] as const) {
        const [u, v] = project(asCamera(cameras.get(name)!), point)!
        const [a, b] = pixel(point, (angles[i] * Math.PI) / 180)
        expect(Math.abs(u - a)).toBeLessThan(1e-6)
        expect(Math.abs(v - b)).toBeLessThan(1e-6)
      }
  }

  test.each([true, false])('a cabin of phenomenal of today, clockwise %s', async (clockwise) => {
    const view = {
      _pos_x: place[0],
      _pos_y: place[1],
      _pos_z: place[2],
      _rot_x: rot[0],
      _rot_y: rot[1],
      _rot_z: rot[2],
      _width_image: 2056,
      _height_image: 2454,
      _focal_length_x: 4400,
      _aspect_ratio: 1.01,
    }
    const json = {
      angle_factor: 1,
      clockwise,
      reference_camera: 'side',
      cameras_parameters: { side: view, top: view },
      targets_parameters: {},
    }
    const file = written(`today-${clockwise}.json`, json)
    const { cameras, notes } = await readCameraFile(file, [...photographs, 'other.png'])
    const axes = times(about('z', rot[2]), times(about('y', rot[1]), about('x', rot[0])))
    expectPixels(cameras, (point, angle) => {
      const turned = apply(about('z', clockwise ? -angle : angle), point)
      const [x, y, z] = apply(
        flip(axes),
        turned.map((value, i) => value - place[i]),
      )
      return [(x / z) * 4400 + 1028, (y / z) * 4400 * 1.01 + 1227]
    })
    expect(notes).toEqual(['without a camera: other.png'])
  })

  test('a cabin of phenomenal of before 1.7, a file a camera', async () => {
    const origin = [1, 0, 0, 0, 0, 0, -1, 0, 0, 1, 0, 0, 0, 0, 0, 1]
    const [x0, y0, z0] = [0.02, -0.01, 0.03]
    const json = {
      cam_width_image: 2056,
      cam_height_image: 2454,
      cam_focal_length_x: 4400,
      cam_focal_length_y: 4410,
      cam_pos_x: place[0],
      cam_pos_y: place[1],
      cam_pos_z: place[2],
      cam_rot_x: x0,
      cam_rot_y: y0,
      cam_rot_z: z0,
      cam_origin_axis: origin,
      angle_factor: 1,
    }
    const { cameras } = await readCameraFile(written('old.json', json), photographs)
    const o = [origin.slice(0, 3), origin.slice(4, 7), origin.slice(8, 11)]
    const axes = times(o, times(about('x', x0), times(about('y', y0), about('z', z0))))
    expectPixels(cameras, ([x, y, z], a) => {
      const [c, s] = [Math.cos(a), Math.sin(a)]
      const turned = [-x * c - y * s, -x * s + y * c, z]
      const [u, v, w] = apply(
        flip(axes),
        turned.map((value, i) => value - place[i]),
      )
      return [(u / w) * 4400 + 1028, (v / w) * 4410 + 1227]
    })
  })
})
