// Where all cameras look: the box around what every one of them shows.
import { centreOf, pinholeOf, type Camera } from './camera.ts'
import { along, boundsOf, cross, dot, meanOf, subtract, type Bounds, type Vec3 } from './linear.ts'

/** The points X with `normal` · X ≥ `offset`. */
interface HalfSpace {
  readonly normal: Vec3
  readonly offset: number
}

/** How many times the cameras' own extent the search goes, before a view counts as endless. */
const FAR_PLANE = 100

/**
 * The smallest box along the axes around all points that lie in front of every camera and within
 * its image; only the pinhole part of the cameras counts.
 *
 * @returns undefined if no point does, or if the cameras look side by side without end
 * Method: a large cube, cut by the five planes of each camera in turn.
 */
export function commonView(cameras: readonly Camera[]): Bounds | undefined {
  const around = boundsOf(cameras.flatMap(centreOf))
  const extent = Math.max(...[0, 1, 2].map((axis) => around.max[axis] - around.min[axis]))
  if (!(extent > 0)) return undefined
  const size = FAR_PLANE * extent
  let faces = cube(along(around.min, [1, 1, 1], -size), along(around.max, [1, 1, 1], size))
  for (const camera of cameras)
    for (const half of viewPyramid(camera)) faces = clipFaces(faces, half, extent * 1e-12)
  if (faces.length === 0) return undefined
  const box = boundsOf(faces.flat(2))
  const isEndless = [0, 1, 2].some(
    (axis) =>
      box.min[axis] < around.min[axis] - 0.99 * size ||
      box.max[axis] > around.max[axis] + 0.99 * size,
  )
  return isEndless ? undefined : box
}

/** In front, right of the left border, left of the right one, below the upper, above the lower. */
function viewPyramid(camera: Camera): HalfSpace[] {
  const { rotmat: r, tvec, width, height } = camera
  const { fx, fy, cx, cy } = pinholeOf(camera)
  const inCamera: Vec3[] = [
    [0, 0, 1],
    [fx, 0, cx],
    [-fx, 0, width - cx],
    [0, fy, cy],
    [0, -fy, height - cy],
  ]
  return inCamera.map((raw) => {
    const length = Math.hypot(...raw)
    const n: Vec3 = [raw[0] / length, raw[1] / length, raw[2] / length]
    const at = (i: number): number => r[i] * n[0] + r[i + 3] * n[1] + r[i + 6] * n[2]
    return { normal: [at(0), at(1), at(2)], offset: -dot(n, tvec) }
  })
}

function cube(min: Vec3, max: Vec3): Vec3[][] {
  const corner = (n: number): Vec3 => [
    n & 1 ? max[0] : min[0],
    n & 2 ? max[1] : min[1],
    n & 4 ? max[2] : min[2],
  ]
  return [
    [0, 2, 6, 4],
    [1, 5, 7, 3],
    [0, 4, 5, 1],
    [2, 3, 7, 6],
    [0, 1, 3, 2],
    [4, 6, 7, 5],
  ].map((face) => face.map(corner))
}

/** What is left of a convex solid, given by the corners of its faces, within a half-space. */
function clipFaces(
  faces: readonly Vec3[][],
  { normal, offset }: HalfSpace,
  tiny: number,
): Vec3[][] {
  const left: Vec3[][] = []
  const rim: Vec3[] = []
  for (const face of faces) {
    const kept: Vec3[] = []
    face.forEach((point, n) => {
      const next = face[(n + 1) % face.length]
      const [here, there] = [dot(normal, point) - offset, dot(normal, next) - offset]
      if (here >= -tiny) kept.push(point)
      if (Math.abs(here) <= tiny) rim.push(point)
      else if (Math.abs(there) > tiny && here > 0 !== there > 0) {
        const crossing = along(point, subtract(next, point), here / (here - there))
        kept.push(crossing)
        rim.push(crossing)
      }
    })
    if (kept.length > 2) left.push(kept)
  }
  const corners = apart(rim, 1000 * tiny)
  if (left.length > 0 && corners.length > 2) left.push(around(corners, normal))
  return left
}

/** Each point once: on a circle of cameras all views meet in one apex, which each cut would double. */
function apart(points: readonly Vec3[], tiny: number): Vec3[] {
  const kept: Vec3[] = []
  for (const point of points)
    if (!kept.some((other) => other.every((c, axis) => Math.abs(c - point[axis]) <= tiny)))
      kept.push(point)
  return kept
}

/** Points of a convex face in the order of its rim. */
function around(points: readonly Vec3[], normal: Vec3): Vec3[] {
  const centre = meanOf(points)
  const across = cross(normal, Math.abs(normal[0]) < 0.9 ? [1, 0, 0] : [0, 1, 0])
  const up = cross(normal, across)
  const angle = (point: Vec3): number => {
    const from = subtract(point, centre)
    return Math.atan2(dot(from, up), dot(from, across))
  }
  return [...points].sort((a, b) => angle(a) - angle(b))
}
