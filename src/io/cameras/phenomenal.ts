// Cameras of phenomenal's calibration of a cabin in which the plant turns (OpenAlea).
//
// The cameras stand still and the plant turns about z; in the plant's own axes it is the cameras that
// go round. So a photograph's camera follows from the view that took it and the angle of the plant in
// degrees, which its name tells: `side_120.png`, or `side/120.png`. Lengths are in mm.
//
// Today's file: a camera's axes are x right, y down, z forward; it stands at pos and is turned by
// Rz · Ry · Rx (radians). Until 1.7 a file held one camera, whose picture was that of a mirrored world.
import { ownValue } from '../../base/own.ts'
import { isJsonObject, type JsonObject } from '../../base/types.ts'
import { Damage } from '../codec.ts'
import {
  cameraFromPose,
  determinant,
  lensModel,
  turnProduct,
  transposedTurn,
  turnAbout,
  turnedVector,
  type CameraMetadata,
  type Triple,
  type TurnMatrix,
} from './camera.ts'
import { mapIn, numberAt, requiredNumber, flatNumbers } from './values.ts'

/** Whether JSON is such a file. */
export const isPhenomenal = (json: unknown): json is JsonObject =>
  isJsonObject(json) &&
  (isJsonObject(ownValue(json, 'cameras_parameters')) ||
    ownValue(json, 'cam_focal_length_x') !== undefined)

/** @param photographs paths; their names tell view and angle */
export function camerasOfPhenomenal(
  json: JsonObject,
  photographs: readonly string[],
): ReadonlyMap<string, CameraMetadata> {
  const views = ownValue(json, 'cameras_parameters')
  const cameras = isJsonObject(views) ? views : undefined
  const found = new Map<string, CameraMetadata>()
  for (const path of photographs) {
    const seen = cameras
      ? viewAndAngle(path, Object.keys(cameras))
      : { view: '', angle: lastNumber(stemOfPath(path)) }
    if (seen?.angle === undefined) continue
    const { view, angle } = seen
    const camera = cameras
      ? turning(mapIn(ownValue(cameras, view), view), json, angle)
      : mirroredView(json, angle)
    found.set(path, camera)
  }
  if (found.size === 0) {
    const ids = cameras ? ` (${Object.keys(cameras).join(', ')})` : ''
    throw new Damage(
      `no photograph's name tells its view${ids} and the plant's angle: name them as side_120.png, or put them into folders as side/120.png`,
    )
  }
  return found
}

/** x_cam = Rᵀ (T X − pos), with T the turn of the plant about z. */
function turning(view: JsonObject, json: JsonObject, angle: number): CameraMetadata {
  const at = (key: string) => requiredNumber(view, 'a camera', `_${key}`, key)
  const fx = at('focal_length_x')
  const fy = numberAt(view, '_focal_length_y') ?? fx * (numberAt(view, '_aspect_ratio') ?? 1)
  const turn = turnProduct(
    turnAbout([0, 0, at('rot_z')]),
    turnProduct(turnAbout([0, at('rot_y'), 0]), turnAbout([at('rot_x'), 0, 0])),
  )
  const isClockwise = ownValue(json, 'clockwise') !== false
  const turned = radians(angle * (numberAt(json, 'angle_factor') ?? 1)) * (isClockwise ? -1 : 1)
  const toCamera = transposedTurn(turn)
  const [x, y, z] = turnedVector(toCamera, [at('pos_x'), at('pos_y'), at('pos_z')])
  const lens = centred(at('width_image'), at('height_image'), fx, fy)
  return cameraFromPose(lens, turnProduct(toCamera, turnAbout([0, 0, turned])), [-x, -y, -z])
}

/**
 * x_cam = ±(O Rx Ry Rz)ᵀ (M X − pos), with M the plant's turn and a mirror in x. What is seen lies at
 * negative depths, which divide out; the sign is that of a right-handed camera.
 */
function mirroredView(json: JsonObject, angle: number): CameraMetadata {
  const at = (key: string) => requiredNumber(json, 'the camera', `cam_${key}`)
  const o = flatNumbers(ownValue(json, 'cam_origin_axis'), 'cam_origin_axis', 16)
  const origin = [o[0], o[1], o[2], o[4], o[5], o[6], o[8], o[9], o[10]]
  const turns = [
    turnAbout([at('rot_x'), 0, 0]),
    turnAbout([0, at('rot_y'), 0]),
    turnAbout([0, 0, at('rot_z')]),
  ]
  const toCamera = transposedTurn(turns.reduce(turnProduct, origin))
  const a = radians(angle * (numberAt(json, 'angle_factor') ?? 1))
  const [c, s] = [Math.cos(a), Math.sin(a)]
  const plant: TurnMatrix = [-c, -s, 0, -s, c, 0, 0, 0, 1]
  const both = turnProduct(toCamera, plant)
  const sign = determinant(both) < 0 ? -1 : 1
  const [x, y, z] = turnedVector(toCamera, [at('pos_x'), at('pos_y'), at('pos_z')])
  const shift: Triple = [-sign * x, -sign * y, -sign * z]
  const lens = centred(
    at('width_image'),
    at('height_image'),
    at('focal_length_x'),
    at('focal_length_y'),
  )
  return cameraFromPose(
    lens,
    both.map((value) => sign * value),
    shift,
  )
}

const centred = (width: number, height: number, fx: number, fy: number) =>
  lensModel({ width, height, fx, fy, cx: width / 2, cy: height / 2 })

const radians = (degrees: number): number => (degrees * Math.PI) / 180

/** The view and the angle that a path tells: by the file's name, else by its folder's and its own. */
function viewAndAngle(
  path: string,
  views: readonly string[],
): { readonly view: string; readonly angle: number | undefined } | undefined {
  const stem = stemOfPath(path)
  const folder = path.split(/[/\\]/).at(-2) ?? ''
  // The longer name first: `side2` before `side`.
  for (const view of views.toSorted((a, b) => b.length - a.length)) {
    const after = wordsAfter(stem, view)
    if (after !== undefined) return { view, angle: lastNumber(after) }
    if (folder === view) return { view, angle: lastNumber(stem) }
  }
  return undefined
}

/** What follows a word in a name; words end at everything but letters and digits. */
function wordsAfter(name: string, word: string): string | undefined {
  const words = name.split(/[^\p{L}\p{N}.]+/u)
  const at = words.indexOf(word)
  return at < 0 ? undefined : words.slice(at + 1).join(' ')
}

function lastNumber(text: string): number | undefined {
  const found = /(\d+(?:\.\d+)?)\D*$/.exec(text)
  return found ? Number(found[1]) : undefined
}

const stemOfPath = (path: string): string =>
  (path.split(/[/\\]/).at(-1) ?? '').replace(/\.[^.]*$/, '')
