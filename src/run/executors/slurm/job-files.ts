// The files through which the head and its jobs speak: in the run's folder, on the shared disk.
//
//     jobs/token                  a word that a node must see before it begins
//     jobs/<array>.array.json     which jobs an array has, written before it is submitted
//     jobs/<array>.id             by which id the scheduler took it
//     jobs/<job>.job.json         what the job is to do
//     jobs/<job>.started.json     who began it, and where
//     jobs/<job>.ndjson           what it tells while it works
//     jobs/<job>.outcome.json     how it ended, and each file that it finished
//     logs/jobs/<array>-<n>.log   what it printed
import { join } from 'node:path'
import { sha256 } from '../../../base/digest.ts'
import { canonical } from '../../../base/canonical.ts'
import { isJsonObject, type Json } from '../../../base/types.ts'
import { parseJson } from '../../../base/json.ts'
import { parseFinished, type FinishedFile } from '../../../fsdb/draft.ts'
import type { RunId } from '../../../fsdb/ids.ts'
import { jobsFolder, type RunFolders } from '../../../fsdb/run-folders.ts'
import type { Job, JobEvent, JobOutcome } from '../../job.ts'
import type { Resources } from './scheduler.ts'

/** What a job file holds: the job, and by which code it is to be done. */
export interface JobOrder {
  readonly job: Job
  readonly code: Code
  /** The real path of the database. */
  readonly root: string
  readonly asked: Asked
}

/** What it was submitted with. */
export interface Asked {
  readonly resources: Resources
  readonly prologue?: string
}

/** By which versions a job is to be done: those of the head. */
export interface Code {
  readonly 'romi-run': string
  readonly node: string
}

/** Who began a job. */
export interface Started {
  readonly node: string
  /** ISO 8601, by the clock of the node: to be shown. */
  readonly at: string
}

/** How a job ended, by its own word. */
export interface JobEnded {
  readonly outcome: JobOutcome
  readonly files: readonly FinishedFile[]
  readonly node: string
  /** At work. */
  readonly seconds: number
}

const folder = jobsFolder
const logs = join('logs', 'jobs')
const endings = {
  job: '.job.json',
  started: '.started.json',
  events: '.ndjson',
  outcome: '.outcome.json',
} as const
type JobFileKind = keyof typeof endings
const arrayEnding = '.array.json'

/**
 * The id of a job: the same for the same files of the same step, made in the same way, whichever run
 * asks for them.
 */
export function jobIdOf({ scan, step, key, version, code, items }: Job): string {
  const what: Json = items ? items.map((item) => [item.id, item.key]) : key
  return sha256(canonical([scan, step, version, code ?? '', what])).slice(0, 32)
}

/** The files of one run's jobs. */
export class JobFiles {
  readonly run: RunId
  readonly #runs: RunFolders

  constructor(runs: RunFolders, run: RunId) {
    this.#runs = runs
    this.run = run
  }

