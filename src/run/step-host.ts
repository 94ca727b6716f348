// What a step on its way asks of its scan and of the run: this much, and no whole `ScanRun`.
import type { Scan } from '../fsdb/scan.ts'
import type { ScanFacts } from '../plan/facts/facts.ts'
import type { RunContext } from './run-context.ts'

/** The surroundings of one step, as they were when it was begun. */
export interface StepHost {
  readonly scan: Scan
  readonly facts: ScanFacts
  readonly run: RunContext
  /** Whether it is made again though it is complete: then nothing that was made before is taken over. */
  readonly isForced: boolean
  /** Whether files that somebody corrected are made anew, too. */
  readonly dropsEdits: boolean
  /** Higher goes first. */
  readonly priority: number
  /** Whether files that are touched while it reads them by their paths are accepted: the second time. */
  readonly acceptsTouched: boolean
  /** Has files, by path, read anew before anything more is decided. */
  reread(paths: readonly string[]): Promise<void>
  /** What others changed since it was decided on, if it would not be made like this any more. */
  overtaken(): Promise<readonly string[] | undefined>
}
