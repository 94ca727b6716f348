// Cameras of other tools, in our form: which format a file is, and which photograph is whose.
import { readdir, readFile, stat } from 'node:fs/promises'
import { basename, dirname, extname, join } from 'node:path'
import { asError, isRomiError, RomiError, systemCode } from '../../base/errors.ts'
import { parseJson } from '../../base/json.ts'
import { some } from '../../base/some.ts'
import { isJsonObject } from '../../base/types.ts'
import { Damage } from '../codec.ts'
import { loadSharp } from '../sharp.ts'
import type { CameraMetadata } from './camera.ts'
import { camerasOfColmap } from './colmap.ts'
import { camerasOfMetashape } from './metashape.ts'
import { camerasOfOpencv, isOpencv, parseOpencvYaml } from './opencv.ts'
import { camerasOfOpensfm } from './opensfm.ts'
import { camerasOfPhenomenal, isPhenomenal } from './phenomenal.ts'
import { camerasOfTransforms, isTransforms } from './transforms.ts'

/** Cameras that were read for photographs. */
export interface CamerasRead {
  /** Whose file it is. */
  readonly format: string
  /** What a photograph's metadata hold under `camera`, by its path. */
  readonly cameras: ReadonlyMap<string, CameraMetadata>
  /** What a person should know of them, in sentences. */
  readonly notes: readonly string[]
}

/** What a file holds, by the names that it gives photographs. */
interface NamedCameras {
  readonly format: string
  readonly cameras: ReadonlyMap<string, CameraMetadata>
  readonly notes?: readonly string[]
}

/** What `readCameraFile` does. @throws RomiError `io/unreadable` */
export async function camerasOfFile(
  path: string,
  photographs: readonly string[],
): Promise<CamerasRead> {
  try {
    const { format, cameras, notes = [] } = await camerasIn(path, photographs)
    return { format, ...matched(cameras, photographs, notes) }
  } catch (error) {
    if (isRomiError(error)) throw error
    if (!(error instanceof Damage) && systemCode(error) === undefined) throw error
    const why = systemCode(error) === 'ENOENT' ? 'there is no such file' : asError(error).message
    throw new RomiError('io/unreadable', `no cameras from ${path}: ${why}`, {
      cause: error,
      facts: { path },
    })
  }
}

async function camerasIn(path: string, photographs: readonly string[]): Promise<NamedCameras> {
  if ((await stat(path)).isDirectory()) return colmapIn(path)
  const extension = extname(path).toLowerCase()
  const isModel = /^(?:cameras|images|points3D)\.(?:bin|txt)$/.test(basename(path))
  if (isModel) return colmapIn(dirname(path))
  const bytes = await readFile(path)
  if (bytes.length === 0) throw new Damage('it is empty')
  if (extension === '.xml') return metashapeIn(bytes.toString())
  if (extension === '.yml' || extension === '.yaml')
    return fromJson(parseOpencvYaml(bytes.toString()), photographs)
  if (extension === '.json') return fromJson(parsedJson(bytes.toString()), photographs)
  throw new Damage(formatsRead)
}

const formatsRead =
  'cameras are read from a COLMAP model (its folder), transforms.json (instant-ngp, nerfstudio), ' +
  'Metashape (File > Export > Export Cameras: .xml), OpenSfM (reconstruction.json), OpenCV (.yml or ' +
  '.json, with poses) and phenomenal (.json)'

async function colmapIn(folder: string): Promise<NamedCameras> {
  for (const place of [folder, ...['sparse/0', '0', 'sparse'].map((at) => join(folder, at))]) {
    const names = await readdir(place).catch((): string[] => [])
    // Where both forms are there, the binary one, as COLMAP does.
    const file = (stem: string) =>
      [`${stem}.bin`, `${stem}.txt`].find((name) => names.includes(name))
    const [cameras, images] = [file('cameras'), file('images')]
    if (cameras === undefined || images === undefined) continue
    const [lenses, poses] = await Promise.all([
      readFile(join(place, cameras)),
      readFile(join(place, images)),
    ])
    return { format: 'COLMAP', cameras: await camerasOfColmap(lenses, poses) }
  }
  throw new Damage(`it has no cameras.bin (or .txt) with images.bin (or .txt); ${formatsRead}`)
}

