// What was measured last on a scan, in two numbers: organs, and their mean angle.
import { isJsonObject } from '../../base/types.ts'
import type { Scan } from '../../fsdb/scan.ts'
import { jsonIn } from './json-file.ts'

const task = 'AnglesAndInternodes'

/** Reads the fileset of today, else the last in the index; empty where nothing is measured. */
export async function measuredOn(
  scan: Scan,
  current?: string,
): Promise<{ readonly organs?: number; readonly meanAngle?: number }> {
  const ids = await scan.filesetIds()
  const id = ids.find((one) => one === current) ?? ids.findLast((one) => one.split('_')[0] === task)
  if (id === undefined) return {}
  const fileset = await scan.getFileset(id)
  const told = await jsonIn(fileset, task)
  if (!isJsonObject(told)) return {}
  const angles = Array.isArray(told.angles) ? told.angles : []
  if (!angles.every((angle) => typeof angle === 'number')) return {}
  const mean = meanAngle(angles)
  const organs = angles.length > 0 ? angles.length + 1 : countedIn(told.organs)
  return { organs, ...(mean !== undefined && { meanAngle: mean }) }
}

const countedIn = (organs: unknown): number =>
  Array.isArray(organs) ? organs.filter((of) => isJsonObject(of) && of.counted === true).length : 0

/**
 * The mean of angles on the circle, in degrees from 0 to 360; `undefined` of none, or where they
 * point everywhere alike. Source: Mardia and Jupp, Directional Statistics, 2000, section 2.2.1.
 */
export function meanAngle(angles: readonly number[]): number | undefined {
  const radians = angles.map((angle) => (angle * Math.PI) / 180)
  const x = radians.reduce((sum, angle) => sum + Math.cos(angle), 0)
  const y = radians.reduce((sum, angle) => sum + Math.sin(angle), 0)
  if (Math.hypot(x, y) < 1e-9 * Math.max(1, angles.length)) return undefined
  return ((Math.atan2(y, x) * 180) / Math.PI + 360) % 360
}
