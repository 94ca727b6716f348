// What the list tells of a scan before it is planned: read from its index and its own metadata.
import { isRomiError } from '../../base/errors.ts'
import type { JsonObject } from '../../base/types.ts'
import type { File } from '../../fsdb/file.ts'
import type { Scan } from '../../fsdb/scan.ts'
import { imageAddress } from '../addresses.ts'
import type { PlantRow } from '../api.ts'
import { isShowable, photographFileset } from './photographs.ts'

/** One row; a scan that cannot be read says why. */
export async function quickRow(scan: Scan): Promise<PlantRow> {
  try {
    return await rowOf(scan)
  } catch (error) {
    if (!isRomiError(error)) throw error
    return brokenRow(scan.id, error.message)
  }
}

/** The row of a scan of which nothing but the name is known yet. */
export const unreadRow = (id: string): PlantRow => ({
  id,
  isUnread: true,
  photographs: 0,
  metadata: {},
  notes: [],
})

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
  const fileset = await photographFileset(scan)
  const pictures = fileset ? inColour((await fileset.getFiles()).filter(isShowable)) : []
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

/** The photographs in colour, where names tell of several channels; else all files. */
function inColour(files: readonly File[]): readonly File[] {
  const rgb = files.filter(({ id }) => /(?:^|[_-])rgb(?:[_-]|$)/i.test(id))
  return rgb.length > 0 ? rgb : files
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
