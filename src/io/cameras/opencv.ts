// Cameras of a calibration by OpenCV, as YAML (also of its FileStorage) or JSON, with poses.
//
// Poses lead from the world (the calibration board's axes) to the camera, with x right, y down and z
// forward: a rotation vector or matrix, and a translation, in the unit of the board. Pixel numbers are
// taken as they stand: OpenCV counts them from the middle of the first pixel, half a pixel beside ours.
import { parse } from 'yaml'
import { asError } from '../../base/errors.ts'
import { ownValue } from '../../base/own.ts'
import { isJsonObject, type Json, type JsonObject } from '../../base/types.ts'
import { Damage } from '../codec.ts'
import {
  cameraFromPose,
  lensModel,
  turnAbout,
  type CameraMetadata,
  type LensNumbers,
  type Triple,
  type TurnMatrix,
} from './camera.ts'
import { firstOf, numberAt, flatNumbers, tripleIn } from './values.ts'

const matrixKeys = ['camera_matrix', 'cameraMatrix', 'K', 'mtx', 'intrinsic_matrix']
const distortionKeys = [
  'distortion_coefficients',
  'dist_coeffs',
  'distCoeffs',
  'dist_coeff',
  'dist',
  'D',
]
const nameKeys = ['image_names', 'image_files', 'filenames', 'file_names', 'image_list', 'names']
const poseMapKeys = ['images', 'poses', 'views', 'extrinsics', 'frames']
const turnKeys = ['rvec', 'rotation_vector', 'R', 'rotation_matrix', 'rotation', 'rotmat']
const shiftKeys = ['tvec', 'translation_vector', 't', 'T', 'translation']

/** Whether JSON or YAML is such a file. */
export const isOpencv = (json: unknown): json is JsonObject =>
  isJsonObject(json) && firstOf(json, matrixKeys) !== undefined

/** YAML as OpenCV's FileStorage writes it: its first line is no YAML, its matrices bear a tag. */
export function parseOpencvYaml(text: string): unknown {
  const plain = text.replace(/^\uFEFF?%YAML[: ]1\.0[^\n]*\n/, '')
  try {
    return parse(plain, { logLevel: 'error', maxAliasCount: 100 }) as unknown
  } catch (error) {
    throw new Damage(`it is no YAML: ${asError(error).message}`)
  }
}

/** @param sizeOf the size of any photograph, where the file does not tell it */
export async function camerasOfOpencv(
  json: JsonObject,
  sizeOf: () => Promise<readonly [width: number, height: number] | undefined>,
): Promise<ReadonlyMap<string, CameraMetadata>> {
  const lens = lensModel(await lensNumbersOf(json, sizeOf))
  return new Map(posesIn(json).map(({ name, turn, shift }) => [name, asCamera(name, turn, shift)]))

  function asCamera(name: string, turn: TurnMatrix, shift: Triple): CameraMetadata {
    try {
      return cameraFromPose(lens, turn, shift)
    } catch (error) {
      if (error instanceof Damage) throw new Damage(`${name}: ${error.message}`)
      throw error
    }
  }
}

async function lensNumbersOf(
  json: JsonObject,
  sizeOf: () => Promise<readonly [width: number, height: number] | undefined>,
): Promise<LensNumbers> {
  const k = flatNumbers(firstOf(json, matrixKeys), 'camera_matrix', 9)
  if (Math.abs(k[1]) > 1e-9 * k[0]) throw new Damage(`its camera_matrix is skewed by ${k[1]}`)
  const d = flatNumbers(firstOf(json, distortionKeys) ?? [], 'distortion_coefficients')
  const isFisheye =
    ['fisheye_model', 'fisheye', 'is_fisheye'].some((key) =>
      [true, 1].includes(ownValue(json, key) as true),
    ) || /fisheye/i.test(JSON.stringify(firstOf(json, ['camera_model', 'distortion_model']) ?? ''))
  const given = firstOf(json, ['image_size', 'imageSize', 'resolution'])
  const [wide, high] = given === undefined ? [] : flatNumbers(given, 'image_size', 2)
  const width = numberAt(json, 'image_width', 'imageWidth', 'width') ?? wide
  const height = numberAt(json, 'image_height', 'imageHeight', 'height') ?? high
  const size = width !== undefined && height !== undefined ? [width, height] : await sizeOf()
  if (!size)
    throw new Damage('it does not say how large the images are (image_width, image_height)')
  const common = { width: size[0], height: size[1], fx: k[0], fy: k[4], cx: k[2], cy: k[5] }
  if (isFisheye) {
    const [k1 = 0, k2 = 0, k3 = 0, k4 = 0] = d
    return { ...common, k1, k2, k3, k4, isFisheye }
  }
  if (d.slice(5).some((value) => value !== 0))
    throw new Damage(
      `it has ${d.length} distortion_coefficients; k1, k2, p1, p2, k3 are known here: calibrate without the others`,
    )
  const [k1 = 0, k2 = 0, p1 = 0, p2 = 0, k3 = 0] = d
  return { ...common, k1, k2, k3, p1, p2 }
}

