// A run's log on the disk: what it was asked for, each event, and what each step printed.
import { join } from 'node:path'
import { isRomiError, systemCode } from '../base/errors.ts'
import { parseJson } from '../base/json.ts'
import { isJsonObject, type Json, type JsonObject } from '../base/types.ts'
import { monotonicMs } from '../base/monotonic.ts'
import type { FSDB } from '../fsdb/fsdb.ts'
import type { RunId } from '../fsdb/ids.ts'
import type { RunFolders } from '../fsdb/run-folders.ts'
import type { RunEvent } from './event.ts'
import { upToDate } from './old-events.ts'

/** How many lines of a step's log a failure repeats. */
const tailLines = 20

/** Between two lines on the progress of a step, in ms. */
const leastWait = 1000

const runFiles = { about: 'run.json', events: 'events.ndjson', logs: 'logs' } as const

/** The folder of a run in its database: `run.json`, `events.ndjson`, `logs/`. */
export class RunLog {
  readonly id: RunId
  /** Absolute. */
  readonly path: string
  readonly #runs: RunFolders
  readonly #date: () => Date
  #isClosed = false
  readonly #tails = new Map<string, string[]>()
  readonly #now: () => number
  readonly #begun: number
  /** Lines that are not written yet. */
  #waiting = ''
  #soon: NodeJS.Immediate | undefined
  /** What ends the run, and came up while nobody waited for the log. */
  #trouble: unknown
  /** By step: when its progress was logged last. */
  readonly #progressAt = new Map<string, number>()

  /**
   * @param now  a clock, in ms, by which it is told how often there was progress
   * @param date by which it is told when a step began
   */
  constructor(
    db: FSDB,
    id: RunId,
    about: JsonObject,
    now: () => number = monotonicMs,
    date: () => Date = () => new Date(),
  ) {
    this.id = id
    this.#now = now
    this.#date = date
    this.#begun = now()
    this.#runs = db.runs
    this.path = db.runs.path(id)
    db.runs.make(id, runFiles.logs)
    db.runs.append(id, runFiles.about, `${JSON.stringify(about, null, 2)}\n`)
    // Last: what works and tells no lock is taken for dead.
    db.runs.begin(id)
  }

