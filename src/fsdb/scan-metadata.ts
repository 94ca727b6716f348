// The metadata of a scan as ROMI's plantdb gives them: its own, with some of its photographs' fileset.
import type { JsonObject } from '../base/types.ts'
import { parseFilesetId } from './ids.ts'
import { scanLayout } from './layout.ts'
import type { ScanFolder } from './scan-folder.ts'

/** What ROMI's scanner writes into the metadata of the fileset `images`; there it wins. */
const keysOfPhotographs = ['object', 'hardware', 'acquisition_date'] as const

const photographsMetadata = scanLayout.filesetMetadata(parseFilesetId('images'))

/** The metadata of a scan alone: what steps read. */
export const ownScanMetadata = (folder: ScanFolder): JsonObject =>
  folder.metadata(scanLayout.metadata)

/** The same with what the metadata of its photographs tell of plant, machine and day laid over it. */
export function mergedScanMetadata(folder: ScanFolder): JsonObject {
  const ofPhotographs = folder.metadata(photographsMetadata)
  const told = keysOfPhotographs.flatMap((key) =>
    Object.hasOwn(ofPhotographs, key) ? [[key, ofPhotographs[key]] as const] : [],
  )
  return { ...ownScanMetadata(folder), ...Object.fromEntries(told) }
}