interface NamedPose {
  readonly name: string
  readonly turn: TurnMatrix
  readonly shift: Triple
}

function posesIn(json: JsonObject): readonly NamedPose[] {
  const told = firstOf(json, poseMapKeys)
  if (isJsonObject(told))
    return Object.entries(told).flatMap(([name, pose]) =>
      isJsonObject(pose) ? [poseOfMap(name, pose)] : [],
    )
  if (Array.isArray(told) && told.some(isJsonObject))
    return told.map((pose, i) => {
      const name = isJsonObject(pose)
        ? firstOf(pose, ['name', 'file', 'filename', 'file_name', 'image'])
        : undefined
      if (!isJsonObject(pose) || typeof name !== 'string')
        throw new Damage(`pose ${i} names no photograph (name)`)
      return poseOfMap(name, pose)
    })
  return listedPoses(json)
}

function poseOfMap(name: string, pose: JsonObject): NamedPose {
  const shift = firstOf(pose, shiftKeys)
  return {
    name,
    turn: turnIn(firstOf(pose, turnKeys), `the rotation of ${name}`),
    shift: tripleIn(shift, `the translation of ${name}`),
  }
}

function turnIn(value: Json | undefined, where: string): TurnMatrix {
  const numbers = flatNumbers(value, where)
  if (numbers.length === 9) return numbers
  return turnAbout(tripleIn(value, where))
}

/** OpenCV's `extrinsic_parameters`, or `rvecs` and `tvecs`, in the order of the names beside them. */
function listedPoses(json: JsonObject): readonly NamedPose[] {
  const rows = firstOf(json, ['extrinsic_parameters', 'extrinsicParameters'])
  const turns = firstOf(json, ['rvecs', 'rotation_vectors'])
  const shifts = firstOf(json, ['tvecs', 'translation_vectors'])
  const six =
    rows !== undefined
      ? chunked(flatNumbers(rows, 'extrinsic_parameters'), 6)
      : zipped(
          chunked(flatNumbers(turns ?? [], 'rvecs'), 3),
          chunked(flatNumbers(shifts ?? [], 'tvecs'), 3),
        )
  if (six.length === 0)
    throw new Damage(
      'it holds a lens but no poses: give extrinsic_parameters, or rvecs and tvecs, with image_names; ' +
        'or a map of poses by image name',
    )
  const names = firstOf(json, [...nameKeys, 'images'])
  if (!Array.isArray(names) || !names.every((name) => typeof name === 'string'))
    throw new Damage(
      `it has ${six.length} poses, but does not say of which photographs: add image_names`,
    )
  if (names.length !== six.length)
    throw new Damage(`it has ${six.length} poses for ${names.length} image_names`)
  return names.map((name, i) => {
    const [a, b, c, x, y, z] = six[i]
    return { name, turn: turnAbout([a, b, c]), shift: [x, y, z] }
  })
}

function chunked(numbers: readonly number[], size: number): number[][] {
  if (numbers.length % size !== 0)
    throw new Damage(`its poses have ${numbers.length} numbers, which are not ${size} each`)
  return Array.from({ length: numbers.length / size }, (_, i) =>
    numbers.slice(i * size, (i + 1) * size),
  )
}

function zipped(a: readonly number[][], b: readonly number[][]): number[][] {
  if (a.length !== b.length)
    throw new Damage(`it has ${a.length} rotations for ${b.length} translations`)
  return a.map((one, i) => [...one, ...b[i]])
}
