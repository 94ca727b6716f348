// A run: a pipeline carried out on some scans of a database, as far as it can be.
import { dirname, resolve } from 'node:path'
import { isRomiError, RomiError, systemCode } from '../base/errors.ts'
import { pathFrom } from '../base/path.ts'
import { version } from '../base/version.ts'
import { monotonicMs } from '../base/monotonic.ts'
import type { FSDB } from '../fsdb/fsdb.ts'
import { newRunId } from '../fsdb/own-names.ts'
import type { Pipeline } from '../pipeline/pipeline.ts'
import type { Library } from '../task/library.ts'
import type { LibraryOrigin } from '../task/modules.ts'
import type { RunEvent, Tell } from './event.ts'
import { exitCodeOf } from './exit-code.ts'
import { exitCodes } from './exit-codes.ts'
import type { Executor } from './executor.ts'
import { endPrograms, markOf, removeLeftovers, removeScratch } from './leftovers.ts'
import { isInstalled } from './programs.ts'
import { pruneRuns } from './prune-runs.ts'
import { RunLog } from './run-log.ts'
import { ScanTurns } from './scan-turns.ts'
import { ResourcePool } from './resource-pool.ts'
import { advance, beforeRun, type RunState } from './state.ts'
import type { RunContext } from './run-context.ts'
import { inTurns } from './turns.ts'

/** What a run is asked for. */
export interface RunRequest {
  readonly pipeline: Pipeline
  readonly library: Library
  readonly origin: LibraryOrigin
  /** Connected: to the whole, or with `share`, so that others may work on other scans. */
  readonly db: FSDB
  /** Ids of scans that are there. */
  readonly scans: readonly string[]
  readonly executor: Executor
  readonly pool: ResourcePool
  /** Steps to make again though they are complete. */
  readonly forced?: readonly string[]
  /** Forced steps make files anew that somebody corrected; the corrections are retired. */
  readonly dropEdits?: boolean
  /** After the first failure nothing more is started. */
  readonly failFast?: boolean
  /** Wait for scans that others hold, instead of leaving them out. */
  readonly wait?: boolean
  /** A broken limit of a check has the run end with exit code 15. */
  readonly strict?: boolean
  /** First wish to end: what runs may finish. */
  readonly cancel?: AbortSignal
  /** Second wish to end: at once. */
  readonly stop?: AbortSignal
  readonly tell: Tell
  readonly now?: () => Date
}

/** How a run ended. */
export interface RunResult {
  readonly state: RunState
  readonly code: number
  /** The folder of its log; a run that did nothing leaves none. */
  readonly log: string | undefined
}

/** Scans in work at a time: enough to keep all threads busy, few enough to keep memory flat. */
const scansInWork = (threads: number): number => threads * 2 + 2

/**
 * A file of ROMI's that only drives a scanner or trains a network can be planned, not run.
 * @throws RomiError `pipeline/no-step`
 */
export function checkHasSteps({ targets, file }: Pipeline): void {
  if (targets.length > 0) return
  throw new RomiError(
    'pipeline/no-step',
    `${file} holds no step that can be done here: nothing was done`,
  )
}

/**
 * Carries out a pipeline on all scans, independently of one another.
 * @throws RomiError `pipeline/no-step`, `cluster/no-disk`, `cluster/other-code`
 */
