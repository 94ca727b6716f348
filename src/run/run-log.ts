// A run's log on the disk: what it was asked for, each event, and what each step printed.
import {
  appendFileSync,
  closeSync,
  mkdirSync,
  openSync,
  readFileSync,
  writeFileSync,
} from 'node:fs'
import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { systemCode } from '../base/errors.ts'
import { parseJson } from '../base/json.ts'
import { explainDiskError } from '../base/system.ts'
import { isJsonObject, type Json, type JsonObject } from '../base/types.ts'
import type { RunEvent } from './event.ts'
import { upToDate } from './old-events.ts'

/** How many lines of a step's log a failure repeats. */
const tailLines = 20

/** A new id: the time to the millisecond and something unique, so that ids sort by age. */
export function newRunId(now: Date): string {
  const time = now.toISOString().slice(0, 23).replaceAll(/[-:.]/g, '')
  return `${time}-${randomBytes(3).toString('hex')}`
}

const folderOf = (database: string, run: string): string => join(database, '.romi', 'runs', run)

/** Where the runs of a database have their scratch folders, each by its id. */
export const scratchFolder = (database: string): string => join(database, '.romi', 'scratch')

/** The folder of a run in its database: `run.json`, `events.ndjson`, `logs/`. */
export class RunLog {
  readonly id: string
  /** Absolute. */
  readonly path: string
  /** For the programs of this run; there as long as it runs. */
  readonly scratch: string
  /** `undefined` once closed: another file may have its number by then. */
  #events: number | undefined
  readonly #tails = new Map<string, string[]>()

  constructor(database: string, id: string, about: JsonObject) {
    this.id = id
    this.path = folderOf(database, id)
    this.scratch = join(scratchFolder(database), id)
    try {
      mkdirSync(join(this.path, 'logs'), { recursive: true })
      writeFileSync(join(this.path, 'run.json'), `${JSON.stringify(about, null, 2)}\n`)
      mkdirSync(this.scratch, { recursive: true })
      this.#events = openSync(join(this.path, 'events.ndjson'), 'a')
    } catch (error) {
      throw explainDiskError(error, this.path)
    }
  }

  /** Adds an event; synchronously, so that it is not lost with the process. */
  event(event: RunEvent): void {
    // Progress is for whoever watches now.
    if (event.is === 'progress' || this.#events === undefined) return
    append(this.#events, `${JSON.stringify(event)}\n`)
  }

  /** Adds a line to the log of a step. */
  line(scan: string, step: string, text: string): void {
    const file = this.fileOf(scan, step)
    append(file, `${text}\n`)
    const tail = this.#tails.get(file) ?? []
    tail.push(text)
    if (tail.length > tailLines) tail.shift()
    this.#tails.set(file, tail)
  }

  /** The last lines of a step's log. */
  tail(scan: string, step: string): readonly string[] {
    return this.#tails.get(this.fileOf(scan, step)) ?? []
  }

  /** Where the log of a step lies. */
  fileOf(scan: string, step: string): string {
    return join(this.path, 'logs', `${scan}.${step}.log`)
  }

  close(): void {
    if (this.#events !== undefined) closeSync(this.#events)
    this.#events = undefined
  }
}

/** A log that cannot be written, on a full disk or deleted meanwhile, must not end the work it tells of. */
function append(file: string | number, text: string): void {
  try {
    appendFileSync(file, text)
  } catch (error) {
    if (systemCode(error) === undefined) throw error
  }
}

/** The lock under which a run worked, by its uuid; `undefined` if that is not known. */
export function lockOfRun(database: string, run: string): string | undefined {
  const about = parsed(textOf(join(folderOf(database, run), 'run.json')))
  return isJsonObject(about) && typeof about.lock === 'string' ? about.lock : undefined
}

/** Reads the events of an earlier run, passing over a line that a kill tore off. */
export function readEvents(folder: string): RunEvent[] {
  const events = textOf(join(folder, 'events.ndjson')).split('\n').map(parsed)
  // Safe: only `RunLog.event` writes there.
  return events.filter(isJsonObject).map(upToDate) as unknown as RunEvent[]
}

/** A file of a run that was killed as it began may not be there, nor one of what is no run at all. */
function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes(systemCode(error) ?? '')) return ''
    throw error
  }
}

function parsed(text: string): Json | undefined {
  try {
    return text === '' ? undefined : parseJson(text)
  } catch (error) {
    if (error instanceof SyntaxError) return undefined
    throw error
  }
}
