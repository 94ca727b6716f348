// What all cameras have in common when they move: a motion of the world, which no picture shows.
import type { Camera } from '../camera.ts'
import { meanOf, pointAt, scale, subtract, type Vec3 } from '../linear.ts'
import { solved } from '../normal-equations.ts'
import { multiplied, rotationAbout, turned } from '../poses/turn.ts'
import { projectionOf } from './projection.ts'

/**
 * Takes from moved cameras what a motion of the whole world (turn, shift and size) explains, so that
 * their pictures of the points lie as near as can be to those of the given ones.
 *
 * Cameras that are aligned with a solid, and a solid that is made from them, drift together
 * otherwise, in one direction, by a quarter of a pixel a round.
 *
 * @param points x, y and z by turns; some hundred that are spread over the plant are enough
 * Gauss–Newton over 7 unknowns, twice.
 */
export function withoutCommonMotion(
  given: readonly Camera[],
  moved: readonly Camera[],
  points: Float32Array,
): readonly Camera[] {
  const places = Array.from({ length: points.length / 3 }, (_, i) => pointAt(points, i))
  if (places.length === 0) return moved
  const centre = meanOf(places)
  let cameras = moved
  for (let step = 0; step < 2; step++) {
    const [wx, wy, wz, tx, ty, tz, grown] = worldMotion(given, cameras, places, centre)
    const rotation = rotationAbout([wx, wy, wz])
    const size = 1 + grown
    const back = turned(rotation, scale(centre, size))
    // a point p becomes size · R (p − c) + c + t; divided by the size, which a picture does not show
    const shift: Vec3 = [0, 1, 2].map((i) => centre[i] - back[i] + [tx, ty, tz][i]) as never // three
    cameras = cameras.map((camera) => {
      const [x, y, z] = turned(camera.rotmat, shift)
      const { tvec } = camera
      return {
        ...camera,
        rotmat: multiplied(camera.rotmat, rotation),
        tvec: [(x + tvec[0]) / size, (y + tvec[1]) / size, (z + tvec[2]) / size],
      }
    })
  }
  return cameras
}

/** Turn, shift and growth of the world about a centre that bring pictures nearest to those given. */
function worldMotion(
  given: readonly Camera[],
  cameras: readonly Camera[],
  places: readonly Vec3[],
  centre: Vec3,
): Float64Array {
  const a = new Float64Array(49)
  const b = new Float64Array(7)
  const [alongU, alongV] = [new Float64Array(7), new Float64Array(7)]
  cameras.forEach((camera, view) => {
    const [before, now] = [projectionOf(given[view]), projectionOf(camera)]
    for (const place of places) {
      const [, , , s, t] = projectedPoint(before, place)
      const [x, y, depth, u, v] = projectedPoint(now, place)
      const [dx, dy, dz] = subtract(place, centre)
      // how u and v move as the place does along each axis of the world
      const across = axes.map((i) => (now[12] / depth) * (now[i] - (x / depth) * now[6 + i]))
      const down = axes.map((i) => (now[13] / depth) * (now[3 + i] - (y / depth) * now[6 + i]))
      pictured([dx, dy, dz], across, alongU)
      pictured([dx, dy, dz], down, alongV)
      for (let r = 0; r < 7; r++) {
        b[r] += alongU[r] * (s - u) + alongV[r] * (t - v)
        for (let c = 0; c < 7; c++) a[r * 7 + c] += alongU[r] * alongU[c] + alongV[r] * alongV[c]
      }
    }
  })
  for (let r = 0; r < 7; r++) a[r * 8] *= 1 + 1e-9
  return solved(a, b)
}

const axes = [0, 1, 2] as const

/** How a pixel moves with each unknown: three turns, three shifts and the size of the world. */
function pictured([dx, dy, dz]: Vec3, [x, y, z]: readonly number[], into: Float64Array): void {
  into[0] = dy * z - dz * y
  into[1] = dz * x - dx * z
  into[2] = dx * y - dy * x
  into[3] = x
  into[4] = y
  into[5] = z
  into[6] = dx * x + dy * y + dz * z
}

/** A point in the camera's frame, and its pixel: x, y, z, u, v. */
function projectedPoint(
  p: Float64Array,
  [x, y, z]: Vec3,
): readonly [number, number, number, number, number] {
  const at = (row: number): number =>
    p[3 * row] * x + p[3 * row + 1] * y + p[3 * row + 2] * z + p[9 + row]
  const [across, down, depth] = [at(0), at(1), at(2)]
  return [across, down, depth, (p[12] * across) / depth + p[14], (p[13] * down) / depth + p[15]]
}

/** How far the pictures of points moved between two cameras: the root of the mean square, in pixels. */
export function pixelsMoved(from: Camera, to: Camera, points: Float32Array): number {
  const [before, now] = [projectionOf(from), projectionOf(to)]
  let sum = 0
  for (let i = 0; i < points.length / 3; i++) {
    const place = pointAt(points, i)
    const [, , , u, v] = projectedPoint(before, place)
    const [, , , s, t] = projectedPoint(now, place)
    sum += (u - s) ** 2 + (v - t) ** 2
  }
  return Math.sqrt(sum / Math.max(1, points.length / 3))
}
