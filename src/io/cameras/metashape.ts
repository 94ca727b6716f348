// Cameras of Agisoft Metashape: File > Export > Export Cameras, as Agisoft XML.
//
// A camera's transform leads from the camera to the chunk, with x right, y down and z forward; that of
// the chunk (turn, scale, shift) from there to the world. Principal points are told from the middle of
// the image; pixels count from the outer corner of the first one. p1 and p2 are OpenCV's p2 and p1.
// The unit is that of the chunk's markers or scale bars, metres as a rule; without these its own.
// PhotoScan before 1.2, and MeshLab in its name, write fx and fy, the principal point from the corner,
// and a chunk's transform as one matrix of 16 numbers.
import { XMLParser } from 'fast-xml-parser'
import { asError } from '../../base/errors.ts'
import { ownValue } from '../../base/own.ts'
import { some } from '../../base/some.ts'
import { isJsonObject, type Json, type JsonObject } from '../../base/types.ts'
import { Damage } from '../codec.ts'
import {
  cameraAt,
  lensModel,
  turnProduct,
  transposedTurn,
  turnedVector,
  type CameraMetadata,
  type Triple,
  type TurnMatrix,
} from './camera.ts'

/** What an export holds. */
export interface MetashapeCameras {
  /** By label, which is the file's name, with or without its extension. */
  readonly cameras: ReadonlyMap<string, CameraMetadata>
  /** Labels of photographs without a pose. */
  readonly unaligned: readonly string[]
  /** Whether markers or scale bars say how large things are. */
  readonly hasScale: boolean
}

/** From a chunk's own axes to the world's: X = scale · turn · x + shift. */
interface ChunkTransform {
  readonly turn: TurnMatrix
  readonly scale: number
  readonly shift: Triple
}

const same: ChunkTransform = { turn: [1, 0, 0, 0, 1, 0, 0, 0, 1], scale: 1, shift: [0, 0, 0] }

export function camerasOfMetashape(text: string): MetashapeCameras {
  const chunk = chunkIn(parsedXml(text))
  const toWorld = transformOf(chunk)
  const components = new Map(
    elementsOf(inner(chunk, 'components'), 'component').map((one) => [
      idOf(one, '@id'),
      transformOf(one),
    ]),
  )
  const lenses = new Map(
    elementsOf(inner(chunk, 'sensors'), 'sensor').map((sensor) => [idOf(sensor, '@id'), sensor]),
  )
  const cameras = new Map<string, CameraMetadata>()
  const unaligned: string[] = []
  let hasScale = toWorld !== undefined
  for (const camera of cameraElements(chunk)) {
    const label = idOf(camera, '@label')
    const pose = ownValue(camera, 'transform')
    if (pose === undefined) {
      unaligned.push(label)
      continue
    }
    const sensor = lenses.get(idOf(camera, '@sensor_id'))
    if (!sensor) throw new Damage(`it has no sensor for the camera ${label}`)
    const component = components.get(idOf(camera, '@component_id'))
    hasScale ||= component !== undefined
    const world = component ?? toWorld ?? same
    const m = wordsAsNumbers(pose, `transform of ${label}`, 16)
    const fromCamera = turnProduct(world.turn, [
      m[0],
      m[1],
      m[2],
      m[4],
      m[5],
      m[6],
      m[8],
      m[9],
      m[10],
    ])
    const [x, y, z] = turnedVector(world.turn, [m[3], m[7], m[11]])
    const centre: Triple = [
      world.scale * x + world.shift[0],
      world.scale * y + world.shift[1],
      world.scale * z + world.shift[2],
    ]
    cameras.set(label, cameraAt(lensOfSensor(sensor), transposedTurn(fromCamera), centre))
  }
  if (cameras.size === 0)
    throw new Damage(
      `Metashape has no pose for any photograph (${some(unaligned)}): align them there (Workflow > ` +
        'Align Photos), and export the cameras again',
    )
  return { cameras, unaligned, hasScale }
}

function parsedXml(text: string): JsonObject {
  // Entities of its own are nothing that Metashape writes, and may be made to grow without end.
  if (/<!(?:DOCTYPE|ENTITY)/i.test(text)) throw new Damage('it declares entities of its own')
  try {
    const parser = new XMLParser({
      ignoreAttributes: false,
      attributeNamePrefix: '@',
      parseTagValue: false,
      parseAttributeValue: false,
    })
    const parsed = parser.parse(text, true) as unknown
    if (isJsonObject(parsed)) return parsed
  } catch (error) {
    throw new Damage(`it is no XML: ${asError(error).message}`)
  }
  throw new Damage('it is no XML')
}

/** The one chunk that has cameras. */
function chunkIn(root: JsonObject): JsonObject {
  const document = inner(root, 'document')
  const chunks = [document, inner(document, 'chunks')].flatMap((of) => elementsOf(of, 'chunk'))
  const withCameras = chunks.filter((chunk) => cameraElements(chunk).length > 0)
  if (withCameras.length === 1) return withCameras[0]
  throw new Damage(
    withCameras.length === 0
      ? 'it has no cameras: export them with File > Export > Export Cameras as Agisoft XML'
      : `it holds ${withCameras.length} chunks with cameras: export one of them`,
  )
}

