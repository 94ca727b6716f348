// A scan of real images for tests of tasks: written as a scanner would, run as a pipeline.
import type { Camera } from '../../src/geometry/camera.ts'
import type { Image } from '../../src/geometry/image.ts'
import { io, type JsonObject } from '../../src/index.ts'
import { tasks } from '../../tasks/index.ts'
import { Rig } from './rig.ts'

/** A file of the fileset `images`. */
interface Photograph {
  readonly image: Image | io.Image
  readonly metadata?: JsonObject
}

/** What a scan holds. */
interface ScanContents {
  /** By file id. */
  readonly images: Readonly<Record<string, Photograph>>
  /** Metadata of the fileset `images`. */
  readonly fileset?: JsonObject
  /** Metadata of the scan. */
  readonly scan?: JsonObject
}

/** A database with the scan `plant` and all built-in tasks. */
export async function scanRig({ images, fileset = {}, scan = {} }: ScanContents): Promise<Rig> {
  const rig = await Rig.make({})
  rig.tasks = tasks
  await rig.write(async (db) => {
    const plant = await db.getScan('plant')
    await plant.setMetadata(scan)
    const photographs = await plant.getFileset('images')
    await photographs.setMetadata(fileset)
    for (const [id, { image, metadata = {} }] of Object.entries(images)) {
      const file = await photographs.createFile(id)
      const whole = 'depth' in image ? image : ({ ...image, depth: 8 } as io.Image) // 1 to 4 channels
      await file.write(await io.imageCodec().encode(whole), 'png')
      await file.setMetadata(metadata)
    }
  })
  return rig
}

/** A camera as ROMI's metadata hold it. */
export function stored({ model, width, height, params, rotmat: r, tvec }: Camera): JsonObject {
  return {
    camera_model: { model, width, height, params: [...params] },
    rotmat: [r.slice(0, 3), r.slice(3, 6), r.slice(6, 9)],
    tvec: [...tvec],
  }
}
