// What was measured on the plant by hand: measures.json or measures.csv of a scan.
import { join } from 'node:path'
import { RomiError } from '../base/errors.ts'
import { parseJson } from '../base/json.ts'
import type { Disk } from '../base/system.ts'
import { isJsonObject, type Json, type JsonObject } from '../base/types.ts'

/** Angles and internodes from the base up; other keys of the file as they are. */
export interface Measures {
  readonly angles: readonly number[]
  readonly internodes: readonly number[]
  /** Where they were read. */
  readonly path: string
  /** All that a measures.json holds. */
  readonly all: JsonObject
}

/** Where measures may be, in the folder of a scan. */
export const measuresFiles = ['measures.json', 'measures.csv'] as const

/**
 * @param unit of the scan's lengths; `mm` if it does not say
 * @param isThere whether there is such a file, for those who looked
 * @throws RomiError `store/measures-damaged`
 */
export async function readMeasures(
  disk: Disk,
  folder: string,
  unit?: string,
  isThere = (name: string): boolean => disk.stat(join(folder, name)) !== undefined,
): Promise<Measures | undefined> {
  const [json, csv] = measuresFiles.map((name) => join(folder, name))
  if (isThere(measuresFiles[0])) return measuresFromJson(disk.readText(json), json)
  if (!isThere(measuresFiles[1])) return undefined
  // Loaded where there is one: most scans have none, and a parser of CSV is much to load.
  const { measuresInTable } = await import('./measures-table.ts')
  const found = measuresInTable(await disk.readBytes(csv), unit)
  if (found instanceof Error) throw measuresDamaged(csv, found.message, found)
  return { ...found, path: csv, all: { ...found } }
}

function measuresDamaged(path: string, why: string, cause?: unknown): RomiError {
  const hint = 'it should give the lists "angles" and "internodes", from the base up'
  return new RomiError('store/measures-damaged', `${path} ${why}: ${hint}`, {
    cause,
    facts: { path },
  })
}

function measuresFromJson(text: string, path: string): Measures {
  const all = parsedMeasures(text, path)
  if (!isJsonObject(all)) throw measuresDamaged(path, 'is no map')
  const numbers = (key: string): number[] => {
    const list = all[key] ?? []
    if (!Array.isArray(list)) throw measuresDamaged(path, `has no list "${key}"`)
    return list.map((item: Json) => {
      if (typeof item !== 'number')
        throw measuresDamaged(path, `has ${JSON.stringify(item)} in "${key}"`)
      return item
    })
  }
  return { angles: numbers('angles'), internodes: numbers('internodes'), path, all }
}

function parsedMeasures(text: string, path: string): Json {
  try {
    return parseJson(text)
  } catch (error) {
    throw measuresDamaged(path, 'is no valid JSON', error)
  }
}