/** Cameras may stand in groups. */
function cameraElements(chunk: JsonObject): JsonObject[] {
  const cameras = inner(chunk, 'cameras')
  return [cameras, ...elementsOf(cameras, 'group')].flatMap((of) => elementsOf(of, 'camera'))
}

function transformOf(of: JsonObject): ChunkTransform | undefined {
  const matrix = ownValue(of, 'transform')
  if (typeof matrix === 'string') return matrix.trim() === '' ? undefined : fromMatrix(matrix)
  const transform = inner(of, 'transform')
  const text = (key: string) => textOfElement(ownValue(transform, key))
  const [rotation, translation, scale] = [text('rotation'), text('translation'), text('scale')]
  if (rotation === undefined && translation === undefined && scale === undefined) return undefined
  const [x, y, z] = wordsAsNumbers(translation ?? '0 0 0', 'the chunk’s translation', 3)
  return {
    turn: rotation === undefined ? same.turn : wordsAsNumbers(rotation, 'the chunk’s rotation', 9),
    scale: wordsAsNumbers(scale ?? '1', 'the chunk’s scale', 1)[0],
    shift: [x, y, z],
  }
}

/** Of a matrix that turns, scales alike along all axes, and shifts. */
function fromMatrix(text: string): ChunkTransform {
  const m = wordsAsNumbers(text, 'the chunk’s transform', 16)
  const scale = Math.hypot(m[0], m[4], m[8])
  if (!(scale > 0)) throw new Damage('the chunk’s transform scales all to nothing')
  const [a, b, c, d, e, f, g, h, i] = [0, 1, 2, 4, 5, 6, 8, 9, 10].map((at) => m[at] / scale)
  return { turn: [a, b, c, d, e, f, g, h, i], scale, shift: [m[3], m[7], m[11]] }
}

/** A skewed lens is taken as straight where that moves no pixel by more than this. */
const leastSkew = 0.25

function lensOfSensor(sensor: JsonObject): CameraMetadata['camera_model'] {
  const kind = idOf(sensor, '@type')
  if (kind !== 'frame' && kind !== 'fisheye')
    throw new Damage(`its sensor is of the type "${kind}"; frame and fisheye are known here`)
  const lenses = elementsOf(sensor, 'calibration')
  const lens = lenses.find((of) => ownValue(of, '@class') === 'adjusted') ?? lenses.at(0)
  if (!lens) throw new Damage('its sensor has no calibration')
  const resolution = { ...inner(sensor, 'resolution'), ...inner(lens, 'resolution') }
  const of = (key: string, map: JsonObject = lens): number =>
    wordsAsNumbers(textOfElement(ownValue(map, key)) ?? '0', key, 1)[0]
  const [width, height] = [of('@width', resolution), of('@height', resolution)]
  const isOld = ownValue(lens, 'f') === undefined && ownValue(lens, 'fx') !== undefined
  if (isOld && (of('p1') !== 0 || of('p2') !== 0))
    throw new Damage(
      'its lens is of PhotoScan before 1.2, with p1 and p2, of which versions mean two things: ' +
        'open the project in Metashape and export the cameras again',
    )
  const f = isOld ? of('fy') : of('f')
  const skewed = (Math.abs(of('b2')) * height) / 2 / f
  if (skewed > leastSkew)
    throw new Damage(
      `its lens is skewed (b2 = ${of('b2')} moves pixels by up to ${skewed.toFixed(1)}): optimise ` +
        'the cameras in Metashape without b2, and export them again',
    )
  return lensModel({
    width,
    height,
    fx: isOld ? of('fx') : f + of('b1'),
    fy: f,
    cx: isOld ? of('cx') : width / 2 + of('cx'),
    cy: isOld ? of('cy') : height / 2 + of('cy'),
    k1: of('k1'),
    k2: of('k2'),
    k3: of('k3'),
    k4: of('k4'),
    p1: of('p2'),
    p2: of('p1'),
    isFisheye: kind === 'fisheye',
  })
}

/** A part of an element; an empty one if it is not there. */
const inner = (of: JsonObject, key: string): JsonObject => {
  const value = ownValue(of, key)
  return isJsonObject(value) ? value : {}
}

/** The elements of a name: XML does not tell one from a list of one. */
function elementsOf(of: JsonObject, key: string): JsonObject[] {
  const value = ownValue(of, key)
  return (Array.isArray(value) ? value : [value]).filter((one) => isJsonObject(one))
}

const idOf = (of: JsonObject, key: string): string => textOfElement(ownValue(of, key)) ?? ''

/** The text of an element, which is a map where the element has attributes. */
function textOfElement(value: Json | undefined): string | undefined {
  if (typeof value === 'string') return value
  return isJsonObject(value) ? textOfElement(ownValue(value, '#text')) : undefined
}

function wordsAsNumbers(value: Json, what: string, count: number): number[] {
  const numbers = (textOfElement(value) ?? '').trim().split(/\s+/).map(Number)
  if (numbers.length === count && numbers.every((one) => Number.isFinite(one))) return numbers
  throw new Damage(`${what} is not ${count} numbers`)
}
