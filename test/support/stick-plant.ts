// A plant of thin sticks, photographed by a ring of cameras that can be knocked.
import { project } from '../../src/geometry/camera.ts'
import { shaken } from '../../src/geometry/render/camera-path.ts'
import { gridOf } from '../../src/geometry/voxels/grid.ts'
import type { View } from '../../src/geometry/voxels/views.ts'
import { ringOfCameras } from './cameras.ts'

const focal = 600
const size = 256
/** Where they stand. */
export const cameras = ringOfCameras(18, { radius: 100, height: 20, width: size, focal })

/** A stem with six branches that go up, all some 0.5 thick. */
/** x, y, z of points along its middle. */
export const plant: readonly (readonly [number, number, number])[] = [
  ...Array.from({ length: 1500 }, (_, n) => [0.5, -0.3, n / 50 - 15] as const),
  ...Array.from({ length: 6 }, (_, branch) =>
    Array.from({ length: 500 }, (_, n) => {
      const [reach, angle] = [n / 50, 2.4 * branch]
      const z = 4 * branch - 12 + reach / 3
      return [0.5 + reach * Math.cos(angle), reach * Math.sin(angle) - 0.3, z] as const
    }),
  ).flat(),
]
/** Some of the plant's points. */
export const points = Float32Array.from(plant.filter((_, n) => n % 10 === 0).flat())

/** What they see. */
export const views: readonly View[] = cameras.map((camera) => {
  const data = new Uint8Array(size * size)
  for (const [x, y, z] of plant) {
    const [u, v] = project(camera, [x, y, z]) ?? [NaN, NaN]
    for (let b = Math.floor(v - 1.8); b <= v + 1.8; b++)
      for (let a = Math.floor(u - 1.8); a <= u + 1.8; a++)
        if (a >= 0 && b >= 0 && a < size && b < size) data[b * size + a] = 255
  }
  return { camera, mask: { width: size, height: size, channels: 1, data } }
})
/** A box around it. */
export const grid = gridOf({ min: [-12, -12, -17], max: [12, 12, 17] }, 0.2)
/** The same masks, with cameras that are off by so many pixels a side. */
export const knocked = (pixels: number): View[] =>
  views.map(({ camera, mask }, n) => ({
    camera: { ...camera, ...shaken(camera, pixels, focal, 11, n) },
    mask,
  }))
