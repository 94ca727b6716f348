// The unit of a scan's lengths, and how many millimetres one is.
import { millimetresIn } from '../../base/length-unit.ts'
import { ownValue } from '../../base/own.ts'
import type { Scan } from '../../fsdb/scan.ts'
import type { PipelineNow } from '../served.ts'

/** A unit; `unit` absent: unknown. */
export interface ScanUnit {
  readonly unit?: string
  readonly millimetres: number
}

/**
 * The unit that the scan tells, else that of the pipeline; a virtual plant of ROMI's tells none and
 * is in cm. Where nothing is known, one is taken for a millimetre.
 */
export async function unitOf(scan: Scan, pipeline: PipelineNow): Promise<ScanUnit> {
  const told = await scan.getMetadata('unit')
  const unit =
    typeof told === 'string'
      ? told
      : pipeline.is === 'ok'
        ? pipeline.opened.pipeline.settings.unit
        : undefined
  if (unit !== undefined) return { unit, millimetres: ownValue(millimetresIn, unit) ?? 1 }
  return (await isVirtual(scan)) ? { unit: 'cm', millimetres: 10 } : { millimetres: 1 }
}

/** True of a plant that a program grew. */
export async function isVirtual(scan: Scan): Promise<boolean> {
  return (await scan.filesetIds()).some((id) => id.startsWith('VirtualPlant'))
}
