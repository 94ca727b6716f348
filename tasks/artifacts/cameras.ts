// Cameras as ROMI's tools keep them: in the metadata of photographs, and in filesets of COLMAP.
import * as z from 'zod'
import {
  cameraModels,
  checkCamera,
  checkLens,
  checkOptics,
  type Camera,
  type CameraModel,
  type Intrinsics,
} from '../../src/geometry/camera.ts'
import { asMeasured } from '../../src/geometry/romi-lens.ts'
import {
  filesetArtifact,
  io,
  RomiError,
  type CarriedInstead,
  type InputFile,
  type InputFileset,
  type Json,
  type JsonObject,
  type Output,
} from '../../src/index.ts'

/** Cameras that were found together. */
export interface CameraSet {
  /** What they are. */
  readonly intrinsics: readonly Intrinsics[]
  /** The camera of each photograph, by its file's name; none after a calibration of lenses alone. */
  readonly shots: ReadonlyMap<string, Camera>
}

/**
 * `cameras.json` (models by id) and, where poses are known, `images.json` (poses by file name).
 *
 * Read is also `camera_model.json`, in which ROMI's IntrinsicCalibration keeps one lens as several
 * models; their size is 0 × 0, for it does not tell it.
 */
export const cameras = filesetArtifact<'cameras', CameraSet>({
  name: 'cameras',
  doc: 'cameras: lens and pose',
  only: ['camera_model', 'cameras', 'images'],
  read: readCameras,
  write: writeCameras,
})

/**
 * The camera that a photograph's metadata holds: `{ camera_model, rotmat, tvec }`.
 *
 * @param key such as `camera` or `colmap_camera`; the step must have declared it
 * @throws RomiError `task/no-camera`, naming the file, if there is none or it cannot be one
 */
export function cameraOf(file: InputFile, key: string): Camera {
  const stored = file.metadata(key)
  if (stored === undefined || isUnset(stored))
    throw new RomiError(
      'task/no-camera',
      `no camera for ${file.filename}: its metadata have no "${key}". Run Colmap on this scan, or ` +
        'say by camera_metadata under which key its camera stands, or select by query the files ' +
        'that have one',
      { facts: { file: file.filename, key } },
    )
  return explained(`the metadata "${key}" of ${file.filename}`, () => storedCameraOf(stored))
}

/**
 * Where photographs may have cameras without Colmap, and what to write so that these are taken.
 * @param key  that which the step reads
 * @param slot that which names Colmap
 */
export function carriedCameras(key: string, slot: string): readonly CarriedInstead[] {
  const write = `${slot} = "DummyTask"`
  const others = ['camera', 'colmap_camera'].filter((other) => other !== key)
  return [
    { key, write },
    ...others.map((other) => ({
      key: other,
      write: `${write} and camera_metadata = "${other}"`,
    })),
  ]
}

/** Why metadata that are meant as a camera are none that a step could use; `undefined` if they are. */
export function faultOfCamera(stored: Json): string | undefined {
  try {
    storedCameraOf(stored)
    return undefined
  } catch (error) {
    return problemIn(error)
  }
}

function storedCameraOf(stored: Json): Camera {
  const { camera_model, ...pose } = storedCamera.parse(stored)
  return cameraWith(asMeasured(camera_model), pose)
}

const storedModel = z.object({
  model: z.enum(cameraModels),
  width: z.number(),
  height: z.number(),
  params: z.array(z.number()),
})

const storedPose = z.object({
  rotmat: z.array(z.array(z.number()).length(3)).length(3),
  tvec: z.tuple([z.number(), z.number(), z.number()]),
})

/** How a camera stands in metadata. */
const storedCamera = storedPose.extend({ camera_model: storedModel })

/** How a pose stands in `images.json`. */
const storedShot = storedPose.extend({ camera_id: z.number() })

/** A rotation as it is stored: its three rows. */
export const matrixRows = (r: readonly number[]): number[][] => [
  r.slice(0, 3),
  r.slice(3, 6),
  r.slice(6, 9),
]

function cameraWith(intrinsics: Intrinsics, { rotmat, tvec }: z.infer<typeof storedPose>): Camera {
  const camera = { ...intrinsics, rotmat: rotmat.flat(), tvec }
  checkCamera(camera)
  checkOptics(camera)
  return camera
}

/** ROMI's store gives `{}` for what it does not have, and may have written that. */
function isUnset(value: Json): boolean {
  return value === null || (typeof value === 'object' && Object.keys(value).length === 0)
}

function explained<T>(what: string, parse: () => T): T {
  try {
    return parse()
  } catch (error) {
    throw new RomiError('task/no-camera', `${what} is no camera: ${problemIn(error)}`, {
      cause: error,
    })
  }
}

