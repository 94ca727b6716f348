// Where the camera of a plant scanner stands for each shot, and how it is turned there.
import type { Pose } from '../camera.ts'
import { radiansPerDegree, type Vec3 } from '../linear.ts'
import { movedInFrame } from '../poses/turn.ts'
import { random } from '../random.ts'

/** A camera held upright: where it stands, and where it looks, in degrees. */
export interface Stand {
  readonly position: Vec3
  /** 0 looks along y; it grows counter-clockwise seen from above. */
  readonly pan: number
  /** How far it looks down (negative: up). */
  readonly tilt: number
}

/** A horizontal circle about the plant. */
interface CirclePath {
  readonly is: 'circle'
  readonly centre: readonly [x: number, y: number]
  readonly radius: number
  readonly z: number
  readonly tilt: number
  readonly views: number
}

/** Part of a sphere about a point of the plant, at which every view looks. */
interface SpherePath {
  readonly is: 'sphere'
  readonly centre: Vec3
  readonly radius: number
  /** Elevations of the lowest and the highest view, in degrees above the horizon. */
  readonly from: number
  readonly to: number
  readonly views: number
}

export type CameraPath = CirclePath | SpherePath

const goldenAngleOfPath = 180 * (3 - Math.sqrt(5))

/** @returns the stands along a path, from the plant's −x side on, counter-clockwise from above */
export function standsAlong(path: CameraPath): Stand[] {
  if (!(Number.isInteger(path.views) && path.views >= 1))
    throw new RangeError(`a path has at least one view, not ${path.views}`)
  return Array.from({ length: path.views }, (_, i) =>
    path.is === 'circle' ? onCircle(path, i) : onSphere(path, i),
  )
}

function onCircle({ centre, radius, z, tilt, views }: CirclePath, i: number): Stand {
  const pan = (270 + (360 * i) / views) % 360
  const [x, y] = ahead(pan)
  return { position: [centre[0] - radius * x, centre[1] - radius * y, z], pan, tilt }
}

/** Even in area: equal steps of height, each turned by the golden angle. */
function onSphere({ centre, radius, from, to, views }: SpherePath, i: number): Stand {
  const [low, high] = [Math.sin(from * radiansPerDegree), Math.sin(to * radiansPerDegree)]
  const up = low + (high - low) * ((i + 0.5) / views)
  const pan = (270 + goldenAngleOfPath * i) % 360
  const [x, y] = ahead(pan)
  const out = radius * Math.sqrt(1 - up * up)
  const position: Vec3 = [centre[0] - out * x, centre[1] - out * y, centre[2] + radius * up]
  return { position, pan, tilt: Math.asin(up) / radiansPerDegree }
}

function ahead(pan: number): readonly [number, number] {
  return [-Math.sin(pan * radiansPerDegree), Math.cos(pan * radiansPerDegree)]
}

/** The pose of a camera at a stand: its x axis level, its y axis down, looking along z. */
export function poseAt({ position, pan, tilt }: Stand): Pose {
  const [x, y] = ahead(pan)
  const [cosine, sine] = [Math.cos(tilt * radiansPerDegree), Math.sin(tilt * radiansPerDegree)]
  const rotmat = [y, -x, 0, -sine * x, -sine * y, -cosine, cosine * x, cosine * y, -sine]
  return { rotmat, tvec: movedTo(rotmat, position) }
}

function movedTo(r: readonly number[], [x, y, z]: Vec3): Vec3 {
  const at = (i: number): number => -(r[i] * x + r[i + 1] * y + r[i + 2] * z)
  return [at(0), at(3), at(6)]
}

/**
 * The pose of a camera whose axes are a little off, while it stands where it stood.
 *
 * @param shift  by how many pixels, sd along each side, the picture is off at its centre
 * @param focal  of the camera, in pixels
 * @param stream one for each view
 */
export function shaken(
  { rotmat, tvec }: Pose,
  shift: number,
  focal: number,
  seed: number,
  stream: number,
): Pose {
  if (shift === 0) return { rotmat, tvec }
  const draw = random(seed, stream)
  const turn = [0, 1, 2].map(() => draw.normal(0, shift / focal))
  return movedInFrame({ rotmat, tvec }, [turn[0], turn[1], turn[2]])
}

/**
 * The pose of a camera that stands a little off.
 *
 * @param shift by how many pixels, sd along each side, the picture is off at `depth`; along its axis
 *   the camera is off by three times that, which the picture shows least
 * @param focal  of the camera, in pixels
 * @param depth  of the plant's middle, in the scan's unit
 * @param stream one for each view
 */
export function displaced(
  pose: Pose,
  shift: number,
  { focal, depth }: { readonly focal: number; readonly depth: number },
  seed: number,
  stream: number,
): Pose {
  if (shift === 0) return pose
  const draw = random(seed, stream)
  const step = (shift * depth) / focal
  const by = [step, step, 3 * step].map((sd) => draw.normal(0, sd))
  return movedInFrame(pose, [0, 0, 0], [by[0], by[1], by[2]])
}