  /** The folder, absolute. */
  get path(): string {
    return join(this.#runs.path(this.run), folder)
  }

  /** Makes the folders, with a word that nodes must see. */
  async begin(token: string): Promise<void> {
    for (const name of [folder, logs]) this.#runs.makeFolder(this.run, name)
    await this.#runs.write(this.run, join(folder, 'token'), token)
  }

  /** What the jobs of an array print; `%a` is the index. */
  logPattern(array: string): string {
    return join(this.#runs.path(this.run), logs, `${array}-%a.log`)
  }

  /** What a job printed so far. */
  log(array: string, index: number): string {
    return this.#runs.read(this.run, join(logs, `${array}-${index}.log`))
  }

  /** Gives the log of a job its name, or removes it if it is empty. @returns its path */
  async nameLog(array: string, index: number, name: string): Promise<void> {
    const from = join(logs, `${array}-${index}.log`)
    const size = this.#runs.size(this.run, from)
    if (size === 0) await this.#runs.remove(this.run, from)
    else if (size !== undefined) this.#runs.rename(this.run, from, join(logs, `${name}.log`))
  }

  /** Writes down which jobs an array will have. */
  async intend(array: string, jobs: readonly string[]): Promise<void> {
    await this.#runs.write(this.run, join(folder, array + arrayEnding), JSON.stringify(jobs))
  }

  /** Writes down that the scheduler took an array. */
  async taken(array: string, id: string): Promise<void> {
    await this.#runs.write(this.run, join(folder, `${array}.id`), id)
  }

  /** The jobs of an array, in its order. */
  jobsOf(array: string): readonly string[] {
    const jobs = this.#read(array + arrayEnding)
    return Array.isArray(jobs) ? jobs.map(String) : []
  }

  /** The arrays that were to be submitted. */
  arrays(): readonly string[] {
    return [...this.names()]
      .filter((name) => name.endsWith(arrayEnding))
      .map((name) => name.slice(0, -arrayEnding.length))
  }

  /** The id by which the scheduler took an array; `undefined` if that was not written down. */
  idOf(array: string): string | undefined {
    const id = this.#runs.read(this.run, join(folder, `${array}.id`))
    return id === '' ? undefined : id
  }

  /** The names of its jobs that are not done with. */
  jobs(): readonly string[] {
    return [...this.names()]
      .filter((name) => name.endsWith(endings.job))
      .map((name) => name.slice(0, -endings.job.length))
      .sort()
  }

  /** The names of all files that are there: listing them makes those of other machines seen. */
  names(): ReadonlySet<string> {
    return new Set(this.#runs.names(this.run, folder))
  }

  /** Whether a list of names has such a file of a job. */
  static has(names: ReadonlySet<string>, job: string, kind: JobFileKind): boolean {
    return names.has(job + endings[kind])
  }

  async write(name: string, kind: 'job', file: JobOrder): Promise<void>
  async write(name: string, kind: 'started', started: Started): Promise<void>
  async write(name: string, kind: 'outcome', ended: JobEnded): Promise<void>
  /** Writes a file of a job, wholly or not at all, and has it on the disk. */
  async write(name: string, kind: JobFileKind, content: object): Promise<void> {
    await this.#runs.write(this.run, join(folder, name + endings[kind]), JSON.stringify(content))
  }

  /** What a job is to do. */
  job(name: string): JobOrder | undefined {
    // Safe: only `write` makes files of this name, whole or not at all, in a folder that is ours.
    return this.#object(name + endings.job) as JobOrder | undefined
  }

  started(name: string): Started | undefined {
    // Safe: as above.
    return this.#object(name + endings.started) as Started | undefined
  }

  /** How a job ended; `undefined` also if that cannot be read. */
  outcome(name: string): JobEnded | undefined {
    return parseEnded(this.#object(name + endings.outcome))
  }

  /** Adds what a job tells. */
  tell(name: string, event: JobEvent): void {
    this.#runs.append(this.run, join(folder, name + endings.events), `${JSON.stringify(event)}\n`)
  }

  /** How much a job told so far, in bytes. */
  told(name: string): number {
    return this.#runs.size(this.run, join(folder, name + endings.events)) ?? 0
  }

  /** What a job told, without a line that is not whole yet. */
  events(name: string): readonly JobEvent[] {
    const lines = this.#runs.read(this.run, join(folder, name + endings.events)).split('\n')
    return lines.slice(0, -1).flatMap((line) => {
      const event = jsonOfText(line)
      // Safe: only `tell` writes there.
      return isJsonObject(event) ? [event as unknown as JobEvent] : []
    })
  }

  /** Removes the files of a job that is done with. */
  async remove(name: string): Promise<void> {
    for (const ending of Object.values(endings))
      await this.#runs.remove(this.run, join(folder, name + ending))
  }

  /** Removes all of them: nothing is open any more. The logs stay. */
  async end(): Promise<void> {
    await this.#runs.remove(this.run, folder)
  }

  #object(file: string): object | undefined {
    const value = this.#read(file)
    return isJsonObject(value) ? value : undefined
  }

  #read(file: string): unknown {
    return jsonOfText(this.#runs.read(this.run, join(folder, file)))
  }
}

const outcomes: readonly string[] = ['done', 'failed', 'overtaken', 'cancelled']

/** What another machine wrote, perhaps through a disk that had its troubles, is looked at first. */
function parseEnded(value: object | undefined): JobEnded | undefined {
  // Safe: each field is checked below.
  const { outcome, files, node, seconds } = (value ?? {}) as Partial<
    Record<keyof JobEnded, unknown>
  >
  if (!isJsonObject(outcome) || typeof node !== 'string' || typeof seconds !== 'number')
    return undefined
  const isWhole =
    typeof outcome.is === 'string' &&
    outcomes.includes(outcome.is) &&
    (outcome.is !== 'done' || isJsonObject(outcome.result)) &&
    (outcome.is !== 'failed' || isJsonObject(outcome.failure))
  const told = Array.isArray(files) ? files.map(parseFinished) : [undefined]
  if (!isWhole || told.includes(undefined)) return undefined
  // Safe: `write` made it, and it came here whole.
  return value as JobEnded
}

function jsonOfText(text: string): unknown {
  try {
    return text === '' ? undefined : parseJson(text)
  } catch (error) {
    if (error instanceof SyntaxError) return undefined
    throw error
  }
}
