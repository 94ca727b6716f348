// romi-run watch: measures new and changed scans as they come, until it is told to end.
import { setTimeout as pause } from 'node:timers/promises'
import { isRomiError, RomiError } from '../../base/errors.ts'
import { FSDB } from '../../fsdb/fsdb.ts'
import type { Scan } from '../../fsdb/scan.ts'
import { exitCodes } from '../../run/exit-codes.ts'
import { watchInterrupts, type Wishes } from '../interrupts.ts'
import { openPipeline, type Opened } from '../pipeline.ts'
import { chooseScans, misnamedText, type Chosen } from '../../survey/scans.ts'
import { StillnessWatch } from '../stillness.ts'
import type { CliContext } from '../cli-context.ts'
import { carryOut, sumUp, type RunOptions } from '../carry-out.ts'

/** What watching may be told. */
export interface WatchOptions extends RunOptions {
  /** Seconds between two looks. */
  readonly every?: number
}

/** A few seconds: so it works on network disks, which tell nobody of changes. */
const everySeconds = 5

/** Looks again and again, and measures what is due. */
export async function watchVerb(
  file: string,
  args: readonly string[],
  options: WatchOptions,
  context: CliContext,
): Promise<number> {
  const opened = await openPipeline(file, options, context, 'brief')
  if (opened === undefined) return exitCodes.wrongPipeline
  const wishes = watchInterrupts(context)
  const watch = new Watch(opened, args, options, wishes, context)
  try {
    while (!wishes.cancel.aborted) {
      const code = await watch.look()
      if (wishes.stop.aborted && code !== undefined) return code
      await pause((options.every ?? everySeconds) * 1000, undefined, { signal: wishes.cancel })
    }
  } catch (error) {
    if (!(wishes.cancel.aborted && error instanceof Error && error.name === 'AbortError'))
      throw error
  } finally {
    wishes.close()
  }
  return exitCodes.complete
}

/** One pipeline and what is seen of the scans that are watched. */
class Watch {
  readonly #opened: Opened
  readonly #args: readonly string[]
  readonly #options: WatchOptions
  readonly #wishes: Wishes
  readonly #context: CliContext
  readonly #stillness = new StillnessWatch()
  /** What was said last, so that it is not said at each look. */
  #said = ''

  constructor(
    opened: Opened,
    args: readonly string[],
    options: WatchOptions,
    wishes: Wishes,
    context: CliContext,
  ) {
    this.#opened = opened
    this.#args = args
    this.#options = options
    this.#wishes = wishes
    this.#context = context
  }

  /** @returns the exit code of the run, if there was something to do */
  async look(): Promise<number | undefined> {
    const chosen = await this.#chosen()
    if (chosen === undefined) return undefined
    const due = await this.#due(chosen)
    if (due.length === 0) return undefined
    try {
      return await this.#measure({ ...chosen, scans: due, absent: [] })
    } catch (error) {
      // Another program has the database, or its disk is away: it is tried again at the next look.
      if (!isRomiError(error)) throw error
      this.#say(error.message)
      return undefined
    }
  }

  async #chosen(): Promise<Chosen | undefined> {
    try {
      const chosen = await chooseScans(this.#args, this.#opened.pipeline, this.#context.cwd)
      if (chosen.misnamed.length > 0) this.#say(chosen.misnamed.map(misnamedText).join('\n'))
      return chosen.scans.length > 0 ? chosen : undefined
    } catch (error) {
      // Scans may yet come.
      if (!isRomiError(error, 'cli/no-scan')) throw error
      this.#say(`${error.message}; watching for one`)
      return undefined
    }
  }

  async #due({ database, scans }: Chosen): Promise<string[]> {
    const db = await FSDB.open(database)
    const due: string[] = []
    for (const id of scans) {
      const stamp = await scanStamp(db, id)
      if (stamp !== undefined && this.#stillness.look(id, stamp)) due.push(id)
      await db.release(id)
    }
    return due
  }

  async #measure(chosen: Chosen): Promise<number> {
    const { pipeline } = this.#opened
    const result = await carryOut(this.#opened, chosen, this.#options, this.#wishes, this.#context)
    for (const id of chosen.scans)
      if (result.state.scans.get(id)?.held === undefined) this.#stillness.measured(id)
    this.#said = ''
    if (!this.#options.json)
      await sumUp(result, pipeline, chosen.database, this.#options, this.#context)
    return result.code
  }

  #say(text: string): void {
    if (text === this.#said || this.#options.quiet) return
    this.#said = text
    this.#context.stderr.write(`${text}\n`)
  }
}

/** A text that is another after any change; `undefined` while no photograph is listed. */
async function scanStamp(db: FSDB, id: string): Promise<string | undefined> {
  try {
    const scan = await db.getScan(id)
    return await stampOfScan(scan)
  } catch (error) {
    if (!(error instanceof RomiError)) throw error
    // A broken one is told of once, and again when it changes.
    return error.message
  }
}

async function stampOfScan(scan: Scan): Promise<string | undefined> {
  const contents = await scan.contents()
  if (contents.every(({ files }) => files.length === 0)) return undefined
  const filesets = scan.stamps.ofFilesets(contents.map((fileset) => fileset.id))
  return [scan.stamps.ofMetadata(), ...[...filesets].flat()].join('\n')
}
