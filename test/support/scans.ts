// The published test scans as kernels want them: photographs and the cameras that took them.
import { readFile, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import sharp from 'sharp'
import type { Camera, CameraModel } from '../../src/geometry/camera.ts'
import type { Image } from '../../src/geometry/image.ts'
import type { Bounds, Vec3 } from '../../src/geometry/linear.ts'

/** A photograph and its camera. */
export interface Shot {
  readonly id: string
  /** Where the photograph lies. */
  readonly path: string
  readonly image: Image
  readonly camera: Camera
}

/** How a camera stands in the metadata of ROMI's files. */
interface StoredCamera {
  readonly camera_model: {
    readonly model: CameraModel
    readonly width: number
    readonly height: number
    readonly params: readonly number[]
  }
  readonly rotmat: readonly (readonly number[])[]
  readonly tvec: Vec3
}

/** The 18 RGB views of `virtual_plant`, in cm. */
export async function virtualShots(data: string): Promise<{ shots: Shot[]; box: Bounds }> {
  const scan = join(data, 'virtual_plant')
  const { bounding_box: box } = await json<{
    bounding_box: Record<'x' | 'y' | 'z', [number, number]>
  }>(join(scan, 'metadata', 'images.json'))
  const files = (await readdir(join(scan, 'images'))).filter((name) => name.endsWith('_rgb.png'))
  const shots = await Promise.all(
    files.sort().map(async (name) => {
      const id = name.replace('.png', '')
      const { camera } = await json<{ camera: StoredCamera }>(
        join(scan, 'metadata', 'images', `${id}.json`),
      )
      const path = join(scan, 'images', name)
      return { id, path, image: await pixels(path), camera: cameraOf(camera) }
    }),
  )
  return {
    shots,
    box: { min: [box.x[0], box.y[0], box.z[0]], max: [box.x[1], box.y[1], box.z[1]] },
  }
}

/** The 60 photographs of `real_plant` with the poses that COLMAP found, in mm. */
export async function realShots(data: string): Promise<{ shots: Shot[]; box: Bounds }> {
  const cameras = await json<Record<string, { colmap_camera: StoredCamera }>>(
    join(data, 'real_plant_cameras.json'),
  )
  const shots = await Promise.all(
    Object.entries(cameras).map(async ([id, { colmap_camera: camera }]) => {
      const path = join(data, 'real_plant', 'images', `${id}.jpg`)
      return { id, path, image: await pixels(path), camera: cameraOf(camera) }
    }),
  )
  return { shots, box: { min: [300, 300, -175], max: [450, 450, 105] } }
}

async function json<T>(path: string): Promise<T> {
  return JSON.parse(await readFile(path, 'utf8')) as T // the scans are published and do not change
}

async function pixels(path: string): Promise<Image> {
  const { data, info } = await sharp(path).raw().toBuffer({ resolveWithObject: true })
  return { width: info.width, height: info.height, channels: info.channels, data }
}

function cameraOf({ camera_model: model, rotmat, tvec }: StoredCamera): Camera {
  const { width, height, params } = model
  return { model: model.model, width, height, params, rotmat: rotmat.flat(), tvec }
}
