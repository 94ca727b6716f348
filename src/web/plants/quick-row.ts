// What the list tells of a scan before it is planned: read from its index and its own metadata.
import { isRomiError } from '../../base/errors.ts'
import type { JsonObject } from '../../base/types.ts'
import type { FSDB } from '../../fsdb/fsdb.ts'
import type { Scan } from '../../fsdb/scan.ts'
import { imageAddress } from '../addresses.ts'
import type { PlantRow } from '../api.ts'
import { isPicture, photographsOf } from './photographs.ts'

/** One row; a scan that cannot be read says why. */
export async function quickRow(db: FSDB, id: string): Promise<PlantRow> {
  try {
    return await rowOf(await db.getScan(id))
  } catch (error) {
    if (!isRomiError(error)) throw error
    return brokenRow(id, error.message)
  }
}

/** The row of a scan that cannot be read. */
export const brokenRow = (id: string, broken: string): PlantRow => ({
  id,
  broken,
  photographs: 0,
  metadata: {},
  notes: [],
})

async function rowOf(scan: Scan): Promise<PlantRow> {
  const metadata = await scan.getMetadata()
  const fileset = await photographsOf(scan)
  const pictures = fileset ? (await fileset.getFiles()).filter(isPicture) : []
  const date = dateIn(metadata)
  return {
    id: scan.id,
    ...(fileset &&
      pictures.length > 0 && {
        thumbnail: imageAddress(scan.id, fileset.id, pictures[0].id, 'thumb'),
      }),
    photographs: pictures.length,
    ...(date !== undefined && { date }),
    metadata,
    notes: [],
  }
}

/** The date that metadata tell, as text; the scanner's own tables may hold it. */
export function dateIn(metadata: JsonObject): string | undefined {
  for (const key of ['date', 'acquisition_date', 'created']) {
    const value = metadata[key]
    if (typeof value === 'string' && !Number.isNaN(Date.parse(value))) return value
  }
  const { object } = metadata
  return typeof object === 'object' && object !== null && 'date' in object
    ? dateIn({ date: object.date })
    : undefined
}
