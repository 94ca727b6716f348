// Where the silhouette of a photograph is lost: drawn over its mask.
import { isJsonObject } from '../../base/types.ts'
import type { Fileset } from '../../fsdb/fileset.ts'
import { lostPixels } from '../../geometry/silhouettes/lost.ts'
import { readMask } from '../../io/index.ts'
import { loadSharp } from '../../io/sharp.ts'
import { recordIn } from '../../plan/facts/record.ts'
import type { ScanPlan } from '../../survey/plan-scans.ts'
import { notThere } from '../http/answers.ts'
import type { Served } from '../served.ts'
import { layerFile } from './layers.ts'
import { photographsIn } from './plant.ts'
import { knownFilesets } from './filesets.ts'
import { volumeIn } from './volume.ts'

/** Vermilion of Okabe and Ito, which colour-blind people tell from a grey mask. */
const red = [213, 94, 0, 255] as const

/** The picture, and which share of the mask is lost. @throws RomiError `web/not-found` */
export async function lostPicture(
  { db }: Served,
  voxels: Fileset,
  plan: ScanPlan | undefined,
  photograph: string,
): Promise<{ readonly png: Uint8Array; readonly share: number }> {
  const scan = await db.getScan(voxels.scan)
  const masks = await masksOf(voxels)
  const shots = await photographsIn(scan, await knownFilesets(scan, plan), plan)
  const shot = shots.find(({ id }) => id === photograph)
  const made = shot?.made.find(({ fileset }) => fileset === masks)
  const camera = shot?.camera
  if (!made || !camera)
    return notThere(`${photograph} has no ${made ? 'camera' : `mask that ${voxels.id} read`}`)
  const mask = await readMask(await (await scan.getFileset(made.fileset)).getFile(made.file))
  if (mask.width !== camera.width || mask.height !== camera.height)
    return notThere(`the mask of ${photograph} has another size than its camera`)
  const { image, share } = lostPixels(await volumeIn(await layerFile(voxels, 'voxels')), {
    camera,
    mask: { ...mask, data: new Uint8Array(mask.data) },
  })
  const { width, height, data } = image
  const rgba = new Uint8Array(4 * width * height)
  for (let i = 0; i < data.length; i++) if (data[i] !== 0) rgba.set(red, 4 * i)
  const sharp = await loadSharp()
  const png = await sharp(rgba, { raw: { width, height, channels: 4 } })
    .png()
    .toBuffer()
  return { png, share }
}

/** The fileset of masks that voxels were carved by. */
async function masksOf(voxels: Fileset): Promise<string | undefined> {
  const metadata = await voxels.getMetadata()
  const inputs = recordIn(metadata)?.inputs ?? {}
  const slot = Object.entries(inputs).find(([name]) => name === 'upstream_mask')?.[1]
  if (slot?.fileset !== undefined) return slot.fileset
  const told = isJsonObject(metadata.task_params) ? metadata.task_params.upstream_mask : undefined
  return typeof told === 'string' ? told : undefined
}
