// Cameras: where they stand, what they are, and which pixel shows which point.
import { distort, type Lens, type Pinhole } from './lens.ts'
import { undistort } from './lens-inverse.ts'
import type { Vec3 } from './linear.ts'

/** Names of the parameters of each model, in COLMAP's order; `f` stands for both `fx` and `fy`. */
const parameters = {
  SIMPLE_PINHOLE: ['f', 'cx', 'cy'],
  PINHOLE: ['fx', 'fy', 'cx', 'cy'],
  SIMPLE_RADIAL: ['f', 'cx', 'cy', 'k1'],
  RADIAL: ['f', 'cx', 'cy', 'k1', 'k2'],
  OPENCV: ['fx', 'fy', 'cx', 'cy', 'k1', 'k2', 'p1', 'p2'],
  /** k4 to k6, which divide, must be 0: other values are not supported. */
  FULL_OPENCV: ['fx', 'fy', 'cx', 'cy', 'k1', 'k2', 'p1', 'p2', 'k3', 'k4', 'k5', 'k6'],
  OPENCV_FISHEYE: ['fx', 'fy', 'cx', 'cy', 'k1', 'k2', 'k3', 'k4'],
} as const

/** The names that COLMAP gives to camera models. */
export type CameraModel = keyof typeof parameters

/** Every model that can be used. */
export const cameraModels = Object.keys(parameters) as CameraModel[] // the keys of a literal

/** Those that a calibration solves for: of FULL_OPENCV it would find terms that are not known here. */
export const solvedCameraModels = cameraModels.filter((model) => model !== 'FULL_OPENCV')

/** What the parameters of a model are called, in COLMAP's order; none of a model that is not known. */
export const parameterNames = (model: string): readonly string[] =>
  cameraModels.some((name) => name === model) ? parameters[model as CameraModel] : [] // as found

/** What a camera is, wherever it stands. */
export interface Intrinsics {
  readonly model: CameraModel
  /** The size of its images, in pixels. */
  readonly width: number
  readonly height: number
  /** In pixels (f, fx, fy, cx, cy) or without unit (the rest), in COLMAP's order for the model. */
  readonly params: readonly number[]
}

/** Where a camera stands: x_cam = `rotmat` · X + `tvec`, with z forward and y down. */
export interface Pose {
  /** 3 × 3 from the world's axes to the camera's, row after row. */
  readonly rotmat: readonly number[]
  /** In the scan's unit. */
  readonly tvec: Vec3
}

/** A camera at the moment of a photograph. */
export interface Camera extends Intrinsics, Pose {}

/** @throws RangeError if a value is no number, or their count is not that of the model */
export function checkLens({ model, params }: Pick<Intrinsics, 'model' | 'params'>): void {
  if (!(model in parameters)) throw new RangeError(`there is no camera model ${model}`)
  const names = parameters[model]
  if (params.length !== names.length)
    throw new RangeError(`${model} takes ${names.join(', ')}, not ${params.length} numbers`)
  for (const value of params)
    if (!Number.isFinite(value)) throw new RangeError(`a camera cannot hold ${value}`)
  if (model === 'FULL_OPENCV' && params.slice(9).some((value) => value !== 0))
    throw new RangeError(
      `FULL_OPENCV is known with k1, k2, k3, p1, p2 alone: k4, k5, k6 must be 0, and are ${params.slice(9).join(', ')}`,
    )
}

/** @throws RangeError as `checkLens`, or if the pose is no rotation and no translation */
export function checkCamera(camera: Camera): void {
  checkLens(camera)
  const { rotmat, tvec } = camera
  if (rotmat.length !== 9 || tvec.length !== 3)
    throw new RangeError('a camera needs a rotation of 9 numbers and a translation of 3')
  for (const value of [...rotmat, ...tvec])
    if (!Number.isFinite(value)) throw new RangeError(`a camera cannot hold ${value}`)
  if (!isRotation(rotmat))
    throw new RangeError(
      'rotmat is no rotation: its rows must be unit vectors at right angles, the third the cross ' +
        'product of the others. Give its numbers with all their digits',
    )
}

/**
 * Whether a lens can be one that took a photograph: kernels compute with any, a file should not hold
 * it. An image is as wide as a few focal lengths; as shares of the image's size, as some programs
 * store it, the principal point lies in the first pixel.
 *
 * @throws RangeError if a focal length is not above 0, or none in pixels
 */
