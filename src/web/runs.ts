// Runs on the page: those of the database, from their files, and those that it starts and stops.
import { spawn, type ChildProcess } from 'node:child_process'
import { createInterface } from 'node:readline'
import { basename, join } from 'node:path'
import { RomiError } from '../base/errors.ts'
import { isRunId } from '../fsdb/own-names.ts'
import type { RunId } from '../fsdb/ids.ts'
import { logStamp, stepLog } from '../run/run-log.ts'
import { isAtWork, pastRun } from '../survey/past-runs.ts'
import type { RunList, RunRequest, RunShown } from './api.ts'
import type { Events } from './events.ts'
import { badRequest, notThere } from './http/answers.ts'
import type { Rows } from './plants/rows.ts'
import type { Served } from './served.ts'

/** How many runs are listed. */
const mostRuns = 50

/** A run that this server started. */
interface OwnRun {
  readonly child: ChildProcess
  readonly scans: readonly string[]
}

const isAlive = ({ exitCode, signalCode }: ChildProcess): boolean =>
  exitCode === null && signalCode === null

/** The runs of what is served. */
export class Runs {
  readonly #served: Served
  readonly #events: Events
  readonly #rows: Rows
  /** The program and its first arguments, as this very one was started. */
  readonly #program: readonly string[]
  /** Until their end was told. */
  readonly #own = new Map<RunId, OwnRun>()
  /** Runs at work, with how their log stood when it was last told of. */
  readonly #watched = new Map<RunId, string>()
  /** Runs that were there when it was last looked: of others nobody knows yet. */
  #seen: ReadonlySet<RunId>

  constructor(served: Served, events: Events, rows: Rows, program: readonly string[]) {
    this.#served = served
    this.#events = events
    this.#rows = rows
    this.#program = program
    this.#seen = new Set(served.db.runs.ids())
  }

  /** Newest first. */
  list(): RunList {
    const ids = this.#served.db.runs.ids().slice(-mostRuns).reverse()
    return { runs: ids.map((id) => this.#shown(id)) }
  }

  /** What a step printed. @throws RomiError `web/not-found` */
  log(run: string, scan: string, step: string): string {
    const isName = (text: string) => /^[^/\\]+$/.test(text) && !text.startsWith('.')
    if (!isRunId(run) || !isName(scan) || !isName(step)) notThere('there is no such log')
    return stepLog(this.#served.db, run, scan, step)
  }

  /** By scan: the run that works on it. */
  atWork(): ReadonlyMap<string, string> {
    const { db } = this.#served
    const running = db.runs.unended().filter((id) => isAtWork(db, id))
    return new Map(running.flatMap((id) => pastRun(db, id).scans.map((scan) => [scan, id])))
  }

  #shown(id: RunId): RunShown {
    const own = this.#own.get(id)
    const run = pastRun(this.#served.db, id)
    // Its process may take a moment longer than the run.
    const canStop = run.is === 'working' && own !== undefined && isAlive(own.child)
    if (!own || !this.#hasNoLog(id)) return { ...run, canStop }
    // It had nothing to do, and left nothing that tells so.
    const { scans, child } = own
    if (isAlive(child)) return { ...run, scans, is: 'working', canStop }
    return {
      ...run,
      scans,
      ...(child.exitCode !== null && { is: 'ended', code: child.exitCode }),
      canStop,
    }
  }

  #hasNoLog(id: RunId): boolean {
    return logStamp(this.#served.db, id) === ''
  }

  #isAtWork(id: RunId): boolean {
    const own = this.#own.get(id)
    return (
      isAtWork(this.#served.db, id) ||
      (own !== undefined && isAlive(own.child) && this.#hasNoLog(id))
    )
  }

  /** Looks at the logs of runs at work, and tells what is new in them. */
  look(): void {
    const { db } = this.#served
    const ids = db.runs.ids()
    // One may have begun and ended since it was last looked.
    const fresh = new Set(ids.filter((id) => !this.#seen.has(id)))
    this.#seen = new Set(ids)
    const known = [...this.#watched.keys(), ...this.#own.keys()]
    for (const id of new Set([...db.runs.unended(), ...known, ...fresh])) {
      const stamp = logStamp(db, id)
      const before = this.#watched.get(id)
      const working = this.#isAtWork(id)
      if (before === undefined && !working && !fresh.has(id) && !this.#own.has(id)) continue
      if (working) this.#watched.set(id, stamp)
      else this.#watched.delete(id)
      if (stamp === before && working) continue
      const run = this.#shown(id)
      this.#events.tell({ is: 'run', run })
      if (working) continue
      this.#own.delete(id)
      for (const scan of run.scans) this.#rows.later(scan)
    }
  }

  /**
   * Starts the served pipeline in a process of its own, which goes on when this one ends.
   *
   * @returns the id of the run, once it has begun
   * @throws RomiError `web/no-pipeline`, `web/bad-request` with what the run said if it did not begin
   */
  async start({ scans, set = [], targets = [] }: RunRequest): Promise<RunId> {
    await this.#served.opened()
    const { database, pipeline = '' } = this.#served.source
    const known = new Set<string>(await this.#served.db.scanIds())
    const unknown = scans.find((scan) => !known.has(scan))
    if (unknown !== undefined) badRequest(`there is no scan "${unknown}"`)
    // A value of its own for each flag: none of them can be taken for a flag itself.
    const flags = [
      ...set.map((one) => `--set=${one}`),
      ...targets.map((one) => `--target=${one}`),
      '--json',
    ]
    const paths = scans.map((scan) => join(database, scan))
    const [command, ...first] = this.#program
    const child = spawn(command, [...first, 'run', ...flags, '--', pipeline, ...paths], {
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    child.unref()
    const id = await begun(child, basename(pipeline))
    this.#own.set(id, { child, scans })
    this.look()
    return id
  }

  /** Ends a run that this server started: what is at work may finish, or at once. */
  stop(run: string, now: boolean): RunShown {
    const own = isRunId(run) ? this.#own.get(run) : undefined
    if (!own || !isRunId(run))
      throw new RomiError(
        'web/not-found',
        `this page did not start the run ${run}: press Ctrl-C where it was started`,
      )
    own.child.kill(now ? 'SIGTERM' : 'SIGINT')
    return this.#shown(run)
  }
}

/** Waits for the first event of a run. */
function begun(child: ChildProcess, pipeline: string): Promise<RunId> {
  return new Promise((resolve, reject) => {
    let said = ''
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      if (said.length < 4000) said += text
    })
    const fail = (why: string) =>
      reject(new RomiError('web/bad-request', `${pipeline} did not start: ${why}`))
    child.once('error', (error) => fail(error.message))
    child.once('exit', (code) => fail(said.trim() || `it ended with ${code}`))
    const lines = createInterface({ input: child.stdout! }) // a pipe, as it was asked for
    lines.on('line', (line) => {
      const event = eventIn(line)
      if (event?.is === 'begun' && isRunId(event.run)) resolve(event.run)
    })
  })
}

function eventIn(line: string): { readonly is?: unknown; readonly run?: unknown } | undefined {
  try {
    return JSON.parse(line) as { readonly is?: unknown; readonly run?: unknown }
  } catch (error) {
    if (error instanceof SyntaxError) return undefined
    throw error
  }
}