/** What each part of a stored camera must be, in the words of the field. */
const partsOfCamera: Readonly<Record<string, string>> = {
  camera_model: 'a map with model, width, height and params',
  model: `one of ${cameraModels.join(', ')}`,
  width: 'the width of the image in pixels',
  height: 'the height of the image in pixels',
  params: 'a list of numbers, as COLMAP orders them for the model (PINHOLE: fx, fy, cx, cy)',
  rotmat: 'three rows of three numbers, from the world to the camera',
  tvec: 'three numbers',
  camera_id: 'the id of a camera in cameras.json',
}

/** What is wrong with a stored camera, each part once. */
function problemIn(error: unknown): string {
  if (!(error instanceof z.ZodError)) return (error as Error).message
  const told = error.issues.map(({ path, message }) => {
    const keys = path.map(String)
    const last = keys.findLastIndex((key) => Object.hasOwn(partsOfCamera, key))
    if (last < 0) return keys.length === 0 ? message : `${keys.join('.')}: ${message}`
    return `${keys.slice(0, last + 1).join('.')} must be ${partsOfCamera[keys[last]]}`
  })
  return [...new Set(told)].join('; ')
}

async function readCameras(fileset: InputFileset): Promise<CameraSet> {
  const calibrated = fileset.files.find(({ id }) => id === 'camera_model')
  if (calibrated) {
    const lenses = await io.readJson(calibrated)
    return explained(`${fileset.id}/camera_model.json`, () => ({
      // Safe: what does not look like this throws, and is told as no camera.
      intrinsics: calibratedModels(lenses as unknown as Record<string, CalibratedModel>),
      shots: new Map(),
    }))
  }
  const models = await io.readJson(fileset.file('cameras'))
  const images = fileset.files.find(({ id }) => id === 'images')
  const poses = images ? await io.readJson(images) : {}
  return explained(`${fileset.id}/cameras.json`, () => {
    const lenses = Object.entries(z.record(z.string(), storedModel).parse(models))
    const byId = new Map(lenses.map(([id, model]) => [id, asMeasured(model)]))
    const stored = Object.entries(z.record(z.string(), storedShot).parse(poses))
    const shots = stored.map(([name, { camera_id, ...pose }]) => {
      const intrinsics = byId.get(String(camera_id))
      if (!intrinsics) throw new RangeError(`it has no camera ${camera_id}, which ${name} names`)
      return [name, cameraWith(intrinsics, pose)] as const
    })
    return { intrinsics: [...byId.values()], shots: new Map(shots) }
  })
}

/** A model in `camera_model.json`: its parameters by name, and how well it fits. */
type CalibratedModel = Readonly<Record<string, number>>

/** The models of ROMI's calibration, and their parameters in COLMAP's order. */
const calibratedNames: readonly (readonly [CameraModel, readonly string[]])[] = [
  ['SIMPLE_RADIAL', ['f', 'cx', 'cy', 'k']],
  ['RADIAL', ['f', 'cx', 'cy', 'k1', 'k2']],
  ['OPENCV', ['fx', 'fy', 'cx', 'cy', 'k1', 'k2', 'p1', 'p2']],
]

function calibratedModels(lenses: Readonly<Record<string, CalibratedModel>>): Intrinsics[] {
  const found = calibratedNames.flatMap(([model, names]): Intrinsics[] => {
    const lens = lenses[model]
    if (!lens) return []
    const params = names.map((name) => lens[name])
    const found = { model, width: lens.width ?? 0, height: lens.height ?? 0, params }
    checkLens(found)
    checkOptics(found)
    return [found]
  })
  if (found.length === 0)
    throw new RangeError(`it holds none of ${calibratedNames.map(([model]) => model).join(', ')}`)
  return found
}

async function writeCameras({ intrinsics, shots }: CameraSet, output: Output): Promise<void> {
  const key = (of: Intrinsics): string => JSON.stringify([of.model, of.width, of.height, of.params])
  const ids = new Map(intrinsics.map((of, i) => [key(of), i + 1]))
  const models = intrinsics.map(({ model, width, height, params }, i): [string, JsonObject] => [
    String(i + 1),
    { id: i + 1, model, width, height, params },
  ])
  await write('cameras', Object.fromEntries(models))
  if (shots.size === 0) return
  const images = [...shots].map(([name, camera], i): [string, JsonObject] => {
    const rotmat = matrixRows(camera.rotmat)
    const { tvec } = camera
    return [name, { id: i + 1, name, camera_id: ids.get(key(camera)) ?? 0, rotmat, tvec }]
  })
  await write('images', Object.fromEntries(images))

  async function write(id: string, value: JsonObject): Promise<void> {
    await output.write(id, { bytes: await io.jsonCodec.encode(value), extension: 'json' })
  }
}
