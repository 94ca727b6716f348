// Framing: the nearest distance from which all of a plant is seen.
import { expect, test } from 'vitest'
import { project, type Camera } from '../../src/geometry/camera.ts'
import { poseAt, standsAlong } from '../../src/geometry/render/camera-path.ts'
import { radiusToShow } from '../../src/geometry/render/framing.ts'
import { meshBuilder } from '../../src/geometry/virtual-plant/labelled-mesh.ts'

const lens = { model: 'PINHOLE', width: 400, height: 300, params: [400, 400, 200, 150] } as const

test('a pole is as tall as the picture less its margins, from the nearest of its views', () => {
  const builder = meshBuilder()
  builder.part('stem_1')
  builder.triangle(builder.vertex(0, 0, 0), builder.vertex(0, 0, 100), builder.vertex(1e-6, 0, 50))
  const standsAt = (radius: number) =>
    standsAlong({ is: 'circle', centre: [10, 0], radius, z: 50, tilt: 0, views: 8 })
  const radius = radiusToShow(builder.mesh(), lens, standsAt, 0.1)
  // the nearest view stands at radius − 10 from the pole: 400 · 100 / (radius − 10) = 0.8 · 300
  expect(Math.abs(radius - (10 + (400 * 100) / 240))).toBeLessThan(0.3)
  const heights = standsAt(radius).map((stand) => {
    const camera: Camera = { ...lens, ...poseAt(stand) }
    return (project(camera, [0, 0, 0])?.[1] ?? NaN) - (project(camera, [0, 0, 100])?.[1] ?? NaN)
  })
  expect(Math.max(...heights)).toBeLessThanOrEqual(240)
})

test('a path that never looks at the plant is refused', () => {
  const builder = meshBuilder()
  builder.part('stem_1')
  builder.triangle(builder.vertex(0, 0, 0), builder.vertex(0, 0, 9), builder.vertex(0, 1, 5))
  const standsAt = (radius: number) =>
    standsAlong({ is: 'circle', centre: [0, 0], radius, z: 0, tilt: 70, views: 3 })
  expect(() => radiusToShow(builder.mesh(), lens, standsAt)).toThrow(RangeError)
})
