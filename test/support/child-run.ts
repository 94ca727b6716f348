// Runs in processes of their own, for tests that kill them: what they are asked and what they tell.
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import type { Owner } from '../../src/fsdb/locks/owner.ts'
import type { RunEvent } from '../../src/run/event.ts'
import type { NodeStart } from '../../src/run/executors/slurm/script.ts'
import { builtScript } from './built-script.ts'

/** What a child is asked to run. */
export interface Asked {
  readonly database: string
  /** The text of the pipeline. */
  readonly pipeline: string
  readonly executor: 'inline' | 'threads' | 'slurm'
  /** The URL of the module of the tasks. */
  readonly tasks: string
  /** Shown to others while it holds the database. */
  readonly name: string
  readonly wait?: boolean
  /** On a cluster: how nodes start. */
  readonly nodes?: NodeStart
  /** The process kills itself when so many files are finished in drafts. */
  readonly killedAfter?: number
}

/** What a child tells, one a line: events of the run, and that it could not begin, or not yet. */
export type Told =
  | RunEvent
  | { readonly is: 'refused'; readonly code: string; readonly owner: Owner | undefined }
  | { readonly is: 'waits' }
  /** A signal has come: how many by now. */
  | { readonly is: 'interrupted'; readonly times: number }

/** How a child ended, and all that it told. */
export interface Ended {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  readonly told: readonly Told[]
}

/** A run in a process of its own. */
export class ChildRun {
  readonly #process: ChildProcess
  readonly #told: Told[] = []
  #hasEnded = false
  readonly #waiting = new Set<() => void>()
  /** Never rejects. */
  readonly ended: Promise<Ended>

  /**
   * @param env such as `ROMI_NOTES`, the file where tasks note what they make
   * @param start by default as it was built for this test file
   */
  constructor(
    asked: Asked,
    env: Readonly<Record<string, string | undefined>> = {},
    { entry, options }: NodeStart = { entry: builtScript('test/run/crash/child.ts'), options: [] },
  ) {
    this.#process = spawn(process.execPath, [...options, entry, JSON.stringify(asked)], {
      stdio: ['ignore', 'pipe', 'inherit'],
      env: { ...process.env, ...env },
    })
    // Safe: `stdio` makes it a pipe.
    createInterface({ input: this.#process.stdout! }).on('line', (line) => this.#hear(line))
    this.ended = this.#end()
  }

  async #end(): Promise<Ended> {
    // Safe: these are what `close` of a child process is told with.
    const [code, signal] = (await once(this.#process, 'close')) as [
      number | null,
      NodeJS.Signals | null,
    ]
    this.#hasEnded = true
    for (const wake of this.#waiting) wake()
    return { code, signal, told: this.#told }
  }

  #hear(line: string): void {
    try {
      // Safe: only the child writes there.
      this.#told.push(JSON.parse(line) as Told)
    } catch (error) {
      // A kill tore the last line off.
      if (!(error instanceof SyntaxError)) throw error
    }
    for (const wake of this.#waiting) wake()
  }

  /** Waits until it has told something that fits, or ended. @returns whether it told that */
  async tells(fits: (told: Told) => boolean): Promise<boolean> {
    return this.#reaches(() => this.#told.some(fits))
  }

  /** Waits until it has told so many things, or ended. */
  async tellsTimes(count: number): Promise<boolean> {
    return this.#reaches(() => this.#told.length >= count)
  }

  async #reaches(isReached: () => boolean): Promise<boolean> {
    while (!isReached()) {
      if (this.#hasEnded) return false
      await new Promise<void>((resolve) => {
        this.#waiting.add(resolve)
      })
    }
    return true
  }

  get pid(): number | undefined {
    return this.#process.pid
  }

  kill(signal: NodeJS.Signals): void {
    this.#process.kill(signal)
  }
}
