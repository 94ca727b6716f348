// Cameras of OpenSfM's reconstruction.json (also of OpenDroneMap).
//
// A shot's rotation (axis times angle in radians) and translation lead from the world to the camera,
// with x right, y down and z forward. Focal lengths and principal points are shares of the longer
// side, from the middle of the image. The unit is metres where it was placed by GPS, else its own.
import { ownValue } from '../../base/own.ts'
import { isJsonObject, type JsonObject } from '../../base/types.ts'
import { Damage } from '../codec.ts'
import { cameraFromPose, lensModel, turnAbout, type CameraMetadata } from './camera.ts'
import { mapIn, numberAt, requiredNumber, tripleIn } from './values.ts'

/** The cameras of the reconstruction with the most shots, and how many others there are. */
export function camerasOfOpensfm(json: readonly unknown[]): {
  readonly cameras: ReadonlyMap<string, CameraMetadata>
  readonly others: number
} {
  const all = json
    .filter((one) => isJsonObject(one))
    .toSorted((a, b) => shotCount(b) - shotCount(a))
  if (all.length === 0) throw new Damage('it holds no reconstruction')
  const [largest] = all
  const lenses = mapIn(ownValue(largest, 'cameras'), 'cameras')
  const shots = Object.entries(mapIn(ownValue(largest, 'shots'), 'shots'))
  const cameras = shots.map(([name, json]) => {
    const shot = mapIn(json, name)
    const id = nameIn(shot, 'camera')
    const lens = ownValue(lenses, id)
    if (!isJsonObject(lens)) throw new Damage(`it has no camera "${id}", which ${name} names`)
    const turn = turnAbout(tripleIn(ownValue(shot, 'rotation'), `rotation of ${name}`))
    const shift = tripleIn(ownValue(shot, 'translation'), `translation of ${name}`)
    return [name, cameraFromPose(modelOfLens(lens, id), turn, shift)] as const
  })
  return { cameras: new Map(cameras), others: all.length - 1 }
}

/** A name under a key, as it stands; anything else as JSON, for the message that refuses it. */
function nameIn(json: JsonObject, key: string): string {
  const value = ownValue(json, key)
  return typeof value === 'string' ? value : JSON.stringify(value ?? null)
}

function shotCount(reconstruction: JsonObject): number {
  const shots = ownValue(reconstruction, 'shots')
  return isJsonObject(shots) ? Object.keys(shots).length : 0
}

const perspectives = ['perspective', 'brown', 'simple_radial', 'radial', 'pinhole']
const fisheyes = ['fisheye', 'fisheye_opencv']

function modelOfLens(lens: JsonObject, id: string): CameraMetadata['camera_model'] {
  const kind = nameIn(lens, 'projection_type')
  if (!perspectives.includes(kind) && !fisheyes.includes(kind))
    throw new Damage(`the projection_type "${kind}" of camera "${id}" is not known here`)
  const [width, height] = [requiredNumber(lens, id, 'width'), requiredNumber(lens, id, 'height')]
  const longer = Math.max(width, height)
  const fx = requiredNumber(lens, id, 'focal_x', 'focal')
  return lensModel({
    width,
    height,
    fx: longer * fx,
    fy: longer * (numberAt(lens, 'focal_y') ?? fx),
    cx: width / 2 + longer * (numberAt(lens, 'c_x') ?? 0),
    cy: height / 2 + longer * (numberAt(lens, 'c_y') ?? 0),
    k1: numberAt(lens, 'k1') ?? 0,
    k2: numberAt(lens, 'k2') ?? 0,
    k3: numberAt(lens, 'k3') ?? 0,
    k4: numberAt(lens, 'k4') ?? 0,
    p1: numberAt(lens, 'p1') ?? 0,
    p2: numberAt(lens, 'p2') ?? 0,
    isFisheye: fisheyes.includes(kind),
  })
}
