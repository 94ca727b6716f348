// The published scans in a database of one's own: their photographs, cameras and truth.
import { readdirSync, readFileSync } from 'node:fs'
import { copyFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { FSDB } from '../../src/fsdb/fsdb.ts'
import type { JsonObject } from '../../src/index.ts'

export type PublishedScan = 'virtual_plant' | 'real_plant'

const json = (path: string) => JSON.parse(readFileSync(path, 'utf8')) as JsonObject // the scans are published and do not change

/**
 * Adds the photographs of a channel to a scan that has the fileset `images`. Those of `real_plant`
 * are given the poses that COLMAP found, so that it need not run; the true angles and internodes
 * become the scan's measures.
 *
 * @param data  `../shared/data`
 */
export async function addPublished(
  db: FSDB,
  scanId: string,
  data: string,
  name: PublishedScan,
  channel = 'rgb',
): Promise<void> {
  const folder = join(data, name)
  const isReal = name === 'real_plant'
  const found = isReal ? json(join(data, 'real_plant_cameras.json')) : {}
  const images = await (await db.getScan(scanId)).getFileset('images')
  await images.setMetadata(json(join(folder, 'metadata', 'images.json')))
  for (const file of readdirSync(join(folder, 'images')).sort()) {
    const [id, extension] = file.split('.')
    if (!id.endsWith(channel)) continue
    const photograph = await images.createFile(id)
    await photograph.write(readFileSync(join(folder, 'images', file)), extension)
    const own = json(join(folder, 'metadata', 'images', `${id}.json`))
    await photograph.setMetadata({ ...own, ...(found[id] as JsonObject | undefined) })
  }
  const measures = join(db.path, scanId, 'measures.json')
  if (isReal) return copyFile(join(folder, 'measures.json'), measures)
  // the angles that the virtual plant's own metadata tells do not describe its geometry
  const { angles, internodes } = json(join(data, 'virtual_plant_truth.json'))
  await writeFile(measures, JSON.stringify({ angles, internodes }))
}
