// The camera of each photograph: that by which results of today were made, else its own.
import { checkCamera, checkLens, type Camera, type CameraModel } from '../../geometry/camera.ts'
import { asMeasured } from '../../geometry/romi-lens.ts'
import { isJsonObject, type Json, type JsonObject } from '../../base/types.ts'
import type { Scan } from '../../fsdb/scan.ts'
import { annotationsId, readAnnotations, refKey } from '../../plan/facts/annotations.ts'
import type { PlantCamera } from '../api.ts'
import { jsonIn } from './json-file.ts'

/** A camera as metadata hold it, `{ camera_model, rotmat, tvec }`; `undefined` if it is none. */
export function cameraIn(stored: Json | undefined): Camera | undefined {
  if (!isJsonObject(stored)) return undefined
  const { camera_model, rotmat, tvec } = stored
  if (!isJsonObject(camera_model)) return undefined
  return checked(camera_model, rotmat, tvec)
}

/** A lens and a pose, if together they are a camera. */
function checked(
  lens: JsonObject,
  rotmat: Json | undefined,
  tvec: Json | undefined,
): Camera | undefined {
  // Safe: `checkCamera` looks at every member, and nothing else of it is used.
  const model = {
    model: lens.model as CameraModel,
    width: Number(lens.width),
    height: Number(lens.height),
    params: (Array.isArray(lens.params) ? lens.params : []) as number[],
  }
  try {
    checkLens(model)
    const camera = {
      ...asMeasured(model),
      rotmat: (Array.isArray(rotmat) ? rotmat.flat() : []) as number[],
      tvec: (Array.isArray(tvec) ? tvec : []) as unknown as Camera['tvec'],
    }
    checkCamera(camera)
    return camera
  } catch (error) {
    if (error instanceof RangeError) return undefined
    throw error
  }
}

/** What cameras are found in, the better first. */
export interface CameraSources {
  /** Filesets of today that refined cameras, or found them. */
  readonly filesets: readonly string[]
  /** The metadata keys under which steps of the pipeline look for them. */
  readonly keys: readonly string[]
}

/** Metadata keys that ROMI's tools use, the better first. */
const usualKeys = ['colmap_camera', 'camera'] as const

/**
 * The cameras of a scan's photographs.
 *
 * @returns by file id of `fileset`, those that have one
 */
export async function camerasOf(
  scan: Scan,
  fileset: string,
  own: ReadonlyMap<string, JsonObject>,
  sources: CameraSources,
): Promise<ReadonlyMap<string, PlantCamera>> {
  const found = new Map<string, PlantCamera>()
  const put = (id: string, camera: Camera | undefined, from: string) => {
    if (camera && !found.has(id)) found.set(id, { ...camera, from })
  }
  for (const id of sources.filesets) {
    const stored = await storedIn(scan, id)
    for (const [name, camera] of stored) put(name, camera, id)
    for (const [file, camera] of await annotatedIn(scan, id, fileset)) put(file, camera, id)
  }
  for (const [id, metadata] of own)
    for (const key of [...sources.keys, ...usualKeys]) put(id, cameraIn(metadata[key]), key)
  return found
}

/** `cameras.json` and `images.json` of a fileset, by the photograph's name without extension. */
async function storedIn(scan: Scan, id: string): Promise<[string, Camera][]> {
  const fileset = await scan.getFileset(id)
  const lenses = await jsonIn(fileset, 'cameras')
  const poses = await jsonIn(fileset, 'images')
  if (!isJsonObject(lenses) || !isJsonObject(poses)) return []
  return Object.entries(poses).flatMap(([key, pose]) => {
    if (!isJsonObject(pose) || typeof pose.camera_id !== 'number') return []
    const lens = lenses[String(pose.camera_id)]
    const camera = isJsonObject(lens) ? checked(lens, pose.rotmat, pose.tvec) : undefined
    // ROMI keys them by COLMAP's number and names the file, we by the file.
    const name = typeof pose.name === 'string' ? pose.name : key
    return camera ? [[name.replace(/\.[^.]*$/, ''), camera] as [string, Camera]] : []
  })
}

/** The cameras that a step attached to photographs. */
async function annotatedIn(scan: Scan, id: string, photographs: string) {
  const fileset = await scan.getFileset(id)
  if (!(await fileset.hasFile(annotationsId))) return []
  const annotations = await readAnnotations(await fileset.getFile(annotationsId))
  const files = await (await scan.getFileset(photographs)).fileIds()
  return files.flatMap((file) => {
    const metadata = annotations.get(refKey({ fileset: photographs, file })) ?? {}
    const camera = Object.values(metadata).map(cameraIn).find(Boolean)
    return camera ? [[file, camera] as const] : []
  })
}
