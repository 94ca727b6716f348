// Which pixels of a mask a volume does not explain, as a picture.
import type { ReadableFile } from '../../base/file.ts'
import type { JsonObject } from '../../base/types.ts'
import type { Camera } from '../../geometry/camera.ts'
import { lostPixels } from '../../geometry/silhouettes/lost.ts'
import { readMask } from '../../io/index.ts'
import { loadSharp } from '../../io/sharp.ts'
import { notThere } from '../http/answers.ts'
import { volumeIn } from './volume.ts'

/** Vermilion of Okabe and Ito, which colour-blind people tell from a grey mask. */
const red = [213, 94, 0, 255] as const

/** Of which photograph, taken by which camera. */
export interface LostJob {
  readonly camera: Camera
  readonly photograph: string
}

/** A PNG, and which share of the mask is lost. @throws RomiError `web/not-found`, `io/unreadable` */
export async function lostPixelsOf(
  voxels: ReadableFile,
  about: JsonObject,
  maskFile: ReadableFile,
  { camera, photograph }: LostJob,
): Promise<{ readonly bytes: Uint8Array; readonly share: number }> {
  const mask = await readMask(maskFile)
  if (mask.width !== camera.width || mask.height !== camera.height)
    return notThere(`the mask of ${photograph} has another size than its camera`)
  const { image, share } = lostPixels(await volumeIn(voxels, about), {
    camera,
    mask: { ...mask, data: new Uint8Array(mask.data) },
  })
  const { width, height, data } = image
  const rgba = new Uint8Array(4 * width * height)
  for (let i = 0; i < data.length; i++) if (data[i] !== 0) rgba.set(red, 4 * i)
  const sharp = loadSharp()
  const png = sharp(rgba, { raw: { width, height, channels: 4 } }).png()
  return { bytes: new Uint8Array(await png.toBuffer()), share }
}
