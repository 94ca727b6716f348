// Cameras of transforms.json, as instant-ngp, nerfstudio and Blender's NeRF scenes have it.
//
// `transform_matrix` leads from the camera to the world, in OpenGL's axes: x right, y up, z backward.
// Pixels count from the outer corner of the first one. The unit is that of the scene.
import { ownValue } from '../../base/own.ts'
import { isJsonObject, type JsonObject } from '../../base/types.ts'
import { Damage } from '../codec.ts'
import {
  cameraAt,
  lensModel,
  transposedTurn,
  type CameraMetadata,
  type LensNumbers,
} from './camera.ts'
import { mapIn, numberAt, flatNumbers } from './values.ts'

/** @param sizeOf the size of a photograph, where the file does not tell it */
export async function camerasOfTransforms(
  json: JsonObject,
  sizeOf: (name: string) => Promise<readonly [width: number, height: number] | undefined>,
): Promise<ReadonlyMap<string, CameraMetadata>> {
  const frames = ownValue(json, 'frames')
  if (!Array.isArray(frames)) throw new Damage('it has no list of frames')
  const found = new Map<string, CameraMetadata>()
  for (const [i, frame] of frames.entries()) {
    const of = mapIn(frame, `frame ${i}`)
    const name = ownValue(of, 'file_path')
    if (typeof name !== 'string') throw new Damage(`frame ${i} has no file_path`)
    // What a frame says of its lens wins over what is said of all.
    const lens = await lensNumbers({ ...json, ...of }, () => sizeOf(name))
    found.set(name, cameraOfFrame(of, name, lens))
  }
  return found
}

function cameraOfFrame(frame: JsonObject, name: string, lens: LensNumbers): CameraMetadata {
  const where = `transform_matrix of ${name}`
  const m = flatNumbers(ownValue(frame, 'transform_matrix'), where)
  if (m.length !== 16 && m.length !== 12) throw new Damage(`${where} is not of 4 × 4 numbers`)
  const toWorld = [m[0], m[1], m[2], m[4], m[5], m[6], m[8], m[9], m[10]]
  const [x, up, back] = [0, 3, 6].map((row) => transposedTurn(toWorld).slice(row, row + 3))
  const turn = [...x, ...up.map((value) => -value), ...back.map((value) => -value)]
  return cameraAt(lensModel(lens), turn, [m[3], m[7], m[11]])
}

/** Models without distortion, with OpenCV's, and fisheyes; nerfstudio's names. */
const lensKinds: Readonly<Record<string, boolean>> = {
  OPENCV: false,
  PINHOLE: false,
  SIMPLE_PINHOLE: false,
  PERSPECTIVE: false,
  OPENCV_FISHEYE: true,
}

async function lensNumbers(
  of: JsonObject,
  sizeOf: () => Promise<readonly [width: number, height: number] | undefined>,
): Promise<LensNumbers> {
  const kind = ownValue(of, 'camera_model')
  const isKnown = kind === undefined || (typeof kind === 'string' && Object.hasOwn(lensKinds, kind))
  if (!isKnown) throw new Damage(`its camera_model ${JSON.stringify(kind)} is not known here`)
  const isFisheye =
    ownValue(of, 'is_fisheye') === true || (typeof kind === 'string' && lensKinds[kind])
  const [width, height] = [numberAt(of, 'w', 'width'), numberAt(of, 'h', 'height')]
  const size = width !== undefined && height !== undefined ? [width, height] : await sizeOf()
  if (!size) throw new Damage('it does not say how large the images are (w and h)')
  const [w, h] = size
  const fx = numberAt(of, 'fl_x') ?? focalOf(numberAt(of, 'camera_angle_x'), w)
  const fy = numberAt(of, 'fl_y') ?? focalOf(numberAt(of, 'camera_angle_y'), h) ?? fx
  if (fx === undefined || fy === undefined)
    throw new Damage('it has no focal length: neither fl_x nor camera_angle_x')
  const [k1, k2, k3, k4] = ['k1', 'k2', 'k3', 'k4'].map((key) => numberAt(of, key) ?? 0)
  const [p1, p2] = ['p1', 'p2'].map((key) => numberAt(of, key) ?? 0)
  const [cx, cy] = [numberAt(of, 'cx') ?? w / 2, numberAt(of, 'cy') ?? h / 2]
  return { width: w, height: h, fx, fy, cx, cy, k1, k2, k3, k4, p1, p2, isFisheye }
}

/** The focal length in pixels of an opening angle in radians. */
const focalOf = (angle: number | undefined, size: number): number | undefined =>
  angle === undefined ? undefined : size / 2 / Math.tan(angle / 2)

/** Whether JSON is such a file. */
export const isTransforms = (json: unknown): json is JsonObject =>
  isJsonObject(json) && Array.isArray(ownValue(json, 'frames'))