export async function run(request: RunRequest): Promise<RunResult> {
  const { pipeline, db, scans, pool } = request
  checkHasSteps(pipeline)
  const now = request.now ?? (() => new Date())
  const begun = monotonicMs()
  const lock = db.owner()?.uuid ?? ''
  const about = {
    pipeline: pipeline.file,
    scans,
    targets: pipeline.targets,
    pid: process.pid,
    lock,
    at: now().toISOString(),
  }
  const { scratch } = pipeline.settings
  const outer = db.outerScratch(scratch && pathFrom(dirname(resolve(pipeline.file)), scratch))
  await removeLeftovers(db, outer)
  const log = new RunLog(db, newRunId(now()), about, undefined, now)
  const mark = markOf(db, lock, log.id)
  let state = beforeRun()
  let hasWorked = false
  let isWorthKeeping = false
  let isPlantdbTold = false
  /** Before the first step that is made: who has nothing to do has nothing to mind. */
  const tellOfPlantdb = (scan: string): void => {
    const plantdb = db.plantdb()
    if (isPlantdbTold || plantdb === 'absent') return
    isPlantdbTold = true
    tell({ is: 'noted', scan, note: { note: 'plantdb', isKeptOut: plantdb === 'kept-out' } })
  }
  const tell = (event: RunEvent): void => {
    if (event.is === 'started') tellOfPlantdb(event.scan)
    hasWorked ||= event.is === 'started'
    isWorthKeeping ||= tellsOfWork(event)
    state = advance(state, event)
    log.event(event)
    request.tell(event)
  }

  const cancel = new AbortController()
  const stop = new AbortController()
  let lost: RomiError | undefined
  let broken: RomiError | undefined
  const context: RunContext = {
    pipeline,
    origin: request.origin,
    executor: request.executor,
    pool: pool,
    log,
    mark,
    scratch: outer?.make(log.id) ?? db.runs.scratch(log.id),
    forced: new Set(request.forced),
    dropsEdits: request.dropEdits ?? false,
    // Those of other machines are looked for there.
    missingPrograms: request.executor.cluster ? new Map() : missingPrograms(pipeline),
    versions: { 'romi-run': version, node: process.versions.node },
    cancel: AbortSignal.any([cancel.signal, ...(request.cancel ? [request.cancel] : [])]),
    stop: AbortSignal.any([stop.signal, ...(request.stop ? [request.stop] : [])]),
    tell,
    lockLost(error) {
      lost = error
      stop.abort()
    },
    now,
    failed: () => request.failFast && cancel.abort(),
  }

  const { cluster } = request.executor
  const workOnScans = async (): Promise<void> => {
    try {
      await cluster?.begin({
        id: log.id,
        path: db.path,
        root: db.place().path,
        runs: db.runs,
        cancel: context.cancel,
        stop: context.stop,
        fail(error) {
          broken ??= error
          stop.abort()
        },
      })
      const turns = new ScanTurns(request, context)
      await inTurns({
        db,
        scans,
        atATime: scansInWork(pool.threads),
        wait: request.wait ?? false,
        cancel: AbortSignal.any([context.cancel, context.stop]),
        isDone: (id) => turns.isDone(id),
        async work(id) {
          // What a dead writer left running may still work for the scan that was taken from it.
          if (db.foundDeadWriters()) await removeLeftovers(db, outer)
          await turns.work(id)
        },
        held(scan, { message }) {
          turns.forget(scan)
          tell({ is: 'held', scan, message, waits: request.wait ?? false })
        },
        broken: (scan, error) => turns.broken(scan, error),
      })
      // Also the digests of scans that were only read.
      await db.digests.save()
    } finally {
      await cluster?.end()
      if (hasWorked) endPrograms([mark])
    }
  }
  const wasInterrupted = (): boolean =>
    (request.cancel?.aborted ?? false) || (request.stop?.aborted ?? false)
  const exitCode = (): number => {
    if (broken) return exitCodes.taskFailed
    if (lost) return exitCodes.databaseHeld
    return exitCodeOf(state, wasInterrupted(), request.strict)
  }
  tell({ is: 'begun', run: log.id, pipeline: pipeline.file, scans })
  let code: number
  try {
    await workOnScans()
    code = exitCode()
    // While its scratch folder tells that it is at work: whoever looks never finds it dead.
    tell({ is: 'ended', seconds: (monotonicMs() - begun) / 1000, code })
  } finally {
    await removeScratch(db, outer, log.id)
  }
  log.close()
  // Who interrupted it wished that: whoever looks later is to find it.
  isWorthKeeping ||= wasInterrupted()
  await tidyUp(db, log, isWorthKeeping)
  if (broken) throw broken
  return { state, code, log: isWorthKeeping ? log.path : undefined }
}

/** Whether something was done, or failed; what is complete, or cannot be done, is told anew each time. */
const tellsOfWork = (event: RunEvent): boolean =>
  ['started', 'said', 'failed'].includes(event.is) ||
  (event.is === 'noted' && event.note.note === 'relisted')

/** Logs that nobody will read go; what cannot be removed now goes after the next run. */
async function tidyUp(db: FSDB, log: RunLog, isWorthKeeping: boolean): Promise<void> {
  try {
    if (!isWorthKeeping) await log.discard()
    await pruneRuns(db, log.id)
  } catch (error) {
    if (!isRomiError(error) && systemCode(error) === undefined) throw error
  }
}

/** The programs that steps of the pipeline need and that are not on this machine. */
export function missingPrograms(pipeline: Pipeline): ReadonlyMap<string, string> {
  const programs = [...pipeline.steps.values()].flatMap(({ task }) =>
    task.is === 'computing' ? (task.programs ?? []) : [],
  )
  return new Map(
    programs.filter((program) => !isInstalled(program)).map(({ name, install }) => [name, install]),
  )
}
