// Smoothing: steps go, size stays.
import { expect, test } from 'vitest'
import { checkMesh } from '../../support/check-mesh.ts'
import { signedVolume, type TriangleMesh } from '../../../src/geometry/mesh/mesh.ts'
import { smoothed } from '../../../src/geometry/mesh/smooth.ts'
import { surfaceThroughPoints } from '../../../src/geometry/mesh/surface.ts'
import { random } from '../../../src/geometry/random.ts'
import { sphere } from '../../support/surfaces.ts'

const ball = await surfaceThroughPoints(sphere(10).cloud, 1)

/** Root mean square distance from the sphere of radius 10. */
const roughness = ({ vertices }: TriangleMesh): number => {
  let sum = 0
  for (let i = 0; i < vertices.length; i += 3)
    sum += (Math.hypot(vertices[i], vertices[i + 1], vertices[i + 2]) - 10) ** 2
  return Math.sqrt((3 * sum) / vertices.length)
}

test('noise goes, and the volume stays within a hundredth', () => {
  const draw = random(3)
  const rough = { ...ball, vertices: ball.vertices.map((value) => value + draw.normal(0, 0.2)) }
  const smooth = smoothed(rough, 10)
  expect(roughness(smooth)).toBeLessThan(0.5 * roughness(rough))
  expect(Math.abs(signedVolume(smooth) / signedVolume(rough) - 1)).toBeLessThan(0.01)
  expect(checkMesh(smooth)).toEqual(checkMesh(ball))
})

test('no round of it changes nothing', () => {
  expect(smoothed(ball, 0)).toEqual(ball)
})
