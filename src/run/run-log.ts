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
import type { JsonObject } from '../base/types.ts'
import type { RunEvent } from './event.ts'

/** How many lines of a step's log a failure repeats. */
const tailLines = 20

/** A new id: the time to the millisecond and something unique, so that ids sort by age. */
export function newRunId(now: Date): string {
  const time = now.toISOString().slice(0, 23).replaceAll(/[-:.]/g, '')
  return `${time}-${randomBytes(3).toString('hex')}`
}

/** The folder of a run in its database: `run.json`, `events.ndjson`, `logs/`. */
export class RunLog {
  readonly id: string
  /** Absolute. */
  readonly path: string
  readonly #events: number
  readonly #tails = new Map<string, string[]>()

  constructor(database: string, id: string, about: JsonObject) {
    this.id = id
    this.path = join(database, '.romi', 'runs', id)
    mkdirSync(join(this.path, 'logs'), { recursive: true })
    writeFileSync(join(this.path, 'run.json'), `${JSON.stringify(about, null, 2)}\n`)
    this.#events = openSync(join(this.path, 'events.ndjson'), 'a')
  }

  /** Adds an event; synchronously, so that it is not lost with the process. */
  event(event: RunEvent): void {
    // Progress is for whoever watches now.
    if (event.is !== 'progress') append(this.#events, `${JSON.stringify(event)}\n`)
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

  /** Folders for the programs of this run; removed with `close` of the run. */
  get scratch(): string {
    return join(this.path, 'scratch')
  }

  close(): void {
    closeSync(this.#events)
  }
}

/** A log that cannot be written, on a full disk, must not end the work that it tells of. */
function append(file: string | number, text: string): void {
  try {
    appendFileSync(file, text)
  } catch (error) {
    if (!['ENOSPC', 'EDQUOT', 'EIO', 'EROFS'].includes(systemCode(error) ?? '')) throw error
  }
}

/** Reads the events of an earlier run, passing over a line that a kill tore off. */
export function readEvents(folder: string): RunEvent[] {
  const lines = readFileSync(join(folder, 'events.ndjson'), 'utf8').split('\n')
  return lines.flatMap((line) => {
    try {
      // Safe: only `RunLog.event` writes there.
      return line === '' ? [] : [JSON.parse(line) as RunEvent]
    } catch (error) {
      if (error instanceof SyntaxError) return []
      throw error
    }
  })
}
