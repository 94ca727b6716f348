// A camera as this project keeps it in a photograph's metadata, and the way there from others' forms.
import type { JsonObject } from '../../base/types.ts'
import { Damage } from '../codec.ts'

/** A matrix of 3 × 3, row after row. */
export type TurnMatrix = readonly number[]

/** A place or a translation. */
export type Triple = readonly [x: number, y: number, z: number]

/**
 * What a photograph's metadata hold under `camera`. `rotmat`, in rows, and `tvec` lead from the world
 * to the camera: x_cam = rotmat · X + tvec, with x to the right, y down and z forward.
 */
export type CameraMetadata = JsonObject & {
  readonly camera_model: {
    readonly model: string
    /** The size of the image, in pixels. */
    readonly width: number
    readonly height: number
    /** In COLMAP's order for the model. */
    readonly params: readonly number[]
  }
  readonly rotmat: readonly (readonly number[])[]
  readonly tvec: readonly number[]
}

/** A lens by its numbers: pixels, and coefficients as OpenCV names them. */
export interface LensNumbers {
  readonly width: number
  readonly height: number
  readonly fx: number
  readonly fy: number
  readonly cx: number
  readonly cy: number
  readonly k1?: number
  readonly k2?: number
  readonly k3?: number
  /** Only a fisheye has it. */
  readonly k4?: number
  readonly p1?: number
  readonly p2?: number
  /** Equidistant, with a polynomial of the angle, in place of a perspective lens. */
  readonly isFisheye?: boolean
}

/** The simplest of COLMAP's models that holds a lens. */
export function lensModel(lens: LensNumbers): CameraMetadata['camera_model'] {
  const { width, height, fx, fy, cx, cy, k1 = 0, k2 = 0, k3 = 0, k4 = 0, p1 = 0, p2 = 0 } = lens
  const pinhole = [fx, fy, cx, cy]
  const all = [width, height, ...pinhole, k1, k2, k3, k4, p1, p2]
  if (!all.every((value) => Number.isFinite(value)))
    throw new Damage('a number of the lens is missing, or none')
  if (!(width > 0 && height > 0)) throw new Damage(`its images are ${width} × ${height} pixels`)
  const size = { width, height }
  if (lens.isFisheye) {
    if (p1 !== 0 || p2 !== 0) throw new Damage('a fisheye lens with p1, p2 is not known here')
    return { model: 'OPENCV_FISHEYE', ...size, params: [...pinhole, k1, k2, k3, k4] }
  }
  if (k4 !== 0) throw new Damage(`its radial coefficient k4 is ${k4}; k1 to k3 are known here`)
  if (k3 !== 0)
    return { model: 'FULL_OPENCV', ...size, params: [...pinhole, k1, k2, p1, p2, k3, 0, 0, 0] }
  if ([k1, k2, p1, p2].some((value) => value !== 0))
    return { model: 'OPENCV', ...size, params: [...pinhole, k1, k2, p1, p2] }
  return { model: 'PINHOLE', ...size, params: pinhole }
}

/**
 * A camera in our form.
 *
 * @param turn from the world's axes to the camera's: x right, y down, z forward
 * @param shift x_cam = turn · X + shift
 * @throws Damage if `turn` is no rotation
 */
export function cameraFromPose(
  camera_model: CameraMetadata['camera_model'],
  turn: TurnMatrix,
  shift: Triple,
): CameraMetadata {
  if (![...turn, ...shift].every((value) => Number.isFinite(value)))
    throw new Damage('its pose holds something that is no number')
  if (!isRightHanded(turn)) throw new Damage('its pose is no rotation: it mirrors, or is stretched')
  const rotmat = [turn.slice(0, 3), turn.slice(3, 6), turn.slice(6, 9)]
  return { camera_model, rotmat, tvec: [...shift] }
}

/** As `cameraFromPose`, of a camera whose place is told: shift = −turn · centre. */
export function cameraAt(
  model: CameraMetadata['camera_model'],
  turn: TurnMatrix,
  centre: Triple,
): CameraMetadata {
  const [x, y, z] = turnedVector(turn, centre)
  return cameraFromPose(model, turn, [-x, -y, -z])
}

/** Orthonormal to a thousandth, and right-handed. */
function isRightHanded(r: TurnMatrix): boolean {
  if (r.length !== 9) return false
  const own = turnProduct(r, transposedTurn(r))
  const isOrthonormal = own.every((value, i) => Math.abs(value - (i % 4 === 0 ? 1 : 0)) < 1e-3)
  return isOrthonormal && determinant(r) > 0
}

/** The determinant of a 3 × 3 matrix. */
export const determinant = ([a, b, c, d, e, f, g, h, i]: TurnMatrix): number =>
  a * (e * i - f * h) - b * (d * i - f * g) + c * (d * h - e * g)

/** a · b. */
export const turnProduct = (a: TurnMatrix, b: TurnMatrix): TurnMatrix =>
  Array.from({ length: 9 }, (_, at) => {
    const [row, column] = [3 * Math.floor(at / 3), at % 3]
    return a[row] * b[column] + a[row + 1] * b[column + 3] + a[row + 2] * b[column + 6]
  })

/** The transpose, which is the inverse of a rotation. */
export const transposedTurn = ([a, b, c, d, e, f, g, h, i]: TurnMatrix): TurnMatrix => [
  a,
  d,
  g,
  b,
  e,
  h,
  c,
  f,
  i,
]

/** r · v. */
export const turnedVector = (r: TurnMatrix, [x, y, z]: Triple): Triple => [
  r[0] * x + r[1] * y + r[2] * z,
  r[3] * x + r[4] * y + r[5] * z,
  r[6] * x + r[7] * y + r[8] * z,
]

/**
 * The turn about a vector by its length, in radians, right-handed.
 * Source: Rodrigues' formula, R = cos θ I + (1 − cos θ) n nᵀ + sin θ [n]×.
 */
export function turnAbout([x, y, z]: Triple): TurnMatrix {
  const angle = Math.hypot(x, y, z)
  if (angle < 1e-15) return [1, 0, 0, 0, 1, 0, 0, 0, 1]
  const [a, b, c] = [x / angle, y / angle, z / angle]
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)]
  const rest = 1 - cos
  // prettier-ignore
  return [
    cos + rest * a * a, rest * a * b - sin * c, rest * a * c + sin * b,
    rest * a * b + sin * c, cos + rest * b * b, rest * b * c - sin * a,
    rest * a * c - sin * b, rest * b * c + sin * a, cos + rest * c * c,
  ]
}
