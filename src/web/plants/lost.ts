// Where the silhouette of a photograph is lost: drawn over its mask.
import { isJsonObject } from '../../base/types.ts'
import type { Fileset } from '../../fsdb/fileset.ts'
import { recordIn } from '../../plan/facts/record.ts'
import type { ScanPlan } from '../../survey/plan-scans.ts'
import { notThere } from '../http/answers.ts'
import { asideFile } from '../aside/aside-file.ts'
import type { AsideResult } from '../aside/work.ts'
import type { Site } from '../site.ts'
import { photographsIn } from './plant.ts'
import { knownFilesets, layerFile } from './filesets.ts'

/** The picture, and which share of the mask is lost. @throws RomiError `web/not-found` */
export async function lostPicture(
  { served: { db }, aside }: Pick<Site, 'served' | 'aside'>,
  voxels: Fileset,
  plan: ScanPlan | undefined,
  photograph: string,
): Promise<AsideResult> {
  const scan = await db.getScan(voxels.scan)
  const masks = await masksOf(voxels)
  const shots = await photographsIn(scan, await knownFilesets(scan, plan), plan)
  const shot = shots.find(({ id }) => id === photograph)
  const made = shot?.made.find(({ fileset }) => fileset === masks)
  const camera = shot?.camera
  if (!made || !camera)
    return notThere(`${photograph} has no ${made ? 'camera' : `mask that ${voxels.id} read`}`)
  const mask = await (await scan.getFileset(made.fileset)).getFile(made.file)
  return aside.work({
    do: 'lost',
    voxels: await asideFile(db, await layerFile(voxels, 'voxels')),
    mask: await asideFile(db, mask),
    camera,
    photograph,
  })
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
