// The turns of the scans of a run: each is looked at, and taken and worked on if there is something to do.
import { isRomiError, systemCode, type RomiError } from '../base/errors.ts'
import { letMemoryGrow } from '../base/v8.ts'
import type { FSDB } from '../fsdb/fsdb.ts'
import type { Scan } from '../fsdb/scan.ts'
import type { Pipeline } from '../pipeline/pipeline.ts'
import { ScanReader } from '../plan/facts/scan-reader.ts'
import { notesOn } from '../plan/notes.ts'
import type { Library } from '../task/library.ts'
import type { Executor } from './executor.ts'
import type { RunContext } from './run-context.ts'
import { ScanRun } from './scan-run.ts'

/** What a run works with. */
interface Means {
  readonly pipeline: Pipeline
  readonly library: Library
  /** Connected. */
  readonly db: FSDB
  readonly executor: Executor
}

/** To look at more scans than these takes longer than memory takes to grow. */
const fewScans = 200

/** What a run does with each of its scans. */
export class ScanTurns {
  readonly #means: Means
  readonly #context: RunContext
  /** Scans that were looked at and need something: they are about to be taken. */
  readonly #looked = new Map<string, ScanRun>()
  /** How many scans were begun. */
  #begun = 0

  constructor(means: Means, context: RunContext) {
    this.#means = means
    this.#context = context
  }

  /**
   * Looks at a scan without taking it, and tells what is complete if all is. Where nobody else may be
   * writing, a reader sees what the writer would.
   *
   * @returns whether nothing is to be done there
   */
  async isDone(id: string): Promise<boolean> {
    const { db, pipeline } = this.#means
    if (this.#context.forced.size > 0) return false
    try {
      if (!db.isAtRest(id)) return false
      const scan = await db.getScan(id)
      const scanRun = await this.#scanRun(scan)
      if (!(await scanRun.tellIfComplete(() => notesOn(scan, pipeline)))) {
        this.#looked.set(id, scanRun)
        return false
      }
      await db.release(id)
      return true
    } catch (error) {
      // Whatever is refused is refused again, and told, when the scan is taken.
      if (!isRomiError(error) && systemCode(error) === undefined) throw error
      return false
    }
  }

  async #scanRun(scan: Scan): Promise<ScanRun> {
    const { db, library } = this.#means
    if (this.#begun > fewScans) letMemoryGrow()
    const facts = await ScanReader.watch(db, scan, library)
    return new ScanRun(scan, facts, this.#context, this.#begun++)
  }

  /** A scan cannot be taken now. */
  forget(id: string): void {
    this.#looked.delete(id)
  }

  /** Works on a scan that was taken. One that is damaged is told of; the others go on. */
  async work(id: string): Promise<void> {
    const { cancel, stop, tell } = this.#context
    const looked = this.#looked.get(id)
    this.#looked.delete(id)
    if (cancel.aborted || stop.aborted) return
    try {
      const scan = await this.#means.db.getScan(id)
      // What cannot be finished is told before hours of work, whose result could not be published.
      for (const fileset of await scan.take())
        tell({ is: 'noted', scan: id, note: { note: 'relisted', fileset } })
      for (const note of await notesOn(scan, this.#means.pipeline))
        tell({ is: 'noted', scan: id, note })
      await this.#takeJobs(id)
      // Others may have written until it was taken.
      await looked?.renew()
      await (looked ?? (await this.#scanRun(scan))).run()
      await this.#means.executor.cluster?.leave(id)
    } catch (error) {
      if (!isRomiError(error)) throw error
      this.broken(id, error)
    }
  }

  /**
   * Jobs that a dead run left on a cluster would go on to fill drafts of this scan.
   * @throws RomiError `cluster/jobs-left`, `cluster/unreachable`, `cluster/refused`
   */
  async #takeJobs(scan: string): Promise<void> {
    const { executor, db } = this.#means
    if (executor.cluster) return executor.cluster.take(scan)
    const { endLeftJobs } = await import('./executors/slurm/left-jobs.ts')
    await endLeftJobs(db, scan)
  }

  /** A scan that cannot be worked on. */
  broken(scan: string, error: RomiError): void {
    this.#looked.delete(scan)
    if (isRomiError(error, 'store/lock-lost')) this.#context.lockLost(error)
    this.#context.tell({ is: 'broken', scan, message: error.message })
  }
}
