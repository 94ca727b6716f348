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

/** @throws RomiError `store/measures-damaged` */
export function readMeasures(disk: Disk, folder: string): Measures | undefined {
  const [json, csv] = measuresFiles.map((name) => join(folder, name))
  if (disk.stat(json)) return fromJson(disk.readText(json), json)
  return disk.stat(csv) ? fromCsv(disk.readText(csv), csv) : undefined
}

function damaged(path: string, why: string, cause?: unknown): RomiError {
  const hint = 'it should give the lists "angles" and "internodes", from the base up'
  return new RomiError('store/measures-damaged', `${path} ${why}: ${hint}`, {
    cause,
    facts: { path },
  })
}

function fromJson(text: string, path: string): Measures {
  let all: Json
  try {
    all = parseJson(text)
  } catch (error) {
    throw damaged(path, 'is no valid JSON', error)
  }
  if (!isJsonObject(all)) throw damaged(path, 'is no map')
  const numbers = (key: string): number[] => {
    const list = isJsonObject(all) ? (all[key] ?? []) : []
    if (!Array.isArray(list)) throw damaged(path, `has no list "${key}"`)
    return list.map((item: Json) => {
      if (typeof item !== 'number') throw damaged(path, `has ${JSON.stringify(item)} in "${key}"`)
      return item
    })
  }
  return { angles: numbers('angles'), internodes: numbers('internodes'), path, all }
}

/** Two columns, found by their heading (angle…, internode…), else in this order. */
function fromCsv(text: string, path: string): Measures {
  const rows = text
    .replace(/^\uFEFF/, '')
    .split(/\r?\n/)
    .filter((line) => line.trim() !== '')
    .map((line) => line.split(/[,;\t]/).map((cell) => cell.trim().replace(/^"(.*)"$/, '$1')))
  const heading = rows[0]?.map((cell) => cell.toLowerCase()) ?? []
  const hasHeading = heading.some((cell) => /[a-z]/.test(cell))
  const column = (name: string, place: number): number[] => {
    const at = hasHeading ? heading.findIndex((cell) => cell.startsWith(name)) : place
    if (at < 0) throw damaged(path, `has no column "${name}s"`)
    const cells = rows.slice(hasHeading ? 1 : 0).map((row) => row[at] ?? '')
    return cells
      .filter((cell) => cell !== '')
      .map((cell) => {
        const value = Number(cell)
        if (Number.isFinite(value)) return value
        throw damaged(path, `has ${JSON.stringify(cell)} for a number`)
      })
  }
  const angles = column('angle', 0)
  const internodes = column('internode', 1)
  return { angles, internodes, path, all: { angles, internodes } }
}
