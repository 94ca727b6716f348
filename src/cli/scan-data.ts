// What an import tells of the scan itself: the plant, the machine, the day, the space it worked in.
import { RomiError } from '../base/errors.ts'
import { parseJson } from '../base/json.ts'
import { ownValue } from '../base/own.ts'
import { isJsonObject, type Json, type JsonObject } from '../base/types.ts'
import type { Scan } from '../fsdb/scan.ts'
import { keyValues } from './file-metadata.ts'

/** What was typed. */
export interface ScanDataOptions {
  /** `object.species=Arabidopsis thaliana`, as many as there are. */
  readonly scan?: readonly string[]
  readonly date?: string
  readonly workspace?: string
}

/** Keys that ROMI's tools also keep in the metadata of the photographs' fileset, where they win. */
const alsoOfPhotographs: readonly string[] = ['object', 'hardware', 'acquisition_date', 'workspace']

/** The metadata of a scan that options tell; empty without any. @throws RomiError `cli/bad-option` */
export function scanDataOf({ scan = [], date, workspace }: ScanDataOptions): JsonObject {
  let data: JsonObject = {}
  for (const [path, value] of Object.entries(keyValues(scan, '--scan.')))
    data = laidOver(data, nested(path, value))
  const day = date ?? ownValue(data, 'acquisition_date')
  return {
    ...data,
    ...(day !== undefined && {
      acquisition_date: dateText(typeof day === 'string' ? day : JSON.stringify(day)),
    }),
    ...(workspace !== undefined && { workspace: workspaceBox(workspace) }),
  }
}

/**
 * Lays data over the metadata of a scan, map by map, and what ROMI's viewers look for in the
 * fileset `images` over that of this, too.
 */
export async function tellScan(scan: Scan, data: JsonObject): Promise<void> {
  if (Object.keys(data).length === 0) return
  await scan.setMetadata(laidOver(await scan.ownMetadata(), data))
  const shared = Object.entries(data).filter(([key]) => alsoOfPhotographs.includes(key))
  if (shared.length === 0 || !(await scan.hasFileset('images'))) return
  const images = await scan.getFileset('images')
  await images.setMetadata(laidOver(await images.getMetadata(), Object.fromEntries(shared)))
}

/** `object.species` as maps in maps. */
function nested(path: string, value: Json): JsonObject {
  const keys = path.split('.')
  if (keys.includes('')) throw badOption(`--scan.${path} has an empty key between its dots`)
  const whole = keys.reduceRight((inner: Json, key) => ({ [key]: inner }), value)
  // Safe: there is at least one key.
  return whole as JsonObject
}

/** One map laid over another; maps within are merged, too. */
function laidOver(under: JsonObject, over: JsonObject): JsonObject {
  const entries = Object.entries(over).map(([key, value]) => {
    const old = ownValue(under, key)
    return [key, isJsonObject(old) && isJsonObject(value) ? laidOver(old, value) : value] as const
  })
  return { ...under, ...Object.fromEntries(entries) }
}

/**
 * A date as ROMI's tools write and read it, `2026-05-03 14:00:00`: one blank, no zone. A day alone
 * begins at midnight; of ISO 8601 the zone is left out and the time on the clock stays.
 */
function dateText(text: string): string {
  const found =
    /^\s*(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2})(?:\.\d+)?)?\s*(?:Z|[+-]\d{2}:?\d{2})?)?\s*$/i.exec(
      text,
    )
  const [year, month, day, hour = '00', minute = '00', second = '00'] = found?.slice(1) ?? []
  const isDay = found && daysOf(Number(year), Number(month)) >= Number(day) && Number(day) > 0
  if (!isDay || Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59)
    throw badOption(`write the date as 2026-05-03 or "2026-05-03 14:00:00", not "${text}"`)
  return `${year}-${month}-${day} ${hour}:${minute}:${second}`
}

/** How many days a month has; none if there is no such month. */
const daysOf = (year: number, month: number): number =>
  month < 1 || month > 12 ? 0 : new Date(Date.UTC(year, month, 0)).getUTCDate()

/** `x=0:600,y=0:600,z=-200:300`, or the same as JSON: the box that the scanner works in. */
function workspaceBox(text: string): JsonObject {
  const box = text.trim().startsWith('{') ? jsonBox(text) : typedBox(text)
  for (const axis of ['x', 'y', 'z']) {
    const side = ownValue(box, axis)
    if (!Array.isArray(side) || side.length !== 2 || !isRange(side[0], side[1]))
      throw badOption(
        `--workspace needs x, y and z, each from its least to its greatest value, such as ` +
          `x=0:600,y=0:600,z=-200:300; ${axis} is ${JSON.stringify(side) ?? 'missing'}`,
      )
  }
  return box
}

const isRange = (low: Json, high: Json): boolean =>
  typeof low === 'number' && typeof high === 'number' && low < high

function jsonBox(text: string): JsonObject {
  try {
    const json = parseJson(text)
    if (isJsonObject(json)) return json
  } catch {
    // A SyntaxError: told below, with what is expected.
  }
  throw badOption(`--workspace is no JSON map of x, y and z: ${text}`)
}

function typedBox(text: string): JsonObject {
  const sides = text.split(/[,;]\s*|\s+/).filter((side) => side !== '')
  const entries = sides.map((side) => {
    const [, axis, low, high] = /^([xyz])=([^:]+):([^:]+)$/.exec(side) ?? []
    if (axis === undefined || low.trim() === '' || high.trim() === '')
      throw badOption(
        `--workspace is written x=0:600,y=0:600,z=-200:300; "${side}" is no part of it`,
      )
    return [axis, [Number(low), Number(high)]] as const
  })
  return Object.fromEntries(entries)
}

const badOption = (message: string): RomiError => new RomiError('cli/bad-option', message)
