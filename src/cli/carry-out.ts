// Carries out an opened pipeline on scans, and sums up: the work of `run` and of each turn of `watch`.
import { basename } from 'node:path'
import { unreachable } from '../base/types.ts'
import { FSDB } from '../fsdb/fsdb.ts'
import type { ExecutorName } from '../pipeline/executor-names.ts'
import type { Pipeline } from '../pipeline/pipeline.ts'
import { wantedResults } from '../plan/truth.ts'
import type { Workplace } from '../run/executor.ts'
import { briefHere } from '../run/executors/brief.ts'
import { lateExecutor } from '../run/executors/late.ts'
import { exitCodes } from '../run/exit-codes.ts'
import { ResourcePool } from '../run/resource-pool.ts'
import { run, type RunResult } from '../run/run.ts'
import { makesItsScans, type Chosen } from '../survey/scans.ts'
import type { Library } from '../task/library.ts'
import type { CliContext } from './cli-context.ts'
import { openOrCreate } from './database.ts'
import type { Opened, PipelineOptions } from './pipeline.ts'
import { shortPath } from './report/diagnostics.ts'
import { placed, resultsOf } from './report/results.ts'
import { styleFor } from './report/style.ts'
import { summaryLines, warningLines } from './report/summary.ts'
import { printLines } from './report/wrap.ts'
import { sinkFor } from './sinks.ts'

/** What a run may be told. */
export interface RunOptions extends PipelineOptions {
  readonly dryRun?: boolean
  readonly jobs?: number
  readonly force?: readonly string[]
  readonly dropEdits?: boolean
  readonly failFast?: boolean
  readonly wait?: boolean
  readonly strict?: boolean
  readonly executor?: ExecutorName
}

/** Connects, runs the pipeline on the scans, and lets all go. */
export async function carryOut(
  { pipeline, library, origin }: Opened,
  chosen: Chosen,
  options: RunOptions,
  { cancel, stop }: { readonly cancel: AbortSignal; readonly stop: AbortSignal },
  context: CliContext,
): Promise<RunResult> {
  const makesScans = makesItsScans(pipeline)
  const { database, scans, absent } = chosen
  await using db = makesScans ? await openOrCreate(database) : await FSDB.open(database)
  const wait = options.wait ?? false
  // A head that is itself a job is found by its id.
  const { SLURM_JOB_ID: job } = context.env
  const own = job === undefined ? '' : `, Slurm job ${job}`
  const info = { command: `run ${basename(pipeline.file)}${own}` }
  await db.connect({ share: true, wait, signal: cancel, info })
  for (const id of absent) {
    // A pipeline that starts from photographs needs a scan that has them: this says what there is.
    if (makesScans) await db.createScan(id)
    else await db.getScan(id)
  }
  const name = options.executor ?? pipeline.settings.executor ?? 'threads'
  const { executor, pool } = await workplaceOf(name, library, pipeline, options, context)
  const sink = sinkFor(options, pipeline.file, scans.length + absent.length > 1, context)
  try {
    return await run({
      pipeline,
      library,
      origin,
      db,
      scans: [...scans, ...absent],
      executor,
      pool,
      forced: options.force ?? [],
      dropEdits: options.dropEdits ?? false,
      failFast: options.failFast ?? false,
      wait,
      strict: options.strict ?? false,
      cancel,
      stop,
      tell: sink.tell,
    })
  } finally {
    sink.close()
    await executor.close()
  }
}

/** The executor of that name, and who may work there when; each is loaded only when it is used. */
async function workplaceOf(
  name: ExecutorName,
  library: Library,
  { settings }: Pipeline,
  options: RunOptions,
  context: CliContext,
): Promise<Workplace> {
  const pool = new ResourcePool(options.jobs ?? settings.jobs)
  switch (name) {
    case 'inline': {
      const { inlineExecutor } = await import('../run/executors/inline.ts')
      return { executor: inlineExecutor(library), pool }
    }
    case 'threads': {
      const threads = lateExecutor(name, async () =>
        (await import('../run/executors/threads.ts')).threadsExecutor(pool.threads),
      )
      return { executor: briefHere(library, threads), pool }
    }
    case 'slurm': {
      const { slurmWorkplace } = await import('../run/executors/slurm/workplace.ts')
      return slurmWorkplace(settings.slurm ?? {}, pool, context.env)
    }
    default:
      return unreachable(name)
  }
}

/** Prints what came of it. */
export async function sumUp(
  { state, log, code }: RunResult,
  pipeline: Pipeline,
  database: string,
  options: RunOptions,
  context: CliContext,
): Promise<void> {
  const style = styleFor(context.stdout, options.color ?? 'auto', context.env)
  if (options.quiet && code === exitCodes.complete) {
    printLines(warningLines(state, style), context.stdout, context)
    return
  }
  const computing = [...pipeline.steps.values()].filter(({ task }) => task.is === 'computing')
  const names = new Set(computing.map(({ name }) => name))
  const results = await Promise.all(
    resultsOf(state, wantedResults(pipeline)).map((result) =>
      placed(result, database, context.cwd),
    ),
  )
  const lines = summaryLines(state, names, results, log && shortPath(log, context.cwd), style)
  printLines(lines, context.stdout, context)
}