export function checkOptics({ model, params, width, height }: Intrinsics): void {
  for (const [i, name] of parameters[model].entries())
    if (name.startsWith('f') && !(params[i] > 0))
      throw new RangeError(`its focal length ${name} is ${params[i]}; it must be above 0 (pixels)`)
  const { fx, cx, cy } = lensOf({ model, params, width, height })
  if (width > 20 && fx < 0.05 * width && Math.abs(cx) <= 2 && Math.abs(cy) <= 2)
    throw new RangeError(
      `its focal length ${fx} and principal point ${cx}, ${cy} look like shares of the image's ` +
        `size: give them in pixels (multiply by its width, ${width}, or its height)`,
    )
}

/** True of 3 × 3 numbers, row after row, that turn and do not mirror, to a thousandth. */
function isRotation([a, b, c, d, e, f, ...third]: readonly number[]): boolean {
  const cross = [b * f - c * e, c * d - a * f, a * e - b * d]
  const products = [a * a + b * b + c * c - 1, d * d + e * e + f * f - 1, a * d + b * e + c * f]
  return [...products, ...cross.map((value, i) => value - third[i])].every(
    (error) => Math.abs(error) < 1e-3,
  )
}

/** What stands in the way of light: the pinhole in pixels and the distortion of the model. */
export function lensOf({ model, params }: Intrinsics): Lens {
  const names: readonly string[] = parameters[model]
  const value = (name: string): number => params[names.indexOf(name)] ?? 0
  const fx = value(names[0]) // f or fx
  const pinhole = { fx, fy: names[0] === 'f' ? fx : value('fy'), cx: value('cx'), cy: value('cy') }
  if (model === 'OPENCV_FISHEYE')
    return { is: 'fisheye', ...pinhole, k: [value('k1'), value('k2'), value('k3'), value('k4')] }
  return {
    is: 'brown',
    ...pinhole,
    k: [value('k1'), value('k2'), value('k3')],
    p1: value('p1'),
    p2: value('p2'),
  }
}

/** The pinhole part of a camera alone: fx, fy, cx, cy in pixels. */
export function pinholeOf(camera: Intrinsics): Pinhole {
  const { fx, fy, cx, cy } = lensOf(camera)
  return { fx, fy, cx, cy }
}

/** Where the camera stands in the world: −Rᵀ t. */
export function centreOf({ rotmat: r, tvec: t }: Pose): Vec3 {
  const at = (i: number): number => -(r[i] * t[0] + r[i + 3] * t[1] + r[i + 6] * t[2])
  return [at(0), at(1), at(2)]
}

/** How far in front of a camera a point of the world lies, along its axis; below 0: behind it. */
export function depthOf({ rotmat: r, tvec: t }: Pose, [x, y, z]: Vec3): number {
  return r[6] * x + r[7] * y + r[8] * z + t[2]
}

/**
 * The pixel that shows a point of the world.
 *
 * @returns [u, v] in pixels, inside of the image or not; undefined if the point is not in front
 */
export function project(camera: Camera, point: Vec3): [number, number] | undefined {
  const depth = depthOf(camera, point)
  if (!(depth > 0)) return undefined
  const { rotmat: r, tvec: t } = camera
  const [x, y, z] = point
  const lens = lensOf(camera)
  const bent = new Float64Array(2)
  distort(
    lens,
    (r[0] * x + r[1] * y + r[2] * z + t[0]) / depth,
    (r[3] * x + r[4] * y + r[5] * z + t[1]) / depth,
    bent,
  )
  return [lens.fx * bent[0] + lens.cx, lens.fy * bent[1] + lens.cy]
}

/**
 * The direction in the world, of unit length, in which the camera sees a pixel.
 *
 * @returns undefined where the lens shows nothing: beyond the fold of its polynomial
 */
export function unproject(camera: Camera, [u, v]: readonly [number, number]): Vec3 | undefined {
  const lens = lensOf(camera)
  const ray = undistort(lens, (u - lens.cx) / lens.fx, (v - lens.cy) / lens.fy)
  if (!ray) return undefined
  const r = camera.rotmat
  const length = Math.hypot(ray[0], ray[1], 1)
  const at = (i: number): number => (r[i] * ray[0] + r[i + 3] * ray[1] + r[i + 6]) / length
  return [at(0), at(1), at(2)]
}
