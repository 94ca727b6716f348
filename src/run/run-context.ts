// What the scans of a run share.
import type { RomiError } from '../base/errors.ts'
import type { Pipeline } from '../pipeline/pipeline.ts'
import type { LibraryOrigin } from '../task/modules.ts'
import type { RunEvent } from './event.ts'
import type { Executor } from './executor.ts'
import type { RunLog } from './run-log.ts'
import type { ResourcePool } from './resource-pool.ts'

/** What the scans of a run share. */
export interface RunContext {
  readonly pipeline: Pipeline
  readonly origin: LibraryOrigin
  readonly executor: Executor
  readonly pool: ResourcePool
  readonly log: RunLog
  /** Which its programs bear. */
  readonly mark: string
  /** The folder where its programs may leave temporary files. */
  readonly scratch: string
  readonly forced: ReadonlySet<string>
  /** Whether forced steps make files anew that somebody corrected. */
  readonly dropsEdits: boolean
  readonly missingPrograms: ReadonlyMap<string, string>
  readonly versions: Readonly<Record<string, string>>
  /** Fires at the first wish to end: what runs may finish, what waits is cancelled. */
  readonly cancel: AbortSignal
  /** Fires at the second: everything ends at once. */
  readonly stop: AbortSignal
  readonly tell: (event: RunEvent) => void
  /** Called when another process took the lock: nothing may be written any more. */
  readonly lockLost: (error: RomiError) => void
  readonly now: () => Date
  /** Called with each step that failed. */
  readonly failed: () => void
}

/** Whether nothing more is to be begun. */
export const isStopping = ({ cancel, stop }: Pick<RunContext, 'cancel' | 'stop'>): boolean =>
  cancel.aborted || stop.aborted