  /** Adds an event; synchronously, so that what was done is not lost with the process. */
  event(event: RunEvent): void {
    if (this.#isClosed || (event.is === 'progress' && !this.#isProgressDue(event))) return
    // Those that look from elsewhere see since when a step is at work.
    const isTimed = event.is === 'started' || event.is === 'placed'
    const at = isTimed ? { at: this.#date().toISOString() } : {}
    this.#waiting += `${JSON.stringify({ ...event, ...at })}\n`
    if (event.is === 'reused') this.#writeSoon()
    else this.#write()
  }

  /** What is complete is told of all steps in one go, and nothing is lost if nobody hears of it. */
  #writeSoon(): void {
    this.#soon ??= setImmediate(() => {
      try {
        this.#write()
      } catch (error) {
        this.#trouble = error
      }
    })
  }

  #write(): void {
    if (this.#trouble !== undefined) throw this.#trouble
    clearImmediate(this.#soon)
    this.#soon = undefined
    const lines = this.#waiting
    this.#waiting = ''
    if (lines !== '') this.#append(runFiles.events, lines)
  }

  /** Progress is for whoever watches now: once a second at first, ever less often in a long run. */
  #isProgressDue({ scan, step }: { readonly scan: string; readonly step: string }): boolean {
    const key = `${scan}/${step}`
    const now = this.#now()
    const wait = Math.max(leastWait, (now - this.#begun) / 50)
    if (now - (this.#progressAt.get(key) ?? -Infinity) < wait) return false
    this.#progressAt.set(key, now)
    return true
  }

  /** Adds a line to the log of a step. */
  line(scan: string, step: string, text: string): void {
    const file = join(runFiles.logs, `${scan}.${step}.log`)
    this.#append(file, `${text}\n`)
    const tail = this.#tails.get(file) ?? []
    tail.push(text)
    if (tail.length > tailLines) tail.shift()
    this.#tails.set(file, tail)
  }

  /** A log that cannot be written, on a full disk or deleted meanwhile, must not end the work it tells of. */
  #append(file: string, text: string): void {
    try {
      this.#runs.append(this.id, file, text)
    } catch (error) {
      if (!isRomiError(error) && systemCode(error) === undefined) throw error
    }
  }

  /** The last lines of a step's log. */
  tail(scan: string, step: string): readonly string[] {
    return this.#tails.get(join(runFiles.logs, `${scan}.${step}.log`)) ?? []
  }

  /** Nothing is added any more. */
  close(): void {
    this.#write()
    this.#isClosed = true
  }

  /** Removes the log of a run that did nothing. */
  async discard(): Promise<void> {
    this.close()
    await this.#runs.forget(this.id)
  }
}

/** The lock under which a run worked, by its uuid; `undefined` if that is not known. */
export function lockOfRun(db: FSDB, run: RunId): string | undefined {
  const { lock } = aboutRun(db, run)
  return typeof lock === 'string' ? lock : undefined
}

/** How a step ended in an earlier run, as far as its log tells. */
export type PastEnd =
  | {
      readonly is: 'failed'
      readonly scan: string
      readonly step: string
      /** As text: another version may know other codes. */
      readonly code: string
      readonly message: string
    }
  | { readonly is: 'well'; readonly scan: string; readonly step: string }

/** How the steps of an earlier run ended, in order; passes over lines that are torn or none of ours. */
export const pastEnds = (db: FSDB, run: RunId): PastEnd[] =>
  eventsOf(db, run, (line) => tellsOfEnd.test(line)).flatMap((event) => pastEnd(event) ?? [])

/** Most lines of a log tell of something else, at length. */
const tellsOfEnd = /"(?:failed|finished|reused)"/

/** The events that a run logged so far, in order, in the words of this version. */
export const loggedEvents = (db: FSDB, run: RunId): JsonObject[] => eventsOf(db, run, () => true)

function eventsOf(db: FSDB, run: RunId, isWanted: (line: string) => boolean): JsonObject[] {
  return db.runs
    .read(run, runFiles.events)
    .split('\n')
    .filter(isWanted)
    .flatMap((line) => {
      const event = jsonLine(line)
      return isJsonObject(event) ? [upToDate(event)] : []
    })
}

/** What a run was asked for; empty if it does not tell. */
export function aboutRun(db: FSDB, run: RunId): JsonObject {
  const about = jsonLine(db.runs.read(run, runFiles.about))
  return isJsonObject(about) ? about : {}
}

/** What a step printed in a run; empty if nothing. */
export const stepLog = (db: FSDB, run: RunId, scan: string, step: string): string =>
  db.runs.read(run, join(runFiles.logs, `${scan}.${step}.log`))

/** Another after each event of the run; the same as long as it tells nothing. */
export const logStamp = (db: FSDB, run: RunId): string => db.runs.stamp(run, runFiles.events)

function pastEnd({ is, scan, step, failure, retry }: JsonObject): PastEnd | undefined {
  if (typeof scan !== 'string' || typeof step !== 'string') return undefined
  if (is === 'finished' || is === 'reused') return { is: 'well', scan, step }
  const isEnd = is === 'failed' && retry !== true
  if (!isEnd || !isJsonObject(failure)) return undefined
  const { code, message } = failure
  if (typeof code !== 'string' || typeof message !== 'string') return undefined
  return { is: 'failed', scan, step, code, message }
}

function jsonLine(text: string): Json | undefined {
  try {
    return text === '' ? undefined : parseJson(text)
  } catch (error) {
    if (error instanceof SyntaxError) return undefined
    throw error
  }
}