function metashapeIn(text: string): NamedCameras {
  if (text.includes('<opencv_storage'))
    throw new Damage('it is XML of OpenCV: write the calibration as .yml or .json')
  const { cameras, unaligned, hasScale } = camerasOfMetashape(text)
  return {
    format: 'Metashape',
    cameras,
    notes: [
      ...(unaligned.length > 0 ? [`Metashape has no pose for ${some(unaligned)}`] : []),
      ...(hasScale ? [] : ['the chunk has no scale: lengths are in a unit of its own']),
    ],
  }
}

function parsedJson(text: string): unknown {
  try {
    return parseJson(text)
  } catch (error) {
    throw new Damage(`it is no JSON (${asError(error).message})`)
  }
}

async function fromJson(json: unknown, photographs: readonly string[]): Promise<NamedCameras> {
  if (Array.isArray(json)) {
    const { cameras, others } = camerasOfOpensfm(json)
    const note = `${others} smaller reconstructions of it are left out`
    return { format: 'OpenSfM', cameras, notes: others > 0 ? [note] : [] }
  }
  if (isTransforms(json)) {
    const sizeOf = async (name: string) => {
      const path = photographs.find((one) =>
        namesOfFile(one).some((of) => namesOfFile(name).includes(of)),
      )
      return path === undefined ? undefined : sizeOfImage(path)
    }
    return { format: 'transforms.json', cameras: await camerasOfTransforms(json, sizeOf) }
  }
  if (isPhenomenal(json))
    return { format: 'phenomenal', cameras: camerasOfPhenomenal(json, photographs) }
  if (isOpencv(json)) {
    const sizeOf = async () => (photographs.length === 0 ? undefined : sizeOfImage(photographs[0]))
    return { format: 'OpenCV', cameras: await camerasOfOpencv(json, sizeOf) }
  }
  const isOurs =
    isJsonObject(json) &&
    Object.values(json).some((of) => isJsonObject(of) && ('camera' in of || 'rotmat' in of))
  throw new Damage(
    isOurs
      ? 'it is metadata by file name: give it as --metadata'
      : `it is none of them: ${formatsRead}`,
  )
}

async function sizeOfImage(path: string): Promise<readonly [number, number]> {
  const sharp = loadSharp()
  const { width, height } = await sharp(path).metadata()
  return [width, height]
}

/** A file's name, with its extension and without, however its accents are stored. */
const namesOfFile = (path: string): readonly string[] => {
  const name = path.split(/[/\\]/).at(-1) ?? path
  return [name, name.replace(/\.[^.]*$/, '')].map((text) => text.normalize('NFC'))
}

/** The cameras by photograph: by the whole name, else by that without the extension. */
function matched(
  cameras: ReadonlyMap<string, CameraMetadata>,
  photographs: readonly string[],
  notes: readonly string[],
): Omit<CamerasRead, 'format'> {
  const byName = new Map<string, string>()
  for (const name of cameras.keys())
    for (const key of namesOfFile(name)) {
      const other = byName.get(key)
      if (other !== undefined && other !== name)
        throw new Damage(`it has cameras for ${other} and ${name}, which are one photograph here`)
      byName.set(key, name)
    }
  const found = new Map<string, CameraMetadata>()
  const used = new Set<string>()
  const without: string[] = []
  for (const path of photographs) {
    const [whole, stem] = namesOfFile(path)
    const name = cameras.has(path) ? path : (byName.get(whole) ?? byName.get(stem))
    if (name === undefined) without.push(basename(path))
    else {
      // Safe: every name stands for a camera.
      found.set(path, cameras.get(name)!)
      used.add(name)
    }
  }
  const unused = [...cameras.keys()].filter((name) => !used.has(name))
  if (found.size === 0)
    throw new Damage(
      `none of its cameras is of a photograph here: it names ${some([...cameras.keys()])}; the photographs are ${some(photographs.map((path) => basename(path)))}`,
    )
  return {
    cameras: found,
    notes: [
      ...notes,
      ...(without.length > 0 ? [`without a camera: ${some(without)}`] : []),
      ...(unused.length > 0 ? [`cameras without a photograph here: ${some(unused)}`] : []),
    ],
  }
}
